/// Deleting a recording whole: objects first, so that nothing is left that no row names, and a tombstone in its place.
public struct RecordingDisposal: Sendable {
    let database: any Database
    let store: any ObjectStore
    let tokens: any OwnTokens
    let recorder: (any MediaRecorder)?
    let settings: DomainSettings

    /// Makes it over its ports.
    public init(
        database: any Database,
        store: any ObjectStore,
        tokens: any OwnTokens,
        recorder: (any MediaRecorder)? = nil,
        settings: DomainSettings
    ) {
        self.database = database
        self.store = store
        self.tokens = tokens
        self.recorder = recorder
        self.settings = settings
    }

    /// - Parameters:
    ///   - reason: For its tombstone.
    ///   - entry: For the access log; like the tombstone only written if it is this call that deletes the row.
    func delete(
        _ recording: Recording,
        _ reason: Tombstone.Reason,
        noting entry: AccessLogEntry? = nil
    ) async throws {
        var localSize: Int64 = 0
        if recording.source == .server, let recorder {
            await recorder.end(recording.id)
            // A size that is not to be had is no reason to keep what it is of.
            localSize = (try? await recorder.recording(recording.id)?.fileSize) ?? 0
            try await recorder.delete(recording.id, of: recording.sessionID)
        }
        let (keys, uploads) = try await database.read { db in
            let current = try db.recordings.find(recording.id) ?? recording
            return (try Self.keys(of: current, in: db), current.uploads)
        }
        for upload in uploads { try await store.abortUpload(upload) }
        for key in keys { try await store.delete(key) }
        let (size, now) = (localSize, settings.now())
        let (left, lateUploads) = try await database.write { db -> ([ObjectKey], [ObjectUpload]) in
            // What arrived meanwhile goes too: a chunk, a combination, or a file under the name that it was to have.
            guard let recording = try db.recordings.find(recording.id) else { return ([], []) }
            let late = try Self.keys(of: recording, in: db)
            try db.recordings.delete(recording.id)
            try db.tombstones.append(
                Tombstone(
                    subject: tokens.pseudonym(of: recording.userID),
                    recordingID: recording.id,
                    reason: reason,
                    fileSize: max(recording.knownSize, size),
                    deletedAt: now
                )
            )
            if let entry { try db.accessLog.append(entry) }
            let files = recording.segments.map { recording.key(of: $0) }
            return (late.filter { !keys.contains($0) || files.contains($0) }, recording.uploads)
        }
        for upload in lateUploads { try await store.abortUpload(upload) }
        for key in left { try await store.delete(key) }
    }

    /// Everything that is stored of a recording.
    static func keys(of recording: Recording, in db: any Transaction) throws -> [ObjectKey] {
        let chunks = try db.recordings.runs(sessionID: recording.sessionID)
            .filter { $0.recordingID == recording.id }
            .flatMap { try db.recordings.chunks(runID: $0.id) }
        // A file may be stored without its row saying so yet.
        let files = recording.segments.flatMap { segment in
            [recording.key(of: segment), .strip(recording, segment: segment.number)]
        }
        let archive: ObjectKey? = recording.segments.count > 1 ? .archive(recording) : nil
        let others = [recording.objectKey ?? archive, recording.thumbnailKey].compactMap(\.self)
        return others.filter { !files.contains($0) } + files + chunks.map(\.objectKey)
    }
}

extension Recording {
    /// Bytes of its files, as far as its row knows them; of one that runs none may be known.
    var knownSize: Int64 { max(fileSize, segments.map(\.fileSize).reduce(0, +)) }
}

extension LocalRecording {
    /// Bytes of its files.
    var fileSize: Int64 { segments.map(\.segment.fileSize).reduce(0, +) }
}
