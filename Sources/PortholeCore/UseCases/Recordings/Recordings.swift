public import Foundation

/// Looking at, downloading and deleting recordings.
public struct Recordings: Sendable {
    /// How long a signed URL opens its object, seconds.
    public static let signedURLLifetime: TimeInterval = 15 * 60

    /// How long one opens a file that is still growing: it is nearly live, so that whoever loses access loses it soon.
    public static let liveURLLifetime: TimeInterval = 2 * 60

    let database: any Database
    let store: any ObjectStore
    let recorder: (any MediaRecorder)?
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(
        database: any Database,
        store: any ObjectStore,
        recorder: (any MediaRecorder)? = nil,
        settings: DomainSettings
    ) {
        self.database = database
        self.store = store
        self.recorder = recorder
        self.settings = settings
    }

    /// A recording, what the caller may do with it, and where its picture is.
    public struct Overview: Sendable {
        /// The recording.
        public let recording: Recording
        /// What to call the child.
        public let playerName: String?
        /// What the caller may do with it.
        public let rights: SessionRights
        /// A signed URL of its picture; `nil` without one.
        public let thumbnailURL: String?
        /// Signed URLs of the pictures for the seek bar, by segment.
        public let stripURLs: [Int: String]
    }

    private struct Found: Sendable {
        let recording: Recording
        let session: Session
        let rights: SessionRights

        init(_ recording: Recording, of session: Session, _ rights: SessionRights) {
            self.recording = recording
            self.session = session
            self.rights = rights
        }
    }

    /// The recordings of one session, newest first.
    public func list(_ caller: Caller, session id: SessionID) async throws -> [Overview] {
        let now = settings.now()
        let found = try await database.read { db in
            let session = try Access.require(
                .recording,
                of: caller,
                on: try db.sessions.find(id),
                in: db,
                at: now,
                or: "You may not see this session's recordings"
            )
            let rights = try Access.rights(of: caller, on: session, in: db, at: now)
            return try db.recordings.list(sessionID: id).map { Found($0, of: session, rights) }
        }
        return try await overviews(found)
    }

    /// Everything kept that the caller may see, newest first.
    public func list(
        _ caller: Caller,
        userID: UserID?,
        after cursor: PageCursor?,
        limit: Int
    ) async throws -> [Overview] {
        let now = settings.now()
        let found = try await database.read { db -> [Found] in
            let scope = try Access.scope(of: caller, with: .recording, in: db, at: now)
            guard !scope.isEmpty else { return [] }
            return try db.recordings.list(scope, userID: userID, after: cursor, limit: limit)
                .compactMap { recording in
                    guard let session = try db.sessions.find(recording.sessionID) else { return nil }
                    return Found(
                        recording,
                        of: session,
                        try Access.rights(of: caller, on: session, in: db, at: now)
                    )
                }
        }
        return try await overviews(found)
    }

    /// One recording.
    public func find(_ caller: Caller, _ id: RecordingID) async throws -> Overview {
        let now = settings.now()
        let found = try await database.read {
            try Self.find(id, needing: .recording, caller, in: $0, at: now)
        }
        return try await overviews([found])[0]
    }

    /// A signed URL of a recording's file.
    ///
    /// A ready recording is one file, unless it has several segments. A segment can be read while it grows, too.
    ///
    /// - Parameters:
    ///   - segment: The number of one of its files; `nil` for the recording as a whole.
    ///   - saving: Whether the browser is to save the file rather than play it.
    public func download(
        _ caller: Caller,
        _ id: RecordingID,
        segment number: Int? = nil,
        saving: Bool
    ) async throws -> (url: String, expiresAt: Date) {
        let now = settings.now()
        let recording = try await database.write { db in
            let needed: SessionRights = saving ? .download : .recording
            let found = try Self.find(id, needing: needed, caller, in: db, at: now)
            let recording = found.recording
            guard recording.key(ofSegment: number) != nil else { return recording }
            let principal = try Access.principal(
                of: caller,
                needing: needed,
                on: found.session,
                in: db,
                at: now
            )
            try db.accessLog.append(
                AccessLogEntry(
                    childID: recording.userID,
                    at: now,
                    actor: principal?.id ?? "unknown",
                    action: saving ? .downloaded : .played,
                    sessionID: recording.sessionID,
                    recordingID: recording.id,
                    address: caller.address
                )
            )
            return recording
        }
        guard let key = recording.key(ofSegment: number) else {
            if let number, recording.segments[number: number] == nil { throw DomainError.notFound }
            throw recording.status == .failed
                ? DomainError.conflict("The recording could not be made")
                : DomainError.conflict("The recording is not ready yet")
        }
        let lifetime = key.liveName == nil ? Self.signedURLLifetime : Self.liveURLLifetime
        let expiresAt = now.addingTimeInterval(lifetime)
        let filename = saving ? Self.filename(recording, segment: number) : nil
        return (try await store.signedURL(for: key, expiresAt: expiresAt, filename: filename), expiresAt)
    }

