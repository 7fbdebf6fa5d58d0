/// What the sample entry of the audio track says: Opus.
public struct MP4AudioFormat: Equatable, Sendable {
    /// 1 or 2.
    public var channels: Int
    /// Samples at 48 kHz that a player throws away at the start: the delay of the encoder.
    public var preSkip: UInt16

    /// A format of these values.
    public init(channels: Int = 2, preSkip: UInt16 = 312) {
        self.channels = min(max(channels, 1), 2)
        self.preSkip = preSkip
    }
}
