import Foundation
import GRDB
import PortholeCore

struct SQLiteWatchLinkRepository: WatchLinkRepository {
    private let table: SQLTable

    init(_ db: GRDB.Database) {
        table = SQLTable(WatchLink.table, in: db)
    }

    func insert(_ link: WatchLink) throws {
        try table.insert(link.columns())
    }

    func update(_ link: WatchLink) throws {
        try table.update(link.columns(), id: link.id.text)
    }

    func find(_ id: WatchLinkID) throws -> WatchLink? {
        try table.row("WHERE id = ?", [id.text], as: WatchLink.init)
    }

    func list(sessionID: SessionID, childID: UserID) throws -> [WatchLink] {
        try table.rows(
            """
            WHERE child_id = ? AND (session_id IS NULL OR session_id = ?)
            ORDER BY created_at DESC, id DESC
            """,
            [childID.text, sessionID.text],
            as: WatchLink.init
        )
    }

    func list(childID: UserID) throws -> [WatchLink] {
        try table.rows(
            "WHERE child_id = ? ORDER BY created_at DESC, id DESC",
            [childID.text],
            as: WatchLink.init
        )
    }

    func setExpiry(sessionID: SessionID, at date: Date) throws {
        try table.update(
            set: "expires_at = ?",
            where: "session_id = ? AND expires_at IS NULL",
            [date.microseconds, sessionID.text]
        )
    }
}
