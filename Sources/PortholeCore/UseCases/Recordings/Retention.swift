import Foundation

/// Deletes what is past its time: recordings with their objects, sessions, links, cookies, mails, log lines.
public struct Retention: Sendable {
    /// Settled mails are kept this long for operators, seconds.
    static let outboxRetention: TimeInterval = 30 * 86_400
    /// Rows that are looked at together.
    private static let batch = 100

    let database: any Database
    let disposal: RecordingDisposal
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(
        database: any Database,
        store: any ObjectStore,
        tokens: any OwnTokens,
        recorder: (any MediaRecorder)? = nil,
        settings: DomainSettings
    ) {
        self.database = database
        disposal = RecordingDisposal(
            database: database,
            store: store,
            tokens: tokens,
            recorder: recorder,
            settings: settings
        )
        self.settings = settings
    }

    /// One sweep.
    ///
    /// - Returns: How many recordings were deleted.
    @discardableResult
    public func step() async throws -> Int {
        let now = settings.now()
        try await database.write { db in
            try db.pageLogins.deleteExpired(before: now)
            try db.outbox.deleteSettled(before: now.addingTimeInterval(-Self.outboxRetention))
            try db.tombstones.delete(before: now.addingTimeInterval(-Tombstone.lifetime))
        }
        var deleted = 0
        var last: UserID?
        while true {
            let after = last
            let own = try await database.read { try $0.retentions.list(after: after, limit: Self.batch) }
            for child in own {
                deleted += try await sweep(
                    .child(child.childID),
                    before: now.addingTimeInterval(-child.seconds)
                )
            }
            last = own.last?.childID
            if last == nil { break }
        }
        if let retention = settings.retention {
            deleted += try await sweep(.others, before: now.addingTimeInterval(-retention))
        }
        return deleted
    }

    private func sweep(_ scope: RetentionScope, before limit: Date) async throws -> Int {
        var deleted = 0
        while true {
            let old = try await database.read {
                try $0.recordings.created(before: limit, of: scope, limit: Self.batch)
            }
            guard !old.isEmpty else { break }
            for recording in old {
                try await disposal.delete(recording, .expired)
                deleted += 1
            }
        }
        try await database.write { db in
            for session in try db.sessions.ended(before: limit, of: scope, limit: 1000)
            where try db.recordings.list(sessionID: session.id).isEmpty {
                try db.sessions.delete(session.id)
            }
            try db.accessLog.delete(before: limit, of: scope)
        }
        return deleted
    }
}
