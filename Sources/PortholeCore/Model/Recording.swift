public import Foundation

/// What is kept of a session: one file, made from the runs of its recorders.
public struct Recording: Equatable, Sendable {
    /// What the API calls `status`.
    public enum Status: String, Sendable, Codable {
        /// Chunks arrive.
        case recording
        /// The session is over and the file is being made.
        case processing
        case ready
        case failed
    }

    /// Who recorded.
    public enum Source: String, Sendable, Codable {
        case server
        case browser
    }

    /// A stretch that nobody recorded, between two runs.
    public struct Gap: Equatable, Sendable, Codable {
        /// Where in the file it is, in seconds.
        public var position: Double
        /// How much wall time is missing, in seconds.
        public var duration: Double

        /// Makes one from its parts.
        public init(position: Double, duration: Double) {
            self.position = position
            self.duration = duration
        }
    }

    /// Small pictures of a file, side by side in one JPEG: what the seek bar shows.
    ///
    /// Row by row; the first is of the first moment.
    public struct Strip: Equatable, Sendable, Codable {
        /// Seconds from one picture to the next.
        public var interval: Double
        /// How many there are.
        public var count: Int
        /// Pictures of a row.
        public var columns: Int
        /// Pixels of one picture.
        public var width: Int
        /// Pixels of one picture.
        public var height: Int
        /// Where the object store keeps it.
        public var objectKey: ObjectKey?

        /// Makes one that is not stored.
        public init(interval: Double, count: Int, columns: Int, width: Int, height: Int) {
            self.interval = interval
            self.count = count
            self.columns = columns
            self.width = width
            self.height = height
        }
    }

    /// One file of a recording made on the server.
    ///
    /// Normally there is one; several are played in order.
    public struct Segment: Equatable, Sendable, Codable {
        /// From 0.
        public var number: Int
        /// Container and codecs, such as `video/webm;codecs=vp8,opus`.
        public var mimeType: String
        /// Where in the recording it begins, seconds.
        public var start: Double
        /// Seconds; `nil` while it grows.
        public var duration: Double?
        /// Bytes; 0 while it grows.
        public var fileSize: Int64
        /// Pixels; `nil` for sound alone.
        public var width: Int?
        /// Pixels; `nil` for sound alone.
        public var height: Int?
        /// SHA-256 of the file in hexadecimal digits, once it is whole.
        public var sha256: String?
        /// Where the object store keeps it; `nil` while it is on this machine only.
        public var objectKey: ObjectKey?
        /// Its pictures for the seek bar, once they are drawn.
        public var strip: Strip?
        /// How far it has got into the object store, if that takes it in parts.
        public internal(set) var upload: Upload?

        /// Makes one that has just begun.
        public init(number: Int, mimeType: String, start: Double, width: Int? = nil, height: Int? = nil) {
            self.number = number
            self.mimeType = mimeType
            self.start = start
            self.width = width
            self.height = height
            fileSize = 0
        }

        /// Its container.
        public var container: MediaContainer { mimeType.hasPrefix("video/mp4") ? .mp4 : .webm }
    }

    /// What a clip is cut from: a stretch of another recording's time line.
    public struct Clip: Equatable, Sendable, Codable {
        /// The recording.
        public var recording: RecordingID
        /// Seconds; the file begins with the key frame before.
        public var start: Double
        /// Seconds.
        public var end: Double

        /// Makes one from its parts.
        public init(recording: RecordingID, start: Double, end: Double) {
            self.recording = recording
            self.start = start
            self.end = end
        }
    }

