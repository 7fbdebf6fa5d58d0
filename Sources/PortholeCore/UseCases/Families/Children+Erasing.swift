import Foundation

/// Erasing a child, and what shows that it was done.
extension Children {
    /// How much was erased.
    public struct Erasure: Equatable, Sendable {
        /// Sessions that are gone.
        public let sessions: Int
        /// Recordings that are gone, with their files.
        public let recordings: Int
        /// Links that are gone.
        public let links: Int
    }

    /// Erases everything about a child: cuts who watches, deletes objects, then rows.
    ///
    /// When it fails before its rows are gone it can be asked for again. One tombstone says in the end what is gone, instead
    /// of those of single recordings.
    public func erase(_ caller: Caller, _ child: UserID) async throws -> Erasure {
        let everything = VisibleScope(children: [child])
        let (sessions, recordings, links, owed) = try await database.write { db in
            try Self.require(
                .erase,
                of: caller,
                on: child,
                in: db,
                refusal: "Only guardians and the studio may erase"
            )
            // From now on nothing more is recorded.
            try db.consents.delete(child)
            let sessions = try db.sessions.list(
                everything,
                userID: child,
                activeOnly: false,
                after: nil,
                limit: .max
            )
            return (
                sessions.map(\.id),
                try db.recordings.list(everything, userID: child, after: nil, limit: .max),
                try db.watchLinks.list(childID: child).count,
                try db.outbox.list(childID: child).map(\.id)
            )
        }
        for session in sessions { await live.end(session) }
        let disposal = RecordingDisposal(
            database: database,
            store: store,
            tokens: tokens,
            recorder: recorder,
            settings: settings
        )
        for recording in recordings { try await disposal.delete(recording, .erased) }
        try await deleteFiles(of: Set(sessions))
        try await mailer.forget(owed)
        let (subject, now) = (tokens.pseudonym(of: child), settings.now())
        let (late, left, mails) = try await database.write { db in
            // Whatever began meanwhile goes too.
            let late = try db.sessions.list(
                everything,
                userID: child,
                activeOnly: false,
                after: nil,
                limit: .max
            )
            let lateRecordings = try db.recordings.list(everything, userID: child, after: nil, limit: .max)
            let left = try lateRecordings.flatMap { try RecordingDisposal.keys(of: $0, in: db) }
            let mails = try db.outbox.list(childID: child).map(\.id)
            try db.eraseChild(child)
            try Self.bury(subject, with: lateRecordings, hadSessions: !late.isEmpty, in: db, at: now)
            return (late.map(\.id), left, mails)
        }
        // What no row names any more goes also when nobody waits for it.
        try await Task { [self] in
            for session in late where !sessions.contains(session) { await live.end(session) }
            for key in left { try await store.delete(key) }
            try await mailer.forget(mails)
            try await deleteFiles(of: Set(late).union(sessions))
        }
        .value
        return Erasure(sessions: sessions.count, recordings: recordings.count, links: links)
    }

    /// Leaves one tombstone of an erased child for all that went, over all tries; another if it has come back since the last.
    private static func bury(
        _ subject: [UInt8],
        with late: [Recording],
        hadSessions: Bool,
        in db: any Transaction,
        at now: Date
    ) throws {
        let known = try db.tombstones.list(subject: subject, after: nil, limit: .max)
        let gone = known.filter { $0.reason == .erased && $0.recordingID != nil }
        try db.tombstones.deleteRecordings(subject: subject)
        let isFirst = !known.contains { $0.recordingID == nil }
        let wasBack = hadSessions || known.contains { $0.recordingID != nil }
        guard isFirst || wasBack else { return }
        let sizes = gone.map(\.fileSize) + late.map(\.knownSize)
        try db.tombstones.append(
            Tombstone(
                subject: subject,
                recordingID: nil,
                recordings: gone.count + late.count,
                reason: .erased,
                fileSize: sizes.reduce(0, +),
                deletedAt: now
            )
        )
    }

    /// What was deleted of a child, newest first; it can be asked for after the child was erased, too.
    public func deletions(
        _ caller: Caller,
        of child: UserID,
        after cursor: PageCursor?,
        limit: Int
    ) async throws -> [Tombstone] {
        let subject = tokens.pseudonym(of: child)
        return try await database.read { db in
            try Self.require(.read, of: caller, on: child, in: db)
            return try db.tombstones.list(subject: subject, after: cursor, limit: limit)
        }
    }

    /// Recordings whose first moment was not noted yet.
    private func deleteFiles(of sessions: Set<SessionID>) async throws {
        guard let recorder else { return }
        for session in sessions { await recorder.endRecordings(of: MediaRoomID(session.text)) }
        for local in try await recorder.recordings() where sessions.contains(local.session) {
            await recorder.end(local.id)
            try await recorder.delete(local.id, of: local.session)
        }
    }
}
