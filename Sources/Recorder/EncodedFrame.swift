public import RTP

/// A track of a recording.
public enum RecordingTrack: Sendable { case audio, video }

/// Width and height in pixels.
public struct PictureSize: Equatable, Sendable {
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int

    /// A size.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

/// What a decoder takes at once: a picture, or 2.5 to 120 ms of sound.
///
/// `bytes` are as the container wants them: VP8 and VP9 frames; AV1 temporal units of OBUs with `obu_has_size_field` and
/// without temporal delimiters; H.264 access units of NAL units, each behind four bytes of length (ISO/IEC 14496-15),
/// parameter sets included; Opus packets.
public struct EncodedFrame: Equatable, Sendable {
    /// Its format.
    public var codec: Codec
    /// Microseconds since the recording began.
    public var time: Int64
    /// Whether decoding may begin here; of sound always.
    public var isKeyFrame: Bool
    /// Of a key frame that says it.
    public var size: PictureSize?
    /// As the container wants them.
    public var bytes: [UInt8]

    /// A frame.
    public init(codec: Codec, time: Int64, isKeyFrame: Bool, size: PictureSize? = nil, bytes: [UInt8]) {
        self.codec = codec
        self.time = time
        self.isKeyFrame = isKeyFrame
        self.size = size
        self.bytes = bytes
    }

    /// Sound or picture.
    public var track: RecordingTrack { codec.isVideo ? .video : .audio }
}

/// Something to be done to the file of a recording.
public enum FileChange: Equatable, Sendable {
    case append([UInt8])
    /// Within what was written before.
    case overwrite(offset: Int64, [UInt8])
}
