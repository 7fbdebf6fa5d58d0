public import RTP

/// What a container has to know of pictures before the first of them.
public struct VideoTrackFormat: Equatable, Sendable {
    /// How pictures are coded.
    public var codec: Codec
    /// Of the first key frame; later ones may say otherwise in the stream itself.
    public var size: PictureSize
    /// What a decoder is given first: the content of `av1C` or `avcC`; nothing for VP8 and VP9.
    public var codecPrivate: [UInt8]?

    /// A track of pictures.
    public init(codec: Codec, size: PictureSize, codecPrivate: [UInt8]? = nil) {
        self.codec = codec
        self.size = size
        self.codecPrivate = codecPrivate
    }
}

/// What a container has to know of sound before the first of it.
public struct AudioTrackFormat: Equatable, Sendable {
    /// Samples at 48 kHz that Opus needs to converge and that players leave out: what encoders of browsers look ahead.
    public static let opusPreSkip = 312

    /// How sound is coded.
    public var codec: Codec
    /// 1 or 2: more would need a mapping (RFC 7845 §5.1.1).
    public var channels: Int

    /// A track of sound.
    public init(codec: Codec = .opus, channels: Int) {
        self.codec = codec
        self.channels = channels
    }
}
