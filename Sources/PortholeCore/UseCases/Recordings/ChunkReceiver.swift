import Foundation

/// Takes the chunks of browser recordings: each is stored once, in the right run of the right recording.
public struct ChunkReceiver: Sendable {
    /// The largest chunk number; at one chunk each 10 s more than ten days.
    static let maximumChunkNumber = 100_000
    /// Runs of one session: reloads and reconnects of all its recorders.
    static let maximumRuns = 1000

    let database: any Database
    let store: any ObjectStore
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(database: any Database, store: any ObjectStore, settings: DomainSettings) {
        self.database = database
        self.store = store
        self.settings = settings
    }

    /// Throws what ``receive(_:_:_:)`` would, as far as it can be known before the bytes are there.
    public func precheck(_ caller: Caller, session id: SessionID) async throws {
        let settings = settings
        try await database.read { db in
            _ = try Self.admit(caller, try db.sessions.find(id), in: db, settings: settings)
        }
    }

    /// Stores a chunk; the staged file is consumed or discarded.
    public func receive(
        _ caller: Caller,
        _ upload: ChunkUpload,
        _ file: StagedFile
    ) async throws -> ChunkReceipt {
        do {
            let receipt = try await store(caller, upload, file)
            await store.discard(stagedFileAt: file.path)
            return receipt
        } catch {
            await store.discard(stagedFileAt: file.path)
            throw error
        }
    }

    private func store(
        _ caller: Caller,
        _ upload: ChunkUpload,
        _ file: StagedFile
    ) async throws -> ChunkReceipt {
        guard file.size <= settings.maxChunkBytes else {
            throw DomainError.tooLarge("A chunk is at most \(settings.maxChunkBytes) bytes")
        }
        guard let mediaType = RecordingMediaType(upload.mimeType) else {
            throw DomainError.unsupportedMediaType("A recording is video/webm, video/mp4 or video/x-matroska")
        }
        guard (0...Self.maximumChunkNumber).contains(upload.chunkNumber ?? 0) else {
            throw DomainError.invalid("chunkNumber must be 0 to \(Self.maximumChunkNumber)")
        }
        let freeBytes = await store.freeBytes() ?? .max
        let settings = settings
        let target = try await database.write { db in
            try Self.target(caller, upload, mediaType, file, freeBytes: freeBytes, in: db, settings: settings)
        }
        if target.isStored { return try await receipt(target) }
        let key = ObjectKey.chunk(
            sessionID: upload.sessionID,
            runID: target.run.id,
            number: target.number,
            digest: file.digest
        )
        do {
            try await store.put(fileAt: file.path, as: key, contentType: "application/octet-stream")
        } catch ObjectStoreError.outOfSpace {
            throw DomainError.unavailable("The server's disk is full", retryAfter: 60)
        }
        let chunk = RecordingChunk(
            runID: target.run.id,
            number: target.number,
            size: file.size,
            digest: file.digest,
            objectKey: key,
            createdAt: settings.now()
        )
        let outcome = try await database.write {
            try Self.commit(chunk, upload, target, in: $0, settings: settings)
        }
        switch outcome {
        case .stored, .doubled:
            return try await receipt(target)
        case .different:
            try await store.delete(key)
            throw DomainError.conflict("Another chunk with this number is already there")
        case .full:
            try await store.delete(key)
            throw DomainError.tooLarge("The recording is full; start another run")
        case .gone:
            try await store.delete(key)
            throw DomainError.notFound
        }
    }

    private struct Target: Sendable {
        var recording: Recording
        var run: RecordingRun
        var number: Int
        /// Whether these very bytes are stored already.
        var isStored: Bool
    }

    private enum Outcome {
        case stored
        case doubled
        case different
        case full
        case gone
    }

    private func receipt(_ target: Target) async throws -> ChunkReceipt {
        let settings = settings
        return try await database.read { db in
            guard let recording = try db.recordings.find(target.recording.id) else {
                throw DomainError.notFound
            }
            let bytes = try db.recordings.chunkBytes(recordingID: recording.id)
            return ChunkReceipt(
                recording: recording,
                recordingBytes: bytes,
                chunkNumber: target.number,
                received: try db.recordings.chunks(runID: target.run.id).count,
                shouldRollOver: Self.isNearlyFull(bytes, settings)
            )
        }
    }

