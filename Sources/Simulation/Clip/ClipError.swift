/// Why a file is no clip.
public enum ClipError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is not there, or cannot be read.
    case unreadable(path: String)
    /// It is not Matroska or WebM, or ends in the middle of something.
    case notMatroska
    /// It has no picture that is VP8 or H.264.
    case noVideo
    /// A frame that is laced, or of H.264 without lengths.
    case unsupported(String)
    /// It does not begin with a key frame.
    case noKeyFrame
    /// ffmpeg could not make it.
    case notMade(reason: String)

    /// For a person at a terminal.
    public var description: String {
        switch self {
        case .unreadable(let path): "the clip \(path) cannot be read"
        case .notMatroska: "the clip is not a whole Matroska or WebM file"
        case .noVideo: "the clip has no picture that is VP8 or H.264"
        case .unsupported(let what): "the clip has \(what), which is not supported"
        case .noKeyFrame: "the clip does not begin with a key frame"
        case .notMade(let reason): "ffmpeg made no clip: \(reason)"
        }
    }
}
