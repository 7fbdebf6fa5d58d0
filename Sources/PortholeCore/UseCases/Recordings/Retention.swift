import Foundation

/// Deletes what is past its time: recordings with their objects, sessions, links, cookies, mails, log lines.
public struct Retention: Sendable {
    /// Settled mails are kept this long for operators, seconds.
    static let outboxRetention: TimeInterval = 30 * 86_400
    /// Rows that are looked at, or deleted, in one transaction.
    private static let batch = 100

    let database: any Database
    let disposal: RecordingDisposal
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(database: any Database, disposal: RecordingDisposal, settings: DomainSettings) {
        self.database = database
        self.disposal = disposal
        self.settings = settings
    }

    /// One sweep.
    ///
    /// - Parameter failed: Told about a recording that could not be deleted, and why; the next sweep tries again.
    /// - Returns: How many recordings were deleted.
    @discardableResult
    public func step(failed: (RecordingID, any Error) -> Void = { _, _ in }) async throws -> Int {
        let now = settings.now()
        try await database.write { db in
            try db.pageLogins.deleteExpired(before: now)
            try db.outbox.deleteSettled(before: now.addingTimeInterval(-Self.outboxRetention))
            try db.tombstones.delete(before: now.addingTimeInterval(-Tombstone.lifetime))
        }
        var deleted = 0
        var last: UserID?
        repeat {
            let after = last
            let own = try await database.read { try $0.retentions.list(after: after, limit: Self.batch) }
            for child in own { deleted += try await sweep(.child(child.childID), failed) }
            last = own.last?.childID
        } while last != nil
        return try await deleted + sweep(.others, failed)
    }

    private func sweep(
        _ scope: RetentionScope,
        _ failed: (RecordingID, any Error) -> Void
    ) async throws -> Int {
        let deleted = try await sweepRecordings(scope, failed)
        try await repeatedly(scope) { try $0.sessions.deleteEnded(before: $1, of: scope, limit: Self.batch) }
        try await repeatedly(scope) { try $0.accessLog.delete(before: $1, of: scope, limit: Self.batch) }
        return deleted
    }

    private func sweepRecordings(
        _ scope: RetentionScope,
        _ failed: (RecordingID, any Error) -> Void
    ) async throws -> Int {
        var deleted = 0
        var last: PageCursor?
        while true {
            let after = last
            let old = try await database.read { db -> [Recording] in
                guard let limit = try oldest(scope, in: db) else { return [] }
                return try db.recordings.created(before: limit, of: scope, after: after, limit: Self.batch)
            }
            guard let end = old.last else { return deleted }
            for recording in old where try await isDue(recording) {
                do {
                    try await disposal.delete(recording, .expired)
                    deleted += 1
                } catch {
                    failed(recording.id, error)
                }
            }
            last = PageCursor(createdAt: end.createdAt, id: end.id.text)
        }
    }

    /// Asked again for each: a batch takes long, and a child may have been given more time meanwhile.
    private func isDue(_ recording: Recording) async throws -> Bool {
        let limit = try await database.read { try oldest(.child(recording.userID), in: $0) }
        return limit.map { recording.createdAt < $0 } ?? false
    }

    /// Deletes batch after batch, each in a transaction of its own, so that nobody waits for long.
    ///
    /// - Parameter delete: Is told what is past its time at that moment.
    private func repeatedly(
        _ scope: RetentionScope,
        _ delete: @escaping @Sendable (any Transaction, _ limit: Date) throws -> Int
    ) async throws {
        var deleted: Int
        repeat {
            deleted = try await database.write { db in
                try oldest(scope, in: db).map { try delete(db, $0) } ?? 0
            }
        } while deleted == Self.batch
    }

    /// The oldest that is kept: what is older is past its time; `nil` if nothing ever is.
    private func oldest(_ scope: RetentionScope, in db: any Transaction) throws -> Date? {
        let retention =
            switch scope {
            case .child(let child): try settings.retention(of: child, in: db)
            case .others: settings.retention
            }
        return retention.map { settings.now().addingTimeInterval(-$0) }
    }
}
