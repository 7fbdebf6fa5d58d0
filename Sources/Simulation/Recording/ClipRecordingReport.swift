/// What became of a clip that was recorded.
public struct ClipRecordingReport: Codable, Equatable, Sendable {
    /// The file.
    public var path: String
    /// What it is, with its codecs.
    public var mimeType: String
    /// How long it is.
    public var seconds: Double
    /// How large it is.
    public var bytes: Int64
    /// Pictures in it.
    public var frames: Int
    /// Key frames that were sent.
    public var keyFrames: Int
    /// Packets of sound in it.
    public var soundPackets: Int
    /// What it took to make it.
    public var elapsedSeconds: Double
    /// How many times faster than real time that was.
    public var speed: Double
}
