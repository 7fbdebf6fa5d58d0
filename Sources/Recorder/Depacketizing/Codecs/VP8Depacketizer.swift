import RTP

/// VP8: the payloads of a frame without their descriptors (RFC 7741 §4).
struct VP8Depacketizer: VideoDepacketizer {
    private var bytes: [UInt8] = []

    var byteCount: Int { bytes.count }

    /// The inverted key frame flag of the frame tag (RFC 6386 §9.1).
    var promisesKeyFrame: Bool { bytes.first.map { $0 & 1 == 0 } ?? false }

    func beginsFrame(_ payload: [UInt8]) -> Bool {
        VP8Payload(parsing: payload.span)?.startsFrame ?? false
    }

    mutating func append(_ payload: [UInt8], isStartKnown: Bool) -> PayloadVerdict {
        guard let descriptor = VP8Payload(parsing: payload.span) else { return .malformed }
        guard !bytes.isEmpty || descriptor.startsFrame else { return .misplaced }
        bytes.append(contentsOf: payload[descriptor.length...])
        return .taken
    }

    mutating func finish() -> FrameVerdict {
        defer { bytes = [] }
        guard let header = VP8FrameHeader(parsing: bytes[...]) else { return .damaged }
        return .picture(
            Picture(
                bytes: bytes,
                isKeyFrame: header.isKeyFrame,
                configuration: header.isKeyFrame ? .vp8 : nil,
                size: header.size
            )
        )
    }

    mutating func reset() {
        bytes = []
    }
}
