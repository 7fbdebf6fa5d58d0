import Foundation

/// Deletes what is past its time: recordings with their objects, sessions, links, cookies, mails, log lines.
public struct Retention: Sendable {
    /// Settled mails are kept this long for operators, seconds.
    static let outboxRetention: TimeInterval = 30 * 86_400

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

    /// One sweep.
    ///
    /// - Returns: How many recordings were deleted.
    @discardableResult
    public func step() async throws -> Int {
        let now = settings.now()
        try await database.write { db in
            try db.pageLogins.deleteExpired(before: now)
            try db.outbox.deleteSettled(before: now.addingTimeInterval(-Self.outboxRetention))
        }
        guard let retention = settings.retention else { return 0 }
        let limit = now.addingTimeInterval(-retention)
        var deleted = 0
        while true {
            let old = try await database.read { try $0.recordings.created(before: limit, limit: 100) }
            guard !old.isEmpty else { break }
            for recording in old {
                try await RecordingDisposal(database: database, store: store, recorder: recorder)
                    .delete(recording)
                deleted += 1
            }
        }
        try await database.write { db in
            for session in try db.sessions.ended(before: limit, limit: 1000)
            where try db.recordings.list(sessionID: session.id).isEmpty {
                try db.sessions.delete(session.id)
            }
            try db.accessLog.delete(before: limit)
        }
        return deleted
    }
}
