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
        let mediaType = try check(upload, file)
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
        let refusal = try await database.write {
            try Self.commit(chunk, upload, target, in: $0, settings: settings)
        }
        if let refusal {
            try await store.delete(key)
            throw refusal
        }
        return try await receipt(target)
    }

    /// What can be said of an upload by itself.
    private func check(_ upload: ChunkUpload, _ file: StagedFile) throws -> RecordingMediaType {
        guard file.size <= settings.maxChunkBytes else {
            throw DomainError.tooLarge("A chunk is at most \(settings.maxChunkBytes) bytes")
        }
        guard let mediaType = RecordingMediaType(upload.mimeType) else {
            throw DomainError.unsupportedMediaType("A recording is video/webm, video/mp4 or video/x-matroska")
        }
        guard (0...Self.maximumChunkNumber).contains(upload.chunkNumber ?? 0) else {
            throw DomainError.invalid("chunkNumber must be 0 to \(Self.maximumChunkNumber)")
        }
        return mediaType
    }

    private struct Target: Sendable {
        var recording: Recording
        var run: RecordingRun
        var number: Int
        /// Whether these very bytes are stored already.
        var isStored: Bool
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
        guard let principal = try Access.principal(of: caller, needing: .record, on: session, in: db, at: now)
        else {
            throw DomainError.notFound
        }
        let number = upload.chunkNumber ?? 0
        let runs = try db.recordings.runs(sessionID: session.id)
        let clientRunID = try clientRunID(upload, number, file, uploader: principal.id, runs: runs, in: db)
        if let run = runs.first(where: { $0.uploader == principal.id && $0.clientRunID == clientRunID }) {
            guard let recording = try db.recordings.find(run.recordingID) else { throw DomainError.notFound }
            if let refusal = try refusal(of: number, file.digest, isLast: upload.isLast, by: run, in: db) {
                throw refusal
            }
            let isStored = try db.recordings.chunk(runID: run.id, number: number) != nil
            if isStored, upload.isLast { try end(run, with: number, in: db) }
            return Target(recording: recording, run: run, number: number, isStored: isStored)
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
            startedAt: upload.startedAt.flatMap { isPlausible($0, session, at: now) ? $0 : nil },
            mimeType: mediaType.text,
            createdAt: now
        )
        try db.recordings.insert(run)
        return Target(recording: recording, run: run, number: number, isStored: false)
    }

    /// Whether a recorder may have begun then, with a clock that is wrong by up to a day.
    private static func isPlausible(_ startedAt: Date, _ session: Session, at now: Date) -> Bool {
        (session.startedAt.addingTimeInterval(-86_400)...now.addingTimeInterval(86_400)).contains(startedAt)
    }

    /// Why a run does not take a chunk, if it does not.
    private static func refusal(
        of number: Int,
        _ digest: [UInt8],
        isLast: Bool,
        by run: RecordingRun,
        in db: any Transaction
    ) throws -> DomainError? {
        if let known = try db.recordings.chunk(runID: run.id, number: number), known.digest != digest {
            return .conflict("Another chunk with this number is already there")
        }
        if let final = run.finalChunk, number > final {
            return .conflict("The run ended with chunk \(final)")
        }
        if isLast, let highest = try db.recordings.chunks(runID: run.id).last?.number, number < highest {
            return .conflict("The run goes on after chunk \(number)")
        }
        return nil
    }

    private static func end(_ run: RecordingRun, with number: Int, in db: any Transaction) throws {
        var run = run
        run.finalChunk = number
        try db.recordings.update(run)
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

    /// Makes the row of a stored chunk.
    ///
    /// - Returns: Why there is none: everything may have changed while the bytes were stored.
    private static func commit(
        _ chunk: RecordingChunk,
        _ upload: ChunkUpload,
        _ target: Target,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> DomainError? {
        let runs = try db.recordings.runs(sessionID: target.recording.sessionID)
        guard var recording = try db.recordings.find(target.recording.id),
            let run = runs.first(where: { $0.id == target.run.id })
        else { return .notFound }
        if let refusal = try refusal(of: chunk.number, chunk.digest, isLast: upload.isLast, by: run, in: db) {
            return refusal
        }
        guard try db.recordings.chunk(runID: run.id, number: chunk.number) == nil else {
            if upload.isLast { try end(run, with: chunk.number, in: db) }
            return nil
        }
        let bytes = try db.recordings.chunkBytes(recordingID: recording.id) + chunk.size
        let now = settings.now()
        recording.updatedAt = now
        guard bytes <= settings.maxRecordingBytes else {
            recording.truncated = true
            recording.needsCombining = true
            try db.recordings.update(recording)
            return .tooLarge("The recording is full; start another run")
        }
        try db.recordings.insert(chunk)
        if upload.isLast { try end(run, with: chunk.number, in: db) }
        recording.lastChunkAt = now
        recording.needsCombining = true
        if recording.status != .ready { recording.fileSize = bytes }
        if recording.status == .failed { recording.status = .processing }
        if recording.status == .recording, try db.sessions.find(recording.sessionID)?.status != .active {
            recording.status = .processing
        }
        try db.recordings.update(recording)
        try db.sessions.markActive([recording.sessionID], at: now)
        return nil
    }

    /// From nine tenths on a recording takes no new runs, so that a page can roll over before the limit.
    private static func isNearlyFull(_ bytes: Int64, _ settings: DomainSettings) -> Bool {
        bytes >= settings.maxRecordingBytes / 10 * 9
    }
}
