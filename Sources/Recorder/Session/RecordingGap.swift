/// A stretch of a recording that has nothing new to show.
public struct RecordingGap: Equatable, Sendable {
    /// Where it begins on the recording's line, in microseconds.
    public var position: Int64
    /// In microseconds.
    public var duration: Int64

    /// A stretch.
    public init(position: Int64, duration: Int64) {
        self.position = position
        self.duration = duration
    }
}