    /// The key of the row.
    public let id: RecordingID
    /// The session that it belongs to.
    public let sessionID: SessionID
    /// The child.
    public let userID: UserID
    /// How far it got.
    public var status: Status
    /// Who recorded.
    public let source: Source
    /// Container and codecs as the recorder named them, such as `video/webm;codecs=vp9,opus`.
    public var mimeType: String
    /// Seconds; `nil` until ready.
    public var duration: Double?
    /// Bytes of the file; of the chunks until it is ready.
    public var fileSize: Int64
    /// Pixels; `nil` until ready.
    public var width: Int?
    /// Pixels; `nil` until ready.
    public var height: Int?
    /// The file in the object store; `nil` until ready.
    public var objectKey: ObjectKey?
    /// The poster picture in the object store.
    public var thumbnailKey: ObjectKey?
    /// Its files, if it is made on the server; empty for one from browsers.
    public var segments: [Segment]
    /// Why it ended before its session, if it did.
    public var failure: RecordingFailure?
    /// What it is cut from, if it is a clip.
    public var clip: Clip?
    /// Whether the pictures for the seek bar are still to be drawn.
    public var needsStrips: Bool
    /// Stretches that nobody recorded, in order.
    public var gaps: [Gap]
    /// Whether something was refused because the recording was full.
    public var truncated: Bool
    /// Chunks that were promised by a later one and never came.
    public var missingChunks: Int
    /// When its first run began to arrive.
    public let createdAt: Date
    /// When it last changed.
    public var updatedAt: Date
    /// When it first became ready: the one mail about it was enqueued then.
    public var announcedAt: Date?
    /// When the last chunk arrived.
    public var lastChunkAt: Date
    /// Set when a chunk arrived that the file does not hold yet; never for a recording of the server.
    public var needsCombining: Bool

    /// Makes an empty recording.
    public init(
        id: RecordingID = RecordingID(),
        sessionID: SessionID,
        userID: UserID,
        source: Source,
        mimeType: String,
        createdAt: Date
    ) {
        self.id = id
        self.sessionID = sessionID
        self.userID = userID
        status = .recording
        self.source = source
        self.mimeType = mimeType
        fileSize = 0
        segments = []
        needsStrips = false
        gaps = []
        truncated = false
        missingChunks = 0
        self.createdAt = createdAt
        updatedAt = createdAt
        lastChunkAt = createdAt
        needsCombining = source == .browser
    }
}

/// One MediaRecorder from start to stop.
public struct RecordingRun: Equatable, Sendable {
    /// The key of the row.
    public let id: RecordingRunID
    /// The recording that it is part of.
    public let recordingID: RecordingID
    /// The session that it belongs to.
    public let sessionID: SessionID
    /// Who uploads it (a viewer's principal); runs of others are none of an uploader's business.
    public let uploader: String
    /// The page's own id of the run; empty for clients that send none.
    public let clientRunID: String
    /// The order of arrival within the session, from 0.
    public let position: Int
    /// When the recorder began, by its own account.
    public var startedAt: Date?
    /// Container and codecs, as of its recording.
    public let mimeType: String
    /// The number of the run's last chunk, once known.
    public var finalChunk: Int?
    /// When its first chunk arrived.
    public let createdAt: Date

    /// Makes one from its parts.
    public init(
        id: RecordingRunID = RecordingRunID(),
        recordingID: RecordingID,
        sessionID: SessionID,
        uploader: String,
        clientRunID: String,
        position: Int,
        startedAt: Date?,
        mimeType: String,
        createdAt: Date
    ) {
        self.id = id
        self.recordingID = recordingID
        self.sessionID = sessionID
        self.uploader = uploader
        self.clientRunID = clientRunID
        self.position = position
        self.startedAt = startedAt
        self.mimeType = mimeType
        self.createdAt = createdAt
    }
}

/// One uploaded slice of a run: bytes that only make sense in order with the others.
public struct RecordingChunk: Equatable, Sendable {
    /// The run that it is a slice of.
    public let runID: RecordingRunID
    /// From 0.
    public let number: Int
    /// Bytes.
    public let size: Int64
    /// SHA-256 of the bytes, 32 bytes: the same chunk again is welcome, another under its number is not.
    public let digest: [UInt8]
    /// Its bytes in the object store.
    public let objectKey: ObjectKey
    /// When it arrived.
    public let createdAt: Date

    /// Makes one from its parts.
    public init(
        runID: RecordingRunID,
        number: Int,
        size: Int64,
        digest: [UInt8],
        objectKey: ObjectKey,
        createdAt: Date
    ) {
        self.runID = runID
        self.number = number
        self.size = size
        self.digest = digest
        self.objectKey = objectKey
        self.createdAt = createdAt
    }
}
