import RTP
import SFU

/// A room that the fuzzer is the driver of: a small machine whose commands are the bytes.
///
/// Watches what the cipher would be given: never two plaintexts under one source and packet index (RFC 7714 §15.1).
final class FuzzedRoom {
    /// Commands of a run; more than a few thousand find nothing that fewer do not.
    private static let mostSteps = 2_000

    private let room = Room(localSSRC: 7, cname: "fuzz", maximumBitrateBps: 8_000_000)
    private var now = MonotonicTime.zero.advanced(bySeconds: 100)
    private var video: UInt16 = 0
    private var audio: UInt16 = 0
    private var resend: UInt16 = 0
    private var transport: UInt16 = 0
    private var timestamp: UInt32 = 0
    private var source: UInt8 = 0
    private var ledger = FuzzLedger()
    private let header = UnsafeMutableRawPointer.allocate(byteCount: 24, alignment: 8)
    private let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: PacketRing.slotBytes + 2,
        alignment: 8
    )

    deinit {
        header.deallocate()
        scratch.deallocate()
    }

    func run(_ bytes: [UInt8]) throws(FuzzFinding) {
        var input = FuzzInput(bytes)
        publish(input.byte())
        join(0, input.byte())
        for _ in 0..<Self.mostSteps where !input.isAtEnd {
            try step(&input)
            try drain()
        }
        for _ in 0..<40 { try advance(.milliseconds(50)) }
    }

    private func step(_ input: inout FuzzInput) throws(FuzzFinding) {
        let step = input.byte()
        switch step & 15 {
        case 0, 1, 2, 3: sendVideo(step, &input)
        case 4: sendAudio(step, &input)
        case 5: sendResend(step, &input)
        case 6: give(input.take(Int(input.byte()) * 8))
        case 7: try forward()
        case 8: try advance(.milliseconds(Int64(step >> 4) * Int64(step >> 4)))
        case 9: report(input.take(Int(input.byte())), from: step)
        case 10: ask(step, &input)
        case 11: tellArrivals(step, &input)
        case 12:
            if step & 0x80 == 0 {
                join(step >> 4 & 3, input.byte())
            } else {
                room.removeSubscriber(Int(step >> 4 & 3))
            }
        case 13: if step & 0x80 == 0 { publish(input.byte()) } else { room.removePublisher() }
        case 14:
            RTCPPacket.fuzzed(input.take(Int(input.byte()))) { room.receive(fromPublisher: $0, at: now) }
        default: room.stalled(Int(step >> 4 & 3), at: now)
        }
    }

    // MARK: Who is there

    private func publish(_ traits: UInt8) {
        source &+= 1
        var video = PublisherTrack(kind: .video)
        video.payloadTypes = [96: .vp8, 98: .vp9, 102: .h264, 45: .av1]
        video.rtxPayloadTypes = [97: .vp8, 103: .h264]
        video.answersNACK = traits & 1 == 0
        video.transportSequenceID = traits & 2 == 0 ? 3 : 0
        video.orientationID = 4
        var audio = PublisherTrack(kind: .audio)
        audio.payloadTypes = [111: .opus, 63: .red]
        audio.answersNACK = traits & 4 == 0
        if traits & 8 == 0 {
            video.ssrc = ssrc(1)
            audio.ssrc = ssrc(2)
        }
        room.setPublisher(traits & 16 == 0 ? [video, audio] : [video], at: now)
    }

    private func ssrc(_ kind: UInt32) -> UInt32 { kind << 16 | UInt32(source) }

    /// Sources of viewers are never used twice, as the driver has random ones.
    private func join(_ id: UInt8, _ traits: UInt8) {
        guard room.subscriber(Int(id)) == nil else { return }
        let own = ledger.nextViewer()
        var video = SubscriberTrack(kind: .video, ssrc: own, firstSequence: traits & 1 == 0 ? 0x7FFF : 5)
        video.payloadTypes = traits & 2 == 0 ? [.vp8: 96, .vp9: 98, .h264: 102, .av1: 45] : [.vp8: 100]
        if traits & 4 == 0 {
            video.rtxSSRC = own + 1
            video.rtxPayloadTypes = [.vp8: 97, .h264: 103]
        }
        video.transportSequenceID = traits & 8 == 0 ? 5 : 0
        video.orientationID = traits & 16 == 0 ? 6 : 0
        var audio = SubscriberTrack(kind: .audio, ssrc: own + 2, firstSequence: 0x7FF0)
        audio.payloadTypes = [.opus: 111]
        audio.transportSequenceID = video.transportSequenceID
        _ = room.addSubscriber(Int(id), tracks: traits & 32 == 0 ? [video, audio] : [audio], at: now)
    }

    // MARK: The publisher

    private func sendVideo(_ step: UInt8, _ input: inout FuzzInput) {
        let shape = input.byte()
        // Mostly the next number; sometimes a gap, a step back, or anything.
        switch step >> 4 {
        case 0..<10: video &+= 1
        case 10..<13: video &+= UInt16(step >> 4) &- 8
        case 13, 14: video &-= UInt16(input.byte() & 31)
        default: video &+= input.uint16()
        }
        if shape & 1 != 0 { timestamp &+= 3_000 }
        let type: UInt8 = [96, 96, 96, 102, 98, 45, 96, 102][Int(step & 3) << 1 | Int(shape >> 7)]
        var payload = input.take(Int(input.byte() & 15))
        if shape & 2 != 0 { payload += [UInt8](repeating: 0, count: Int(shape >> 2 & 31) * 48) }
        send(type: type, number: video, ssrc: ssrc(1), marker: shape & 4 != 0, payload)
    }

    private func sendAudio(_ step: UInt8, _ input: inout FuzzInput) {
        audio &+= step >> 4 < 12 ? 1 : UInt16(input.byte())
        send(type: 111, number: audio, ssrc: ssrc(2), marker: false, input.take(Int(input.byte() & 7)))
    }

    private func sendResend(_ step: UInt8, _ input: inout FuzzInput) {
        resend &+= 1
        let original = video &- UInt16(input.byte())
        var payload = input.take(Int(input.byte() & 15))
        if step & 16 != 0 { payload += [UInt8](repeating: 0, count: 1_000) }
        let content = step & 32 != 0 ? [] : [UInt8(original >> 8), UInt8(original & 0xFF)] + payload
        send(type: 97, number: resend, ssrc: ssrc(3), marker: false, content)
    }

    private func send(type: UInt8, number: UInt16, ssrc: UInt32, marker: Bool, _ payload: [UInt8]) {
        var packet: [UInt8] = []
        transport &+= 1
        RTPHeader.write(
            marker: marker,
            payloadType: type,
            sequenceNumber: number,
            timestamp: timestamp,
            ssrc: ssrc,
            extensions: [(3, [UInt8(transport >> 8), UInt8(transport & 0xFF)]), (4, [UInt8(number & 3)])],
            to: &packet
        )
        give(packet + payload)
    }

    /// Any bytes that are a packet: the cipher lets through only what the publisher made, who may be anybody.
    private func give(_ packet: [UInt8]) {
        guard let header = try? RTPHeader(parsing: packet.span) else { return }
        packet.withUnsafeBytes { room.receive(header, datagram: $0, at: now) }
    }

    // MARK: Viewers

    private func report(_ bytes: [UInt8], from step: UInt8) {
        RTCPPacket.fuzzed(bytes) { room.receive($0, fromSubscriber: Int(step >> 4 & 3), at: now) }
    }

    private func ask(_ step: UInt8, _ input: inout FuzzInput) {
        let id = Int(step >> 4 & 3)
        guard let newest = ledger.newest.keys.sorted().dropFirst(Int(input.byte() & 15)).first else { return }
        let number = ledger.newest[newest, default: 0]
        let packet: RTCPPacket
        if step & 0x80 == 0 {
            let numbers = (0..<(input.byte() & 63)).map { number &- UInt16($0) }
            packet = .nack(GenericNACK(sender: 1, media: newest, sequenceNumbers: numbers))
        } else {
            packet = .pictureLossIndication(PictureLossIndication(sender: 1, media: newest))
        }
        room.receive(packet, fromSubscriber: id, at: now)
    }

    private func tellArrivals(_ step: UInt8, _ input: inout FuzzInput) {
        let base = input.uint16() & 0x1FF
        let packets = (0..<Int(input.byte()))
            .map { _ in
                let delta = Int16(bitPattern: UInt16(input.byte()) &* 97)
                return delta & 7 == 7 ? nil : Int16?.some(delta)
            }
        let feedback = TransportFeedback(
            sender: 1,
            media: 2,
            baseSequence: base,
            referenceTime: Int32(input.byte()),
            feedbackCount: input.byte(),
            packets: packets
        )
        room.receive(.transportFeedback(feedback), fromSubscriber: Int(step >> 4 & 3), at: now)
    }

    // MARK: The driver

    private func advance(_ duration: Duration) throws(FuzzFinding) {
        now = now + duration
        try forward()
        room.advance(to: now)
        try drain()
    }

    private var microseconds: UInt32 { UInt32(truncatingIfNeeded: now.nanoseconds / 1_000) }

    private func forward() throws(FuzzFinding) {
        room.beginForward(at: now)
        for position in 0..<room.subscriberCount {
            for packet in 0..<room.pendingCount {
                let length = room.pendingLength(packet)
                guard let outgoing = room.write(packet, to: position, header: header, sentAt: microseconds)
                else { continue }
                try FuzzBody.expect(
                    outgoing.payload.count <= length,
                    "a payload has the length that was told"
                )
                try ledger.note(outgoing, header: header)
            }
        }
        room.endForward()
    }

    private func drain() throws(FuzzFinding) {
        for output in room.takeOutputs() {
            switch output {
            case .toPublisher(let compound), .toSubscriber(_, let compound):
                try FuzzBody.expect(compound.count.isMultiple(of: 4), "reports have whole words")
            case .packet(let transmission):
                let outgoing = room.write(
                    transmission,
                    scratch: scratch,
                    header: header,
                    sentAt: microseconds
                )
                if let outgoing { try ledger.note(outgoing, header: header) }
            }
        }
    }
}
