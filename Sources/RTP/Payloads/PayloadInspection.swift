/// What forwarding needs to know about a packet, and the RTP header does not say.
///
/// The end of a frame is not here: it is the header's marker. Costs a few reads and no allocation.
public struct PayloadInspection: Equatable, Sendable {
    /// Whether the packet may be the first of a frame.
    ///
    /// H264 and AV1 do not tell a frame's first packet from a later one that begins a new unit, so that
    /// several packets of one timestamp can say so: the first of them counts. Sound: every packet.
    public var startsFrame: Bool
    /// Whether a decoder that has seen nothing can begin with this packet.
    ///
    /// For H264 that is the one with the sequence parameter set; a delimiter may come before it in the same
    /// frame and can be left out. A key frame without parameter sets in the stream is none. Sound: every
    /// packet.
    public var startsKeyFrame: Bool

    /// An inspection with these findings.
    public init(startsFrame: Bool, startsKeyFrame: Bool) {
        self.startsFrame = startsFrame
        self.startsKeyFrame = startsKeyFrame
    }

    /// The packet continues a frame, or is malformed.
    public static let continuation = PayloadInspection(startsFrame: false, startsKeyFrame: false)

    /// Inspects a payload without padding; all false if it is malformed.
    public static func inspect(_ payload: Span<UInt8>, codec: Codec) -> PayloadInspection {
        switch codec {
        case .vp8: VP8Payload.inspect(payload)
        case .vp9: VP9Payload.inspect(payload)
        case .h264: H264Payload.inspect(payload)
        case .av1: AV1Payload.inspect(payload)
        case .opus: OpusPayload.inspect(payload)
        case .red: REDPayload.inspect(payload)
        }
    }
}