    private static func admit(
        _ caller: Caller,
        _ session: Session?,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> Session {
        let session = try Access.require(
            .record,
            of: caller,
            on: session,
            in: db,
            at: settings.now(),
            or: "You may not record this session"
        )
        guard settings.isRecordingEnabled else {
            throw DomainError.forbidden("Browsers do not record on this server")
        }
        guard try db.consents.find(session.userID)?.record == true else {
            throw DomainError.forbidden("Nobody has agreed to recordings of this player")
        }
        return session
    }

    /// Finds or makes the run that the chunk belongs to, and its recording.
    private static func target(
        _ caller: Caller,
        _ upload: ChunkUpload,
        _ mediaType: RecordingMediaType,
        _ file: StagedFile,
        freeBytes: Int64,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> Target {
        let now = settings.now()
        let session = try admit(caller, try db.sessions.find(upload.sessionID), in: db, settings: settings)
        guard let principal = try Access.principal(of: caller, on: session, in: db, at: now) else {
            throw DomainError.notFound
        }
        let number = upload.chunkNumber ?? 0
        let runs = try db.recordings.runs(sessionID: session.id)
        let clientRunID = try clientRunID(upload, number, file, uploader: principal.id, runs: runs, in: db)
        if let run = runs.first(where: { $0.uploader == principal.id && $0.clientRunID == clientRunID }) {
            guard let recording = try db.recordings.find(run.recordingID) else { throw DomainError.notFound }
            if let known = try db.recordings.chunk(runID: run.id, number: number) {
                guard known.digest == file.digest else {
                    throw DomainError.conflict("Another chunk with this number is already there")
                }
                return Target(recording: recording, run: run, number: number, isStored: true)
            }
            if let final = run.finalChunk, number > final {
                throw DomainError.conflict("The run ended with chunk \(final)")
            }
            return Target(recording: recording, run: run, number: number, isStored: false)
        }
        guard runs.count < maximumRuns else { throw DomainError.conflict("The session has too many runs") }
        let recording = try self.recording(
            for: session,
            mediaType,
            opensNext: upload.opensNextRecording,
            freeBytes: freeBytes,
            in: db,
            settings: settings
        )
        let run = RecordingRun(
            recordingID: recording.id,
            sessionID: session.id,
            uploader: principal.id,
            clientRunID: clientRunID,
            position: runs.count,
            startedAt: upload.startedAt,
            mimeType: mediaType.text,
            createdAt: now
        )
        try db.recordings.insert(run)
        return Target(recording: recording, run: run, number: number, isStored: false)
    }

    /// The page's run id; for clients without one `#0`, `#1`, …: a different chunk 0 opens the next.
    private static func clientRunID(
        _ upload: ChunkUpload,
        _ number: Int,
        _ file: StagedFile,
        uploader: String,
        runs: [RecordingRun],
        in db: any Transaction
    ) throws -> String {
        if let runID = upload.runID { return runID.uuidString.lowercased() }
        let unnamed = runs.filter { $0.uploader == uploader && $0.clientRunID.hasPrefix("#") }
        guard let last = unnamed.last else { return "#0" }
        guard number == 0 else { return last.clientRunID }
        for run in unnamed {
            let first = try db.recordings.chunk(runID: run.id, number: 0)
            if first?.digest == file.digest { return run.clientRunID }
        }
        return try db.recordings.chunk(runID: last.id, number: 0) == nil
            ? last.clientRunID : "#\(unnamed.count)"
    }

    /// The session's recording of these codecs, unless it is full; else a new one.
    private static func recording(
        for session: Session,
        _ mediaType: RecordingMediaType,
        opensNext: Bool,
        freeBytes: Int64,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> Recording {
        for recording in try opensNext ? [] : db.recordings.list(sessionID: session.id)
        where recording.source == .browser && recording.mimeType == mediaType.text && !recording.truncated {
            let bytes = try db.recordings.chunkBytes(recordingID: recording.id)
            if !isNearlyFull(bytes, settings) { return recording }
        }
        guard freeBytes >= settings.minFreeBytes else {
            throw DomainError.unavailable(
                "The server's disk is nearly full: no new recordings",
                retryAfter: 300
            )
        }
        let recording = Recording(
            sessionID: session.id,
            userID: session.userID,
            source: .browser,
            mimeType: mediaType.text,
            createdAt: settings.now()
        )
        try db.recordings.insert(recording)
        return recording
    }

    private static func commit(
        _ chunk: RecordingChunk,
        _ upload: ChunkUpload,
        _ target: Target,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> Outcome {
        guard var recording = try db.recordings.find(target.recording.id) else { return .gone }
        if let known = try db.recordings.chunk(runID: chunk.runID, number: chunk.number) {
            return known.digest == chunk.digest ? .doubled : .different
        }
        let bytes = try db.recordings.chunkBytes(recordingID: recording.id) + chunk.size
        let now = settings.now()
        recording.updatedAt = now
        guard bytes <= settings.maxRecordingBytes else {
            recording.truncated = true
            recording.needsCombining = true
            try db.recordings.update(recording)
            return .full
        }
        try db.recordings.insert(chunk)
        recording.lastChunkAt = now
        recording.needsCombining = true
        if recording.status != .ready { recording.fileSize = bytes }
        if recording.status == .failed { recording.status = .processing }
        if recording.status == .recording, try db.sessions.find(recording.sessionID)?.status != .active {
            recording.status = .processing
        }
        try db.recordings.update(recording)
        var run = target.run
        if upload.isFinal || upload.chunkNumber == nil {
            run.finalChunk = chunk.number
            try db.recordings.update(run)
        }
        try db.sessions.markActive([recording.sessionID], at: now)
        return .stored
    }

    /// From nine tenths on a recording takes no new runs, so that a page can roll over before the limit.
    private static func isNearlyFull(_ bytes: Int64, _ settings: DomainSettings) -> Bool {
        bytes >= settings.maxRecordingBytes / 10 * 9
    }
}
