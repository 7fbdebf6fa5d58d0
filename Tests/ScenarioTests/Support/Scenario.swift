import RTP
import SFU
import TestSupport

/// A publisher, a room and its viewers, with a network between them, in virtual time: one turn is a millisecond.
///
/// Drives the room as `Room` says, and as the media loop does it. Every packet that a viewer is sent goes through a
/// ``CipherLedger``, and its length on the wire is noted.
final class Scenario {
    /// Bytes of addresses and ports beside a datagram.
    static let wireOverhead = 28
    /// Bytes of SRTP's tag.
    static let tag = 16

    let room: Room
    private(set) var now = MonotonicTime.zero.advanced(bySeconds: 100)
    var publisher: ScenarioPublisher?
    var uplink: Netem<[UInt8]>
    var toPublisher: Netem<[UInt8]>
    private(set) var seats: [Seat] = []
    /// Bytes of the longest datagram to a viewer, tag included, and of the longest report.
    private(set) var longestDatagram = 0
    private(set) var longestReport = 0
    /// Transmissions of the room in its fullest turn.
    private(set) var mostOutputs = 0
    /// What the last advance put out as transmissions.
    private(set) var transmissionsPerAdvance: [Int] = []

    /// Looks at each datagram of the publisher that arrives; what it says no to does not reach the room.
    var admits: ([UInt8]) -> Bool = { _ in true }

    /// Looks at what is forwarded to one viewer in one go.
    var forwarded: ([[UInt8]]) -> Void = { _ in }

