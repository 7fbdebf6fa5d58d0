public import Foundation

/// That a publisher's media is to be recorded, and as what: found out before the media plane lets it in.
public struct RecordingOrder: Equatable, Sendable {
    /// The recording.
    public var recording: RecordingID
    /// The number of its next file: 0, unless it is continued after a restart of the server.
    public var nextSegment: Int
    /// When its time line began; `nil` for one that begins with the first frame.
    public var startedAt: Date?

    /// Puts an order together.
    public init(recording: RecordingID, nextSegment: Int = 0, startedAt: Date? = nil) {
        self.recording = recording
        self.nextSegment = nextSegment
        self.startedAt = startedAt
    }
}

/// What happens to the files of a recording.
public enum RecordingEvent: Equatable, Sendable {
    /// A file begins in the media of this room.
    case segmentBegan(RecordingID, MediaRoomID, Recording.Segment)
    /// A file is whole.
    case segmentEnded(RecordingID, Recording.Segment)
    /// A stretch that has nothing to show.
    case gap(RecordingID, Recording.Gap)
    /// Nothing is written any more, because it was asked for or for a reason; files that are not whole can be repaired.
    case ended(RecordingID, MediaRoomID, RecordingFailure?)
}

/// Why a recording ended before its session.
public enum RecordingFailure: String, Equatable, Sendable, Codable {
    /// No room for more.
    case diskFull = "disk_full"
    /// The disk does not do what it should.
    case diskFailed = "disk_failed"
}

/// A file of a recording on this machine's disk.
public struct LocalSegment: Equatable, Sendable {
    /// Where it is.
    public var path: String
    /// What is known of it by itself: number, container, length in bytes; after a repair its duration.
    public var segment: Recording.Segment
    /// When it was last written.
    public var modifiedAt: Date

    /// Puts the parts together.
    public init(path: String, segment: Recording.Segment, modifiedAt: Date) {
        self.path = path
        self.segment = segment
        self.modifiedAt = modifiedAt
    }
}

/// What the disk holds of one recording.
public struct LocalRecording: Equatable, Sendable {
    /// The recording.
    public var id: RecordingID
    /// The session that it is of.
    public var session: SessionID
    /// Its files in order.
    public var segments: [LocalSegment]

    /// Puts the parts together.
    public init(id: RecordingID, session: SessionID, segments: [LocalSegment]) {
        self.id = id
        self.session = session
        self.segments = segments
    }
}

/// Records media on the server, into files on this machine's disk.
///
/// A recording begins with the media of a publisher whose ``MediaGrant/recording`` asks for it, goes on over all
/// publishers of the room, and ends with the room or by ``end(_:)``.
public protocol MediaRecorder: Sendable {
    /// What happens, from now on; for one listener, nothing is left out.
    func recordingEvents() -> AsyncStream<RecordingEvent>

    /// Ends a recording; its files are whole on return. Nothing is recorded under this id any more.
    ///
    /// - Returns: Why it had ended before, if it had for a reason, since the server's start.
    @discardableResult
    func end(_ recording: RecordingID) async -> RecordingFailure?

    /// Ends the recordings of a room that are not asked for any more (consent was withdrawn).
    func endRecordings(of room: MediaRoomID) async

    /// What the disk holds, running or not.
    ///
    /// - Throws: ``ObjectStoreError``.
    func recordings() async throws -> [LocalRecording]

    /// Makes a file whole that a crash left behind; one that is whole stays as it is.
    ///
    /// - Returns: `nil` if it holds nothing that can be played.
    /// - Throws: ``ObjectStoreError``.
    func repair(_ segment: LocalSegment) async throws -> LocalSegment?

    /// Deletes the files of a recording; what is not there is no error.
    func delete(_ recording: RecordingID, of session: SessionID) async throws

    /// Deletes one file; one that is not there is no error.
    func discard(_ segment: LocalSegment) async throws
}

extension MediaRecorder {
    /// What the disk holds of one recording; `nil` if nothing.
    ///
    /// - Throws: ``ObjectStoreError``.
    func recording(_ id: RecordingID) async throws -> LocalRecording? {
        try await recordings().first { $0.id == id }
    }
}
