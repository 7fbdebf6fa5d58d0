/// What a container declares of a track before its frames.
public enum CodecConfiguration: Equatable, Sendable {
    /// Nothing is declared.
    case vp8
    /// For `vpcC`, or the CodecPrivate of WebM.
    case vp9(VP9Configuration)
    /// For `av1C`, which is the CodecPrivate of WebM too.
    case av1(AV1Configuration)
    /// For `avcC`: the newest parameter sets as NAL units, those of pictures in the order of their numbers.
    case h264(sps: [UInt8], pps: [[UInt8]])
    /// Always two channels, as RFC 7587 §7 says: a decoder gives so many, whatever single packets have.
    case opus(channels: Int)

    /// The configuration record of ISO/IEC 14496-15 §5.3.3.1 (H.264), of the AV1 binding §2.3.3 or of the VP
    /// binding (VP9); `nil` for what has none.
    public var record: [UInt8]? {
        switch self {
        case .vp8, .opus: nil
        case .vp9(let configuration): configuration.record
        case .av1(let configuration): configuration.record
        case .h264(let sps, let pps): Self.h264Record(sps: sps, pps: pps)
        }
    }

    private static func h264Record(sps: [UInt8], pps: [[UInt8]]) -> [UInt8]? {
        guard H264SequenceParameterSet(parsing: sps) != nil else { return nil }
        return AVCConfiguration(sequenceParameterSets: [sps], pictureParameterSets: pps).record
    }
}