    private var holdUntil: MonotonicTime?
    private var tickedAt = MonotonicTime.zero
    private let header = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8)
    private let scratch = UnsafeMutableRawPointer.allocate(byteCount: 2_048, alignment: 8)
    private let seed: UInt64

    init(seed: UInt64 = 1, up: NetworkConditions = .delay(.milliseconds(10))) {
        self.seed = seed
        room = Room(localSSRC: 7, cname: "porthole", maximumBitrateBps: 8_000_000)
        uplink = Netem(up, seed: seed &* 10 &+ 1)
        toPublisher = Netem(up, seed: seed &* 10 &+ 2)
    }

    deinit {
        header.deallocate()
        scratch.deallocate()
    }

    // MARK: Who is there

    func publish(_ configuration: ScenarioPublisher.Configuration = .init(), knowsSources: Bool = true) {
        publisher = ScenarioPublisher(configuration, seed: seed)
        room.setPublisher(tracks(of: configuration, knowsSources: knowsSources), at: now)
    }

    func unpublish() {
        publisher = nil
        room.removePublisher()
    }

    private func tracks(
        of configuration: ScenarioPublisher.Configuration,
        knowsSources: Bool
    ) -> [PublisherTrack] {
        var video = PublisherTrack(kind: .video)
        for codec in [Codec.vp8, .h264] {
            let types = ScenarioPublisher.payloadTypes(codec)
            video.payloadTypes[types.media] = codec
            video.rtxPayloadTypes[types.rtx] = codec
        }
        video.answersNACK = true
        video.orientationID = configuration.orientationID
        var audio = PublisherTrack(kind: .audio)
        audio.payloadTypes = [ScenarioPublisher.payloadTypes(.opus).media: .opus]
        audio.answersNACK = configuration.answersNACKForAudio
        video.transportSequenceID = configuration.transportSequenceID
        audio.transportSequenceID = configuration.transportSequenceID
        if knowsSources {
            video.ssrc = configuration.videoSSRC
            audio.ssrc = configuration.audioSSRC
        }
        return [video, audio]
    }

    @discardableResult
    func join(
        _ network: NetworkConditions = .delay(.milliseconds(10)),
        back: NetworkConditions? = nil,
        codecs: [Codec] = [.vp8, .h264],
        hasRTX: Bool = true,
        transportSequenceID: UInt8 = 5
    ) -> Seat {
        let id = seats.count
        var configuration = ScenarioViewer.Configuration(
            videoSSRC: 0x5000_0000 + UInt32(id),
            rtxSSRC: hasRTX ? 0x6000_0000 + UInt32(id) : nil,
            audioSSRC: 0x7000_0000 + UInt32(id)
        )
        configuration.transportSequenceID = transportSequenceID
        let seat = Seat(
            id: id,
            viewer: ScenarioViewer(configuration),
            down: Netem(network, seed: seed &* 1_000 &+ UInt64(id) &* 2),
            up: Netem(back ?? network, seed: seed &* 1_000 &+ UInt64(id) &* 2 &+ 1)
        )
        seats.append(seat)
        var random = SplitMix64(seed: seed &+ UInt64(id))
        var video = SubscriberTrack(
            kind: .video,
            ssrc: configuration.videoSSRC,
            firstSequence: UInt16.random(in: 0..<0x8000, using: &random)
        )
        video.rtxSSRC = configuration.rtxSSRC
        for codec in codecs {
            video.payloadTypes[codec] = ScenarioPublisher.payloadTypes(codec).media
            if hasRTX { video.rtxPayloadTypes[codec] = ScenarioPublisher.payloadTypes(codec).rtx }
        }
        video.transportSequenceID = transportSequenceID
        video.orientationID = 6
        var audio = SubscriberTrack(
            kind: .audio,
            ssrc: configuration.audioSSRC,
            firstSequence: UInt16.random(in: 0..<0x8000, using: &random)
        )
        audio.payloadTypes = [.opus: ScenarioPublisher.payloadTypes(.opus).media]
        audio.transportSequenceID = transportSequenceID
        seat.joinedAt = now
        _ = room.addSubscriber(id, tracks: [video, audio], at: now)
        drain()
        return seat
    }

    func leave(_ seat: Seat) {
        room.removeSubscriber(seat.id)
        seat.isGone = true
    }

    // MARK: Time

    func run(_ duration: Duration) {
        let end = now + duration
        while now < end {
            now = now.advanced(byMilliseconds: 1)
            turn()
        }
    }

    private func turn() {
        for datagram in publisher?.advance(to: now) ?? [] { send(datagram) }
        for (datagram, at) in toPublisher.receive(at: now) {
            for answer in publisher?.receive(datagram, at: at) ?? [] { send(answer) }
        }
        for (datagram, at) in uplink.receive(at: now) where admits(datagram) { take(datagram, at: at) }
        forward()
        for seat in seats where !seat.isGone {
            for (datagram, at) in seat.up.receive(at: now) {
                for packet in RTCPPacket.all(in: datagram) {
                    room.receive(packet, fromSubscriber: seat.id, at: at)
                }
            }
        }
        drain()
        if now - tickedAt >= (room.isReplaying ? .milliseconds(1) : .milliseconds(10)) {
            tickedAt = now
            room.advance(to: now)
            transmissionsPerAdvance.append(drain())
        }
        for seat in seats where !seat.isGone {
            for (datagram, at) in seat.down.receive(at: now) { seat.viewer.receive(datagram, at: at) }
            for compound in seat.viewer.advance(to: now) {
                seat.up.send(compound, bytes: compound.count + Self.wireOverhead, at: now)
            }
        }
    }

    private func send(_ datagram: [UInt8]) {
        uplink.send(datagram, bytes: datagram.count + Self.tag + Self.wireOverhead, at: now)
    }

    /// A datagram of the publisher arrives at the room.
    func take(_ datagram: [UInt8], at time: MonotonicTime) {
        if RTCPPacket.isPresent(in: datagram) {
            for packet in RTCPPacket.all(in: datagram) { room.receive(fromPublisher: packet, at: time) }
        } else if let header = try? RTPHeader(parsing: datagram.span) {
            datagram.withUnsafeBytes { room.receive(header, datagram: $0, at: time) }
        }
    }

    private func forward() {
        guard room.pendingCount > 0 else { return }
        if room.isWithinFrame, room.pendingCount < 64 {
            let hold = holdUntil ?? now.advanced(byMilliseconds: 1)
            holdUntil = hold
            if now < hold { return }
        }
        holdUntil = nil
        room.beginForward(at: now)
        for position in 0..<room.subscriberCount {
            let seat = seats[room.subscriberID(at: position)]
            var batch: [[UInt8]] = []
            for packet in 0..<room.pendingCount {
                if let outgoing = room.write(packet, to: position, header: header, sentAt: microseconds) {
                    batch.append(deliver(outgoing, to: seat))
                }
            }
            forwarded(batch)
        }
        room.endForward()
    }

    /// - Returns: How many packets from a ring went out.
    @discardableResult
    private func drain() -> Int {
        let outputs = room.takeOutputs()
        mostOutputs = max(mostOutputs, outputs.count)
        var transmissions = 0
        for output in outputs {
            switch output {
            case .toPublisher(let compound):
                longestReport = max(longestReport, compound.count)
                toPublisher.send(compound, bytes: compound.count + Self.wireOverhead, at: now)
            case .toSubscriber(let id, let compound):
                longestReport = max(longestReport, compound.count)
                seats[id].down.send(compound, bytes: compound.count + Self.wireOverhead, at: now)
            case .packet(let transmission):
                transmissions += 1
                guard
                    let outgoing = room.write(
                        transmission,
                        scratch: scratch,
                        header: header,
                        sentAt: microseconds
                    )
                else { continue }
                deliver(outgoing, to: seats[transmission.subscriber])
            }
        }
        return transmissions
    }

    @discardableResult
    private func deliver(_ outgoing: OutgoingPacket, to seat: Seat) -> [UInt8] {
        let head = UnsafeRawBufferPointer(start: header, count: outgoing.headerLength)
        let datagram = Array(head) + Array(outgoing.payload)
        longestDatagram = max(longestDatagram, datagram.count + Self.tag)
        seat.ledger.note(datagram, packetIndex: outgoing.packetIndex, ssrc: outgoing.ssrc)
        seat.down.send(datagram, bytes: datagram.count + Self.tag + Self.wireOverhead, at: now)
        if outgoing.ssrc == seat.viewer.configuration.videoSSRC {
            seat.newestVideoSequence = UInt16(truncatingIfNeeded: outgoing.packetIndex)
        }
        return datagram
    }

    private var microseconds: UInt32 { UInt32(truncatingIfNeeded: now.nanoseconds / 1_000) }
}

/// A viewer, its network, and what it was sent.
final class Seat {
    let id: Int
    var viewer: ScenarioViewer
    var down: Netem<[UInt8]>
    var up: Netem<[UInt8]>
    var ledger = CipherLedger()
    var newestVideoSequence: UInt16?
    var joinedAt = MonotonicTime.zero
    var isGone = false

    init(id: Int, viewer: ScenarioViewer, down: Netem<[UInt8]>, up: Netem<[UInt8]>) {
        self.id = id
        self.viewer = viewer
        self.down = down
        self.up = up
    }

    var video: VideoReception { viewer.video }
}
