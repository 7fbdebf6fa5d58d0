import Dispatch
public import PortholeCore

/// Recording beside forwarding.
extension MediaPlane: MediaRecorder {
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

    /// The recordings that are being written.
    public func running() async -> Set<RecordingID> { recorder?.running ?? [] }

    /// What the disk holds.
    public func recordings() async throws -> [LocalRecording] {
        guard let directory = recorder?.directory else { return [] }
        return try await onDisk("list recordings") { try directory.recordings() }
    }

    /// Makes a file whole.
    public func repair(_ segment: LocalSegment) async throws -> LocalSegment? {
        try await onDisk("repair a recording") { try RecordingRepair.mend(segment) }
    }

    /// Deletes the files of a recording.
    public func delete(_ recording: RecordingID, of session: SessionID) async throws {
        guard let directory = recorder?.directory else { return }
        try await onDisk("delete a recording") { try directory.delete(recording, of: session) }
    }

    /// Waits for a disk on a thread of its own kind.
    private func onDisk<Value: Sendable>(
        _ operation: String,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility)
                .async {
                    do {
                        continuation.resume(returning: try body())
                    } catch let error as RecordingFileError where error.failure == .diskFull {
                        continuation.resume(throwing: ObjectStoreError.outOfSpace)
                    } catch {
                        continuation.resume(
                            throwing: ObjectStoreError.failed(operation: operation, reason: "\(error)")
                        )
                    }
                }
        }
    }
}
