import Dispatch
import PortholeCore

/// What is done with files that nobody writes, on threads that may wait for a disk.
struct RecordingFiles: Sendable {
    let directory: RecordingDirectory

    func recordings() async throws -> [LocalRecording] {
        try await onDisk("list recordings") { try directory.recordings() }
    }

    func repair(_ segment: LocalSegment) async throws -> LocalSegment? {
        try await onDisk("repair a recording") { try RecordingRepair.mend(segment) }
    }

    func delete(_ recording: RecordingID, of session: SessionID) async throws {
        try await onDisk("delete a recording") { try directory.delete(recording, of: session) }
    }

    func discard(_ segment: LocalSegment) async throws {
        try await onDisk("delete a recording") { try RecordingDirectory.delete(segment.path) }
    }

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
