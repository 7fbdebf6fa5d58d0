public import PortholeCore

/// Recording beside forwarding.
extension MediaPlane: MediaRecorder {
    private var files: RecordingFiles? { recorder.map { RecordingFiles(directory: $0.directory) } }

    /// What happens to files, for one listener.
    public func recordingEvents() -> AsyncStream<RecordingEvent> {
        recorder?.recordingEvents ?? AsyncStream { $0.finish() }
    }

    /// Ends a recording.
    public func end(_ recording: RecordingID) async -> RecordingFailure? {
        for loop in loops { await loop.end(recording) }
        await recorder?.ended(recording)
        return recorder?.failure(of: recording)
    }

    /// Ends what is recorded of a room.
    public func endRecordings(of room: MediaRoomID) async {
        guard let recording = await loop(of: room).endRecording(of: room) else { return }
        await recorder?.ended(recording)
    }

    /// What the disk holds.
    public func recordings() async throws -> [LocalRecording] { try await files?.recordings() ?? [] }

    /// Makes a file whole.
    public func repair(_ segment: LocalSegment) async throws -> LocalSegment? {
        try await files?.repair(segment)
    }

    /// Deletes the files of a recording.
    public func delete(_ recording: RecordingID, of session: SessionID) async throws {
        try await files?.delete(recording, of: session)
    }

    /// Deletes a file.
    public func discard(_ segment: LocalSegment) async throws { try await files?.discard(segment) }
}
