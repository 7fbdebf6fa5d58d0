import RTP
import WebRTC

extension FuzzBody {
    /// The first byte names the codec, the rest is a packet.
    static func readPacket(_ bytes: [UInt8]) throws(FuzzFinding) {
        var input = FuzzInput(bytes)
        let codec = Codec.allCases[Int(input.byte()) % Codec.allCases.count]
        let packet = input.take(.max - 1)
        // A payload by itself, so that it need not stand behind a sound header.
        try inspect(packet, codec)
        _ = try? RTPHeader(parsingProtected: packet.span)
        guard let header = try? RTPHeader(parsing: packet.span) else { return }
        try expect(
            header.length <= packet.count && header.payload.lowerBound >= header.length
                && header.payload.upperBound + header.paddingCount == packet.count,
            "header, payload and padding fill the packet"
        )
        var reader = HeaderExtensionReader(header)
        while let (_, value) = reader.next(in: packet.span) {
            try expect(
                value.lowerBound >= header.extensions.lowerBound
                    && value.upperBound <= header.extensions.upperBound,
                "an element lies within its block"
            )
            let content = packet.span.extracting(value)
            _ = AudioLevel(parsing: content)
            _ = AbsoluteSendTime(parsing: content)
        }
        let payload = Array(packet[header.payload])
        try inspect(payload, codec)
        if let original = RTX.originalPayload(of: header) {
            try expect(RTX.originalSequenceNumber(in: payload.span) != nil, "a resend names what it repeats")
            try inspect(Array(packet[original]), codec)
        }
    }

    private static func inspect(_ payload: [UInt8], _ codec: Codec) throws(FuzzFinding) {
        let inspection = PayloadInspection.inspect(payload.span, codec: codec)
        try expect(!inspection.startsKeyFrame || inspection.startsFrame, "a key frame is a frame")
        _ = VP8Payload(parsing: payload.span)
        _ = VP9Payload(parsing: payload.span)
        _ = AV1Payload(parsing: payload.span)
        if let (_, range) = REDPayload.primaryBlock(in: payload.span) {
            try expect(range.upperBound <= payload.count, "a block lies within its payload")
        }
    }

    static func readReports(_ bytes: [UInt8]) throws(FuzzFinding) {
        let packets = reports(bytes)
        try expect(packets.count <= bytes.count / 4, "a packet takes four bytes")
        var written: [UInt8] = []
        for packet in packets {
            let start = written.count
            packet.write(to: &written)
            try expect(written.count.isMultiple(of: 4), "packets have whole words")
            let again = reports(Array(written[start...]))
            // Writing leaves out what it does not know; what it writes it reads as the same.
            if let same = again.first {
                var twice: [UInt8] = []
                same.write(to: &twice)
                try expect(reports(twice) == again, "what was read is written and read again as the same")
            }
        }
    }

    private static func reports(_ bytes: [UInt8]) -> [RTCPPacket] {
        var reader = RTCPReader()
        var packets: [RTCPPacket] = []
        while let packet = try? reader.next(in: bytes.span) { packets.append(packet) }
        return packets
    }

    /// Any bytes as the content of a feedback, and as arrivals that one is built from.
    static func buildFeedback(_ bytes: [UInt8]) throws(FuzzFinding) {
        let padded = bytes.prefix(4_000) + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        let words = padded.count / 4
        try readReports([0x8F, 205, UInt8(words >> 8), UInt8(words & 0xFF)] + padded)

        var input = FuzzInput(bytes)
        var builder = TransportFeedbackBuilder()
        var now = MonotonicTime(nanoseconds: UInt64(input.uint32()) << 16)
        var sequence = input.uint16()
        while !input.isAtEnd {
            let step = input.byte()
            switch step {
            case 0..<0x80: sequence &+= UInt16(step)
            case 0x80..<0xC0: sequence &-= UInt16(step & 0x3F)
            case 0xC0..<0xE0: sequence &+= input.uint16()
            case 0xE0..<0xF0: now = now.advanced(byNanoseconds: Int64(input.uint16()) << 20)
            default:
                try takeAll(&builder)
                continue
            }
            now = now.advanced(byNanoseconds: Int64(step) << 14)
            builder.record(sequence: sequence, at: now)
        }
        try takeAll(&builder)
    }

    private static func takeAll(_ builder: inout TransportFeedbackBuilder) throws(FuzzFinding) {
        var rounds = 0
        while let feedback = builder.build(sender: 1, media: 2) {
            rounds += 1
            try expect(rounds <= 2_048, "the builder comes to an end")
            var written: [UInt8] = []
            feedback.write(to: &written)
            try expect(written.count <= 940, "a feedback fits a datagram")
            try expect(reports(written) == [.transportFeedback(feedback)], "what is built can be read")
        }
    }

    static func readSTUN(_ bytes: [UInt8]) throws(FuzzFinding) {
        _ = bytes.first.map(DatagramKind.init(firstByte:))
        if let ufrag = STUNMessage.localUfrag(of: bytes.span) {
            try expect(ufrag.utf8.count <= 513, "a user name is no longer than the standard lets it be")
        }
        guard let message = try? STUNMessage(parsing: bytes.span) else { return }
        if let username = message.username {
            try expect(username.upperBound <= bytes.count, "a user name lies within its message")
        }
        try expect(message.unknownAttributes.count <= 8, "unknown attributes are bounded")
    }
}
