public import Foundation

/// Looking at, downloading and deleting recordings.
public struct Recordings: Sendable {
    /// How long a signed URL opens its object, seconds.
    public static let signedURLLifetime: TimeInterval = 15 * 60

    /// How long one opens a file that is still growing: it is nearly live, so that whoever loses access loses it soon.
    public static let liveURLLifetime: TimeInterval = 2 * 60

    let database: any Database
    let store: any ObjectStore
    let disposal: RecordingDisposal
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(
        database: any Database,
        store: any ObjectStore,
        disposal: RecordingDisposal,
        settings: DomainSettings
    ) {
        self.database = database
        self.store = store
        self.disposal = disposal
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
        /// When it is deleted by itself; `nil` for never.
        public let expiresAt: Date?
    }

    private struct Found: Sendable {
        let recording: Recording
        let session: Session
        let rights: SessionRights
        let expiresAt: Date?
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
            let kept = try settings.retention(of: session.userID, in: db)
            return try db.recordings.list(sessionID: id)
                .map {
                    Found(recording: $0, session: session, rights: rights, expiresAt: $0.expiry(after: kept))
                }
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
                .compactMap { recording -> Found? in
                    guard let session = try db.sessions.find(recording.sessionID) else { return nil }
                    return try entry(recording, of: session, caller, in: db, at: now)
                }
        }
        return try await overviews(found)
    }

    /// One recording.
    public func find(_ caller: Caller, _ id: RecordingID) async throws -> Overview {
        let now = settings.now()
        let found = try await database.read {
            try find(id, needing: .recording, caller, in: $0, at: now)
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
            let found = try find(id, needing: needed, caller, in: db, at: now)
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
            try find(id, needing: .deleteRecording, caller, in: db, at: now).recording
        }
        try await disposal.delete(
            recording,
            .requested,
            noting: AccessLogEntry(
                childID: recording.userID,
                at: now,
                actor: caller.users.first?.id.text ?? "unknown",
                action: .deletedRecording,
                sessionID: recording.sessionID,
                recordingID: recording.id,
                address: caller.address
            )
        )
    }

    private func find(
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
        return try entry(recording, of: known, caller, in: db, at: now)
    }

    private func entry(
        _ recording: Recording,
        of session: Session,
        _ caller: Caller,
        in db: any Transaction,
        at now: Date
    ) throws -> Found {
        Found(
            recording: recording,
            session: session,
            rights: try Access.rights(of: caller, on: session, in: db, at: now),
            expiresAt: recording.expiry(after: try settings.retention(of: session.userID, in: db))
        )
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
                    stripURLs: strips,
                    expiresAt: entry.expiresAt
                )
            )
        }
        return overviews
    }
}

extension Recording {
    /// When it is deleted by itself, if it is kept so many seconds.
    func expiry(after retention: TimeInterval?) -> Date? {
        retention.map(createdAt.addingTimeInterval)
    }

    /// Where the bytes of a file are now; `nil` if there are none to be had.
    func key(ofSegment number: Int?) -> ObjectKey? {
        guard let number else { return objectKey }
        guard let segment = segments[number: number] else { return nil }
        if let key = segment.objectKey { return key }
        return status == .recording || status == .processing ? .live(segment, of: self) : nil
    }
}
