import Foundation

/// Brings server recordings that are over into the object store, and tells the guardians.
///
/// Each step leaves a row from which the next try goes on, after a crash too; a file on this machine is deleted when the
/// store has all of the recording.
public struct RecordingFinisher: Sendable {
    let database: any Database
    let store: any ObjectStore
    let recorder: any MediaRecorder
    let remuxer: any Remuxer
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(
        database: any Database,
        store: any ObjectStore,
        recorder: any MediaRecorder,
        remuxer: any Remuxer,
        settings: DomainSettings
    ) {
        self.database = database
        self.store = store
        self.recorder = recorder
        self.remuxer = remuxer
        self.settings = settings
    }

    /// Finishes every recording that is over.
    ///
    /// - Parameter failed: Told about a recording that must wait for another try, and why.
    /// - Returns: The recordings that became ready, or failed for good.
    @discardableResult
    public func step(failed: (RecordingID, any Error) -> Void = { _, _ in }) async throws -> [RecordingID] {
        let due = try await database.read { try $0.recordings.toFinish(limit: 1000) }
        guard !due.isEmpty else { return [] }
        var done: [RecordingID] = []
        for recording in due {
            do {
                let failure = await recorder.end(recording.id)
                try await finish(recording.id, failure)
                done.append(recording.id)
            } catch {
                failed(recording.id, error)
            }
        }
        return done
    }

    private func finish(_ id: RecordingID, _ failure: RecordingFailure?) async throws {
        let local = try await recorder.recordings().first { $0.id == id }
        let playable = try await mend(local)
        guard let recording = try await database.read({ try $0.recordings.find(id) }) else { return }
        let picture = try await poster(of: playable, for: recording)
        for segment in recording.segments where segment.objectKey == nil {
            let file = playable.first { $0.segment.number == segment.number }
            try await keep(segment, file: file, of: recording)
        }
        try await archive(id)
        try await close(id, failure, picture: picture)
        if let local { try await recorder.delete(id, of: local.session) }
    }

    /// Files that a failure left open, and events that were not noted yet.
    ///
    /// - Returns: The files that hold something.
    private func mend(_ local: LocalRecording?) async throws -> [LocalSegment] {
        guard let local else { return [] }
        let known = try await database.read { try $0.recordings.find(local.id) }
        let segments = try await LocalSegments(recorder: recorder).mend(local, known: known)
        try await update(local.id) { recording in
            for segment in segments { recording.keep(segment) }
        }
        return local.segments.filter { segments[number: $0.segment.number] != nil }
    }

    /// Stores one file, and notes that it is stored.
    private func keep(
        _ segment: Recording.Segment,
        file: LocalSegment?,
        of recording: Recording
    ) async throws {
        let key = recording.key(of: segment)
        var kept = segment
        if let file {
            if kept.sha256 == nil { kept.sha256 = try await store.sha256(ofFileAt: file.path) }
            if kept.width == nil, let facts = try? await remuxer.facts(of: file.path) {
                (kept.width, kept.height) = (facts.width, facts.height)
            }
            let known = kept
            try await update(recording.id) { recording in
                let upload = recording.segments[number: known.number]?.upload
                recording.segments[number: known.number] = known
                recording.segments[number: known.number]?.upload = upload
            }
            return try await RecordingUpload(database: database, store: store, settings: settings)
                .store(file, as: known, of: recording)
        }
        if let upload = recording.upload(of: segment) {
            try await store.abortUpload(upload)
            kept.upload = nil
        }
        guard let size = try await store.size(of: key) else {
            // Neither here nor there: nothing of it can be played.
            return try await update(recording.id) { $0.segments[number: segment.number] = nil }
        }
        kept.fileSize = size
        kept.objectKey = key.text
        let (stored, number) = (kept, segment.number)
        try await update(recording.id) { $0.segments[number: number] = stored }
    }