    /// Deletes the row and every object.
    public func delete(_ caller: Caller, _ id: RecordingID) async throws {
        let now = settings.now()
        let recording = try await database.read { db in
            try Self.find(id, needing: .deleteRecording, caller, in: db, at: now).recording
        }
        try await RecordingDisposal(database: database, store: store, recorder: recorder).delete(recording)
        try await database.write { db in
            let actor = caller.users.first?.id.text ?? "unknown"
            try db.accessLog.append(
                AccessLogEntry(
                    childID: recording.userID,
                    at: now,
                    actor: actor,
                    action: .deletedRecording,
                    sessionID: recording.sessionID,
                    recordingID: recording.id,
                    address: caller.address
                )
            )
        }
    }

    private static func find(
        _ id: RecordingID,
        needing needed: SessionRights,
        _ caller: Caller,
        in db: any Transaction,
        at now: Date
    ) throws -> Found {
        guard let recording = try db.recordings.find(id) else { throw DomainError.notFound }
        let session = try db.sessions.find(recording.sessionID)
        let known = try Access.require(
            needed,
            of: caller,
            on: session,
            in: db,
            at: now,
            or: "You may not do this with the recording"
        )
        return Found(recording, of: known, try Access.rights(of: caller, on: known, in: db, at: now))
    }

    private static func filename(_ recording: Recording, segment number: Int?) -> String {
        let day = recording.createdAt.formatted(.iso8601.year().month().day())
        if number == nil, recording.segments.count > 1 {
            return "porthole-\(day)-\(recording.id.text.prefix(8)).zip"
        }
        let segment = number.flatMap { recording.segments[number: $0] }
        let container = segment?.container ?? RecordingMediaType(recording.mimeType)?.container ?? .webm
        let part = number.map { "-\($0 + 1)" } ?? ""
        return "porthole-\(day)-\(recording.id.text.prefix(8))\(part).\(container.fileExtension)"
    }

    private func overviews(_ found: [Found]) async throws -> [Overview] {
        let expiresAt = settings.now().addingTimeInterval(Self.signedURLLifetime)
        var overviews: [Overview] = []
        for entry in found {
            var url: String?
            if let key = entry.recording.thumbnailKey {
                url = try await store.signedURL(for: key, expiresAt: expiresAt, filename: nil)
            }
            var strips: [Int: String] = [:]
            for segment in entry.recording.segments {
                guard let key = segment.strip?.objectKey else { continue }
                strips[segment.number] = try await store.signedURL(
                    for: key,
                    expiresAt: expiresAt,
                    filename: nil
                )
            }
            overviews.append(
                Overview(
                    recording: entry.recording,
                    playerName: entry.session.playerName,
                    rights: entry.rights,
                    thumbnailURL: url,
                    stripURLs: strips
                )
            )
        }
        return overviews
    }
}

extension Recording {
    /// Where the bytes of a file are now; `nil` if there are none to be had.
    func key(ofSegment number: Int?) -> ObjectKey? {
        guard let number else { return objectKey }
        guard let segment = segments[number: number] else { return nil }
        if let key = segment.objectKey { return key }
        return status == .recording || status == .processing ? .live(segment, of: self) : nil
    }
}

/// Deleting a recording whole: objects first, so that nothing is left that no row names.
struct RecordingDisposal: Sendable {
    let database: any Database
    let store: any ObjectStore
    let recorder: (any MediaRecorder)?

    func delete(_ recording: Recording) async throws {
        if recording.source == .server, let recorder {
            await recorder.end(recording.id)
            try await recorder.delete(recording.id, of: recording.sessionID)
        }
        let (keys, uploads) = try await database.read { db in
            let current = try db.recordings.find(recording.id) ?? recording
            return (try Self.keys(of: current, in: db), current.uploads)
        }
        for upload in uploads { try await store.abortUpload(upload) }
        for key in keys { try await store.delete(key) }
        let (left, lateUploads) = try await database.write { db -> ([ObjectKey], [ObjectUpload]) in
            // What arrived meanwhile goes too: a chunk, a combination, or a file under the name that it was to have.
            guard let recording = try db.recordings.find(recording.id) else { return ([], []) }
            let late = try Self.keys(of: recording, in: db)
            try db.recordings.delete(recording.id)
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
