public import RTP

/// A whole frame of a track, before its time is known.
public struct DepacketizedFrame: Equatable, Sendable {
    /// Of the bytes; sound that came as RED is Opus.
    public var codec: Codec
    /// RTP timestamp, unwrapped: 90 kHz for pictures, 48 kHz for sound.
    public var ticks: Int64
    /// Earliest arrival of its packets.
    public var arrival: MonotonicTime
    /// Whether decoding may begin here; of sound always.
    public var isKeyFrame: Bool
    /// What a container declares; with every key frame, so that a change is seen.
    public var configuration: CodecConfiguration?
    /// Of a key frame.
    public var size: PictureSize?
    /// Ticks that sound lasts.
    public var duration: Int64?
    /// As ``EncodedFrame/bytes``.
    public var bytes: [UInt8]

    /// A frame of these parts.
    public init(
        codec: Codec,
        ticks: Int64,
        arrival: MonotonicTime,
        isKeyFrame: Bool,
        configuration: CodecConfiguration? = nil,
        size: PictureSize? = nil,
        duration: Int64? = nil,
        bytes: [UInt8]
    ) {
        self.codec = codec
        self.ticks = ticks
        self.arrival = arrival
        self.isKeyFrame = isKeyFrame
        self.configuration = configuration
        self.size = size
        self.duration = duration
        self.bytes = bytes
    }
}
