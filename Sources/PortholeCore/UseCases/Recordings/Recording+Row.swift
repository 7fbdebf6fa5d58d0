import Foundation

extension Database {
    /// Changes the row of a recording.
    ///
    /// - Returns: Whether there is such a row.
    @discardableResult
    func updateRecording(
        _ id: RecordingID,
        at now: Date,
        _ body: @escaping @Sendable (inout Recording, any Transaction) throws -> Void
    ) async throws -> Bool {
        try await write { db in
            guard var recording = try db.recordings.find(id) else { return false }
            try body(&recording, db)
            recording.updatedAt = now
            try db.recordings.update(recording)
            return true
        }
    }
}

extension Recording {
    /// Takes what a row says of the whole from its files; one without files has failed.
    mutating func complete() {
        guard let first = segments.first else {
            status = .failed
            return
        }
        status = .ready
        needsStrips = segments.contains { $0.width != nil }
        mimeType = first.mimeType
        objectKey = segments.count > 1 ? .archive(self) : first.objectKey
        fileSize = segments.map(\.fileSize).reduce(0, +)
        duration = segments.map { $0.start + ($0.duration ?? 0) }.max()
    }
}
