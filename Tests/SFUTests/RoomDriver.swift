import RTP
import TestSupport

@testable import SFU

func milliseconds(_ amount: Int64) -> MonotonicTime {
    MonotonicTime.zero.advanced(bySeconds: 10).advanced(byMilliseconds: amount)
}

/// A packet as a publisher sends it.
func packet(
    _ sequence: UInt16,
    timestamp: UInt32 = 0,
    type: UInt8 = 96,
    ssrc: UInt32 = 1,
    marker: Bool = false,
    payload: [UInt8] = [1, 2, 3]
) -> [UInt8] {
    var bytes: [UInt8] = []
    RTPHeader.write(
        marker: marker,
        payloadType: type,
        sequenceNumber: sequence,
        timestamp: timestamp,
        ssrc: ssrc,
        to: &bytes
    )
    return bytes + payload
}

/// The beginning of a key frame, and of another one, in VP8.
let keyPayload: [UInt8] = [0x10, 0x10, 0, 0]
let deltaPayload: [UInt8] = [0x10, 0x11, 0, 0]

/// Drives a room by hand, and keeps what it sends.
final class RoomDriver {
    struct Sent: Equatable {
        let viewer: Int
        let datagram: [UInt8]

        var header: RTPHeader? { try? RTPHeader(parsing: datagram.span) }
        var sequence: UInt16? { header?.sequenceNumber }
    }

    let room = Room(localSSRC: 7, cname: "porthole", maximumBitrateBps: 1_000_000)
    var now = milliseconds(0)
    var ledgers: [Int: CipherLedger] = [:]
    var toPublisher: [RTCPPacket] = []
    var toViewers: [(viewer: Int, packet: RTCPPacket)] = []
    private var sent: [Sent] = []
    private let header = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8)
    private let scratch = UnsafeMutableRawPointer.allocate(byteCount: 2_048, alignment: 8)

    deinit {
        header.deallocate()
        scratch.deallocate()
    }

    func publish() {
        var video = PublisherTrack(kind: .video)
        video.payloadTypes = [96: .vp8, 102: .h264]
        video.rtxPayloadTypes = [97: .vp8]
        video.answersNACK = true
        video.ssrc = 1
        var audio = PublisherTrack(kind: .audio)
        audio.payloadTypes = [111: .opus]
        room.setPublisher([video, audio], at: now)
    }

    func join(
        _ id: Int = 0,
        hasRTX: Bool = true,
        firstSequence: UInt16 = 100,
        transportSequenceID: UInt8 = 5
    ) {
        var video = SubscriberTrack(kind: .video, ssrc: 50 + UInt32(id), firstSequence: firstSequence)
        video.payloadTypes = [.vp8: 120]
        if hasRTX {
            video.rtxSSRC = 5_000 + UInt32(id)
            video.rtxPayloadTypes = [.vp8: 121]
        }
        video.transportSequenceID = transportSequenceID
        var audio = SubscriberTrack(kind: .audio, ssrc: 90 + UInt32(id), firstSequence: firstSequence)
        audio.payloadTypes = [.opus: 122]
        audio.transportSequenceID = transportSequenceID
        _ = room.addSubscriber(id, tracks: [video, audio], at: now)
        ledgers[id] = CipherLedger()
        drain()
    }

    func receive(_ datagram: [UInt8]) {
        guard let header = try? RTPHeader(parsing: datagram.span) else { return }
        datagram.withUnsafeBytes { room.receive(header, datagram: $0, at: now) }
    }

    func forward() {
        room.beginForward(at: now)
        for position in 0..<room.subscriberCount {
            for packet in 0..<room.pendingCount {
                if let outgoing = room.write(packet, to: position, header: header, sentAt: microseconds) {
                    note(outgoing, to: room.subscriberID(at: position))
                }
            }
        }
        room.endForward()
    }

    func advance(milliseconds: Int64) {
        now = now.advanced(byMilliseconds: milliseconds)
        room.advance(to: now)
        drain()
    }

    func nack(_ numbers: [UInt16], from viewer: Int = 0, media: UInt32? = nil) {
        let nack = GenericNACK(sender: 1, media: media ?? 50 + UInt32(viewer), sequenceNumbers: numbers)
        room.receive(.nack(nack), fromSubscriber: viewer, at: now)
        drain()
    }

    func drain() {
        for output in room.takeOutputs() {
            switch output {
            case .toPublisher(let compound): toPublisher += RTCPPacket.all(in: compound)
            case .toSubscriber(let id, let compound):
                toViewers += RTCPPacket.all(in: compound).map { (id, $0) }
            case .packet(let transmission):
                let outgoing = room.write(
                    transmission,
                    scratch: scratch,
                    header: header,
                    sentAt: microseconds
                )
                if let outgoing { note(outgoing, to: transmission.subscriber) }
            }
        }
    }

    /// What was sent since the last call.
    func takeSent() -> [Sent] {
        defer { sent.removeAll() }
        return sent
    }

    private func note(_ outgoing: OutgoingPacket, to viewer: Int) {
        let head = UnsafeRawBufferPointer(start: header, count: outgoing.headerLength)
        let datagram = Array(head) + Array(outgoing.payload)
        ledgers[viewer]?.note(datagram, packetIndex: outgoing.packetIndex, ssrc: outgoing.ssrc)
        sent.append(Sent(viewer: viewer, datagram: datagram))
    }

    private var microseconds: UInt32 { UInt32(truncatingIfNeeded: now.nanoseconds / 1_000) }
}
