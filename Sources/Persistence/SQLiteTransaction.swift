import GRDB
import PortholeCore

/// The repositories within one transaction of one connection.
final class SQLiteTransaction: Transaction {
    private let db: GRDB.Database

    /// Whether what was deleted must leave the files too.
    private(set) var hasErased = false

    init(_ db: GRDB.Database) {
        self.db = db
    }

    var sessions: any SessionRepository { SQLiteSessionRepository(db) }
    var viewers: any ViewerRepository { SQLiteViewerRepository(db) }
    var recordings: any RecordingRepository { SQLiteRecordingRepository(db) }
    var guardians: any GuardianRepository { SQLiteGuardianRepository(db) }
    var consents: any ConsentRepository { SQLiteConsentRepository(db) }
    var watchLinks: any WatchLinkRepository { SQLiteWatchLinkRepository(db) }
    var pageLogins: any PageLoginRepository { SQLitePageLoginRepository(db) }
    var outbox: any OutboxRepository { SQLiteOutboxRepository(db) }
    var accessLog: any AccessLogRepository { SQLiteAccessLogRepository(db) }
    var retentions: any RetentionRepository { SQLiteRetentionRepository(db) }
    var tombstones: any TombstoneRepository { SQLiteTombstoneRepository(db) }

    /// Viewers, recordings, runs and chunks go with their sessions.
    func eraseChild(_ childID: UserID) throws {
        hasErased = true
        for (table, column) in Self.childColumns {
            try SQLTable(table, in: db).delete(where: "\(column) = ?", [childID.text])
        }
    }

    private static let childColumns: KeyValuePairs = [
        "outbox_messages": "child_id",
        "watch_links": "child_id",
        "page_grants": "user_id",
        "sessions": "user_id",
        "guardians": "child_id",
        "removed_guardians": "child_id",
        "consents": "child_id",
        "access_log_entries": "child_id",
        "child_retentions": "child_id",
    ]
}
