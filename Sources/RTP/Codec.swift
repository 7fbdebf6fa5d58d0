/// A media format that Porthole passes on, by its name in SDP.
public enum Codec: String, CaseIterable, Hashable, Sendable {
    /// VP8 (RFC 7741).
    case vp8 = "VP8"
    /// VP9 (RFC 9628).
    case vp9 = "VP9"
    /// H.264 (RFC 6184).
    case h264 = "H264"
    /// AV1 (RTP Payload Format For AV1, v1.0.0).
    case av1 = "AV1"
    /// Opus (RFC 7587).
    case opus
    /// Redundant audio data (RFC 2198) that carries Opus.
    case red

    /// The codec of an encoding name, whose case does not matter (RFC 8866 §6.6).
    public init?(encodingName: String) {
        let lowercased = encodingName.lowercased()
        guard let codec = Codec.allCases.first(where: { $0.rawValue.lowercased() == lowercased }) else {
            return nil
        }
        self = codec
    }

    /// Whether it carries sound; otherwise it carries pictures.
    public var isAudio: Bool {
        switch self {
        case .opus, .red: true
        case .vp8, .vp9, .h264, .av1: false
        }
    }

    /// Whether it carries pictures; otherwise it carries sound.
    public var isVideo: Bool { !isAudio }

    /// The units of an RTP timestamp in one second.
    public var clockRate: UInt32 { isAudio ? 48_000 : 90_000 }
}
