public import Foundation

/// One uploaded chunk, as a client describes it.
public struct ChunkUpload: Equatable, Sendable {
    /// The session that was recorded.
    public var sessionID: SessionID
    /// `nil` for a client that uploads a whole recording at once.
    public var chunkNumber: Int?
    /// The page's own id of the run; `nil` for clients that send none.
    public var runID: UUID?
    /// When the recorder began.
    public var startedAt: Date?
    /// Whether it is the last chunk of its run.
    public var isFinal: Bool
    /// As the file part said.
    public var mimeType: String
    /// Whether its run, if new, begins the session's next recording: the page rolls over before the limit.
    public var opensNextRecording: Bool

    /// Makes one from its parts.
    public init(
        sessionID: SessionID,
        chunkNumber: Int?,
        runID: UUID?,
        startedAt: Date?,
        isFinal: Bool,
        mimeType: String,
        opensNextRecording: Bool = false
    ) {
        self.sessionID = sessionID
        self.chunkNumber = chunkNumber
        self.runID = runID
        self.startedAt = startedAt
        self.isFinal = isFinal
        self.mimeType = mimeType
        self.opensNextRecording = opensNextRecording
    }
}

extension ChunkUpload {
    /// Whether no chunk of its run comes after it.
    var isLast: Bool { isFinal || chunkNumber == nil }
}

/// A file that arrived and waits to be stored.
public struct StagedFile: Equatable, Sendable {
    /// Where it is, on the object store's own disk.
    public let path: String
    /// Bytes.
    public let size: Int64
    /// SHA-256, 32 bytes.
    public let digest: [UInt8]

    /// Makes one from its parts.
    public init(path: String, size: Int64, digest: [UInt8]) {
        self.path = path
        self.size = size
        self.digest = digest
    }
}

/// What became of a chunk.
public struct ChunkReceipt: Equatable, Sendable {
    /// The recording as it is now.
    public let recording: Recording
    /// Bytes of all its chunks.
    public let recordingBytes: Int64
    /// The number under which the chunk is kept.
    public let chunkNumber: Int
    /// How many chunks of the run are stored now.
    public let received: Int
    /// Whether the page should end this run and begin the next: the recording is nearly full.
    public let shouldRollOver: Bool
}

/// The container and codecs of a recording, read from a media type such as `video/webm;codecs="vp9,opus"`.
struct RecordingMediaType: Equatable {
    /// Lower case, without blanks and quotes: runs join where these agree.
    let text: String
    let container: MediaContainer

    /// - Returns: `nil` for media types that are no recordings.
    init?(_ text: String) {
        let plain = text.lowercased().filter { !" \t\"".contains($0) }
        switch plain.split(separator: ";").first.map(String.init) {
        case "video/webm", "application/octet-stream": container = .webm
        case "video/mp4": container = .mp4
        case "video/x-matroska": container = .matroska
        default: return nil
        }
        guard plain.utf8.count <= 128, plain.utf8.allSatisfy({ (33...126).contains($0) }) else { return nil }
        self.text = plain.hasPrefix("application/octet-stream") ? "video/webm" : plain
    }
}
