/// What became of a recording's packets and frames.
public struct RecordingCounters: Equatable, Sendable {
    /// Of sound.
    public var audio = DepacketizingCounters()
    /// Of pictures.
    public var video = DepacketizingCounters()
    /// Sound dropped: silence had been written in its place, or the file had begun after it.
    public var lateSounds = 0
    /// Pictures dropped: no file can declare their format.
    public var undeclarablePictures = 0
    /// Packets dropped that belong to no source, or to a track that it has not agreed.
    public var strayPackets = 0
    /// How often packets were not handed over.
    public var overflows = 0

    /// Nothing yet.
    public init() {}
}
