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
        guard let set = H264SequenceParameterSet(parsing: sps), sps.count <= 65_535, pps.count <= 255 else {
            return nil
        }
        // Version 1; lengths of four bytes; one sequence parameter set.
        var record: [UInt8] = [1, set.profile, set.constraints, set.level, 0xFF, 0xE1]
        append(sps, to: &record)
        record.append(UInt8(pps.count))
        for unit in pps {
            guard unit.count <= 65_535 else { return nil }
            append(unit, to: &record)
        }
        if set.isHighProfile {
            record.append(0xFC | set.chromaFormat)
            record.append(0xF8 | (set.lumaBitDepth - 8))
            record.append(0xF8 | (set.chromaBitDepth - 8))
            record.append(0)
        }
        return record
    }

    /// A NAL unit behind two bytes of length.
    private static func append(_ unit: [UInt8], to record: inout [UInt8]) {
        record.append(UInt8(truncatingIfNeeded: unit.count >> 8))
        record.append(UInt8(truncatingIfNeeded: unit.count))
        record.append(contentsOf: unit)
    }
}