    /// Puts several files into one, to be saved at once.
    private func archive(_ id: RecordingID) async throws {
        guard let recording = try await database.read({ try $0.recordings.find(id) }),
            recording.segments.count > 1
        else { return }
        let path = try await store.stagingPath()
        do {
            let day = recording.createdAt.formatted(.iso8601.year().month().day())
            let objects = recording.segments.compactMap { segment in
                segment.objectKey.flatMap { ObjectKey($0) }
                    .map { key in
                        (name: "\(day)-\(segment.number + 1).\(segment.container.fileExtension)", key: key)
                    }
            }
            try await store.archive(objects, into: path)
            try await store.put(fileAt: path, as: .archive(recording), contentType: "application/zip")
        } catch {
            await store.discard(stagedFileAt: path)
            throw error
        }
        let isThere = try await database.read { try $0.recordings.find(id) != nil }
        // Deleted meanwhile.
        if !isThere { try await store.delete(.archive(recording)) }
    }

    private func close(_ id: RecordingID, _ failure: RecordingFailure?, picture: ObjectKey?) async throws {
        let settings = settings
        try await database.write { db in
            let now = settings.now()
            guard var recording = try db.recordings.find(id) else { return }
            recording.updatedAt = now
            recording.failure = recording.failure ?? failure
            guard let first = recording.segments.first else {
                recording.status = .failed
                return try db.recordings.update(recording)
            }
            recording.status = .ready
            recording.needsStrips = recording.segments.contains { $0.width != nil }
            recording.mimeType = first.mimeType
            recording.objectKey =
                recording.segments.count > 1
                ? .archive(recording) : first.objectKey.flatMap { ObjectKey($0) }
            recording.thumbnailKey = picture ?? recording.thumbnailKey
            recording.fileSize = recording.segments.map(\.fileSize).reduce(0, +)
            recording.duration = recording.segments.map { $0.start + ($0.duration ?? 0) }.max()
            recording.addGapsBetweenSegments()
            try recording.announce(in: db, at: now)
            try db.recordings.update(recording)
        }
    }

    private func update(
        _ id: RecordingID,
        _ body: @escaping @Sendable (inout Recording) -> Void
    ) async throws {
        let settings = settings
        try await database.write { db in
            guard var recording = try db.recordings.find(id) else { return }
            body(&recording)
            recording.updatedAt = settings.now()
            try db.recordings.update(recording)
        }
    }

    /// Draws and stores a picture of the first file that has one; a recording without is still a recording.
    private func poster(of files: [LocalSegment], for recording: Recording) async throws -> ObjectKey? {
        if let key = recording.thumbnailKey { return key }
        let file = files.first { recording.segments[number: $0.segment.number]?.width != nil } ?? files.first
        guard let file else { return nil }
        let picture = try await store.stagingPath() + ".jpg"
        do {
            try await remuxer.poster(of: file.path, into: picture)
        } catch {
            await store.discard(stagedFileAt: picture)
            return nil
        }
        let key = ObjectKey.thumbnail(recording, revision: "0")
        do {
            try await store.put(fileAt: picture, as: key, contentType: "image/jpeg")
        } catch {
            await store.discard(stagedFileAt: picture)
            throw error
        }
        try await update(recording.id) { $0.thumbnailKey = key }
        return key
    }
}

extension Recording {
    /// Lists the time between files that nobody noted: the server was away.
    mutating func addGapsBetweenSegments() {
        for (segment, next) in zip(segments, segments.dropFirst()) {
            let end = segment.start + (segment.duration ?? 0)
            let missing = next.start - end
            guard missing > 1, !gaps.contains(where: { abs($0.position - end) < 1 }) else { continue }
            gaps.append(
                Gap(position: (end * 1000).rounded() / 1000, duration: (missing * 1000).rounded() / 1000)
            )
        }
        gaps.sort { $0.position < $1.position }
    }

    /// Owes the one mail that says the recording is there.
    mutating func announce(in db: any Transaction, at now: Date) throws {
        guard announcedAt == nil, let session = try db.sessions.find(sessionID) else { return }
        announcedAt = now
        try Mails.enqueue(
            .recordingReady,
            eventID: id.text,
            session: session,
            recording: id,
            in: db,
            at: now
        )
    }
}

extension [Recording.Segment] {
    /// The segment of a number; `nil` takes it out.
    subscript(number number: Int) -> Recording.Segment? {
        get { first { $0.number == number } }
        set {
            let index = firstIndex { $0.number == number }
            switch (index, newValue) {
            case (let index?, let segment?): self[index] = segment
            case (let index?, nil): remove(at: index)
            case (nil, let segment?): append(segment)
            case (nil, nil): break
            }
        }
    }
}
