public import PortholeCore

/// Minds the files of earlier recordings where nothing is recorded now: they are still finished, deleted and erased.
public struct DormantRecorder: MediaRecorder {
    private let files: RecordingFiles

    /// - Parameter directory: Where recordings were written; made with mode 0700.
    /// - Throws: ``ObjectStoreError`` when it cannot be had.
    public init(directory: String) throws {
        files = RecordingFiles(directory: try RecordingDirectory(root: directory))
    }

    /// Nothing happens.
    public func recordingEvents() -> AsyncStream<RecordingEvent> { AsyncStream { $0.finish() } }

    /// Nothing runs.
    public func end(_ recording: RecordingID) async -> RecordingFailure? { nil }

    /// Nothing runs.
    public func endRecordings(of room: MediaRoomID) async {}

    /// What the disk holds.
    public func recordings() async throws -> [LocalRecording] { try await files.recordings() }

    /// Makes a file whole.
    public func repair(_ segment: LocalSegment) async throws -> LocalSegment? {
        try await files.repair(segment)
    }

    /// Deletes the files of a recording.
    public func delete(_ recording: RecordingID, of session: SessionID) async throws {
        try await files.delete(recording, of: session)
    }

    /// Deletes a file.
    public func discard(_ segment: LocalSegment) async throws { try await files.discard(segment) }
}
