import RTP

/// What the sample entry of the video track says.
public struct MP4VideoFormat: Equatable, Sendable {
    /// What a decoder has to know before the first frame.
    public enum Configuration: Equatable, Sendable {
        /// NAL units without start codes or lengths.
        case h264(sequenceParameterSets: [[UInt8]], pictureParameterSets: [[UInt8]])
        /// An AV1CodecConfigurationRecord (AV1 Codec ISO Media File Format Binding §2.3).
        case av1(record: [UInt8])
        /// A VPCodecConfigurationRecord (VP Codec ISO Media File Format Binding), without version and flags.
        case vp9(record: [UInt8])
    }

    /// Of the first frame; a later one may have another.
    public var size: PictureSize
    /// Of the codec.
    public var configuration: Configuration

    /// A format of these values.
    public init(size: PictureSize, configuration: Configuration) {
        self.size = size
        self.configuration = configuration
    }

    /// The format of a key frame of H.264, by the parameter sets in it; `nil` if one is missing.
    public init?(h264 keyFrame: EncodedFrame) {
        guard keyFrame.codec == .h264, let size = keyFrame.size else { return nil }
        var sequences: [[UInt8]] = []
        var pictures: [[UInt8]] = []
        let bytes = keyFrame.bytes
        var offset = 0
        while offset <= bytes.count - 5 {
            let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            let start = offset + 4
            guard length > 0, length <= bytes.count - start else { return nil }
            let unit = start..<start + length
            switch bytes[start] & 0x1F {
            case 7 where sequences.count < 31: sequences.append(Array(bytes[unit]))
            case 8 where pictures.count < 255: pictures.append(Array(bytes[unit]))
            default: break
            }
            offset = unit.upperBound
        }
        guard !sequences.isEmpty, !pictures.isEmpty else { return nil }
        self.size = size
        configuration = .h264(sequenceParameterSets: sequences, pictureParameterSets: pictures)
    }

    var codec: Codec {
        switch configuration {
        case .h264: .h264
        case .av1: .av1
        case .vp9: .vp9
        }
    }
}
