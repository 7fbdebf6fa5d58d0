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
        let local = try await recorder.recording(id)
        let playable = try await mend(local)
        guard let recording = try await database.read({ try $0.recordings.find(id) }) else { return }
        if let file = playable.first(where: { recording.segments[number: $0.segment.number]?.width != nil })
            ?? playable.first
        {
            try await RecordingPoster(database: database, store: store, remuxer: remuxer)
                .make(of: file.path, for: recording, at: settings.now())
        }
        for segment in recording.segments where segment.objectKey == nil {
            let file = playable.first { $0.segment.number == segment.number }
            try await keep(segment, file: file, of: recording)
        }
        try await archive(id)
        try await close(id, failure)
        if let local { try await recorder.delete(id, of: local.session) }
    }

    /// Files that a failure left open, and events that were not noted yet.
    ///
    /// - Returns: The files that hold something.
    private func mend(_ local: LocalRecording?) async throws -> [LocalSegment] {
        guard let local else { return [] }
        let known = try await database.read { try $0.recordings.find(local.id) }
        let segments = try await LocalSegments(recorder: recorder).mend(local, known: known)
        try await database.updateRecording(local.id, at: settings.now()) { recording, _ in
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
            try await database.updateRecording(recording.id, at: settings.now()) { recording, _ in
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
            try await database.updateRecording(recording.id, at: settings.now()) { recording, _ in
                recording.segments[number: segment.number] = nil
            }
            return
        }
        kept.fileSize = size
        kept.objectKey = key
        let stored = kept
        try await database.updateRecording(recording.id, at: settings.now()) { recording, _ in
            recording.segments[number: stored.number] = stored
        }
    }

    /// Puts several files into one, to be saved at once.
    private func archive(_ id: RecordingID) async throws {
        guard let recording = try await database.read({ try $0.recordings.find(id) }),
            recording.segments.count > 1
        else { return }
        let day = recording.createdAt.formatted(.iso8601.year().month().day())
        let objects = recording.segments.compactMap { segment in
            segment.objectKey.map { key in
                (name: "\(day)-\(segment.number + 1).\(segment.container.fileExtension)", key: key)
            }
        }
        try await store.withStaged([""]) { paths in
            try await store.archive(objects, into: paths[0])
            try await store.put(fileAt: paths[0], as: .archive(recording), contentType: "application/zip")
        }
        let isThere = try await database.read { try $0.recordings.find(id) != nil }
        // Deleted meanwhile.
        if !isThere { try await store.delete(.archive(recording)) }
    }

    private func close(_ id: RecordingID, _ failure: RecordingFailure?) async throws {
        let now = settings.now()
        try await database.updateRecording(id, at: now) { recording, db in
            recording.failure = recording.failure ?? failure
            recording.complete()
            guard recording.status == .ready else { return }
            recording.addGapsBetweenSegments()
            try recording.announce(in: db, at: now)
        }
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
