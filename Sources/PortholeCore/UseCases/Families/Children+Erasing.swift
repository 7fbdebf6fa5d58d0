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
        let (known, links) = try await database.write { db in
            try Self.require(
                .erase,
                of: caller,
                on: child,
                in: db,
                refusal: "Only guardians and the studio may erase"
            )
            // From now on nothing more is recorded.
            try db.consents.delete(child)
            return (try Belongings(of: child, in: db), try db.watchLinks.list(childID: child).count)
        }
        for session in known.sessions { await live.end(session) }
        for recording in known.recordings { try await disposal.delete(recording, .erased) }
        try await deleteFiles(of: known.sessions)
        try await mailer.forget(known.mails)
        let (subject, now) = (tokens.pseudonym(of: child), settings.now())
        let (late, keys) = try await database.write { db in
            // Whatever began meanwhile goes too.
            let late = try Belongings(of: child, in: db)
            let keys = try late.recordings.flatMap { try RecordingDisposal.keys(of: $0, in: db) }
            try db.eraseChild(child)
            try Self.bury(subject, with: late, in: db, at: now)
            return (late, keys)
        }
        // What no row names any more goes also when nobody waits for it.
        try await Task { [self] in
            for session in late.sessions.subtracting(known.sessions) { await live.end(session) }
            for key in keys { try await store.delete(key) }
            try await mailer.forget(late.mails)
            try await deleteFiles(of: late.sessions.union(known.sessions))
        }
        .value
        return Erasure(sessions: known.sessions.count, recordings: known.recordings.count, links: links)
    }

    /// What is there of a child, as far as more than its row has to go.
    private struct Belongings: Sendable {
        let sessions: Set<SessionID>
        let recordings: [Recording]
        let mails: [OutboxMessageID]

        init(of child: UserID, in db: any Transaction) throws {
            let all = VisibleScope(children: [child])
            let sessions = try db.sessions.list(
                all,
                userID: child,
                activeOnly: false,
                after: nil,
                limit: .max
            )
            self.sessions = Set(sessions.map(\.id))
            recordings = try db.recordings.list(all, userID: child, after: nil, limit: .max)
            mails = try db.outbox.list(childID: child).map(\.id)
        }
    }

    /// Leaves one tombstone of an erased child for all that went, over all tries; another if it has come back since the last.
    private static func bury(
        _ subject: [UInt8],
        with late: Belongings,
        in db: any Transaction,
        at now: Date
    ) throws {
        let known = try db.tombstones.list(subject: subject, after: nil, limit: .max)
        let gone = known.filter { $0.reason == .erased && $0.recordingID != nil }
        try db.tombstones.deleteRecordings(subject: subject)
        let isFirst = !known.contains { $0.recordingID == nil }
        let wasBack = !late.sessions.isEmpty || known.contains { $0.recordingID != nil }
        guard isFirst || wasBack else { return }
        let sizes = gone.map(\.fileSize) + late.recordings.map(\.knownSize)
        try db.tombstones.append(
            Tombstone(
                subject: subject,
                recordingID: nil,
                recordings: gone.count + late.recordings.count,
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
