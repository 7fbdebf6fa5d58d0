/// A file of a recording as it begins.
public struct RecordingSegment: Equatable, Sendable {
    /// How the file is built.
    public enum Container: Equatable, Sendable {
        /// For VP8, VP9, AV1, and sound alone.
        case webm
        /// Fragmented, for H.264.
        case mp4
    }

    /// From 0 within the recording, ascending.
    public var number: Int
    /// How the file is built.
    public var container: Container
    /// As `MediaSource.isTypeSupported` takes it, such as `video/webm;codecs=vp9,opus`.
    ///
    /// RFC 6381 §3.
    public var mimeType: String
    /// Where it begins on the recording's line, in microseconds; times within the file begin anew.
    public var start: Int64
    /// Of the first picture; `nil` of sound alone.
    public var size: PictureSize?

    /// A file of these values.
    public init(number: Int, container: Container, mimeType: String, start: Int64, size: PictureSize?) {
        self.number = number
        self.container = container
        self.mimeType = mimeType
        self.start = start
        self.size = size
    }
}

/// What a file of a recording has become.
public struct RecordingSegmentEnd: Equatable, Sendable {
    /// As in ``RecordingSegment/number``.
    public var number: Int
    /// In microseconds.
    ///
    /// It reaches to the next segment, or a little over its start: sound that was there before the picture
    /// with which that one begins stays here.
    public var duration: Int64
    /// Of the largest picture; `nil` of sound alone.
    public var size: PictureSize?
    /// Pictures.
    public var videoFrames: Int
    /// Packets of sound, without silence that was filled in.
    public var audioFrames: Int

    /// An end of these values.
    public init(number: Int, duration: Int64, size: PictureSize?, videoFrames: Int, audioFrames: Int) {
        self.number = number
        self.duration = duration
        self.size = size
        self.videoFrames = videoFrames
        self.audioFrames = audioFrames
    }
}
