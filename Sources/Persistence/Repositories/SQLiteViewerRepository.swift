import Foundation
import GRDB
import PortholeCore

struct SQLiteViewerRepository: ViewerRepository {
    private let table: SQLTable

    init(_ db: GRDB.Database) {
        table = SQLTable(Viewer.table, in: db)
    }

    func insert(_ viewer: Viewer) throws {
        try table.insert(viewer.columns)
    }

    func update(_ viewer: Viewer) throws {
        try table.update(viewer.columns, id: viewer.id.text)
    }

    func find(_ id: ViewerID) throws -> Viewer? {
        try table.row("WHERE id = ?", [id.text], as: Viewer.init)
    }

    func latest(sessionID: SessionID, userID: String) throws -> Viewer? {
        try table.row(
            "WHERE session_id = ? AND user_id = ? ORDER BY joined_at DESC, id DESC",
            [sessionID.text, userID],
            as: Viewer.init
        )
    }

    func list(sessionID: SessionID) throws -> [Viewer] {
        try table.rows("WHERE session_id = ? ORDER BY joined_at, id", [sessionID.text], as: Viewer.init)
    }

    func openCounts(_ ids: [SessionID]) throws -> [SessionID: Int] {
        let counts: [(SessionID, Int)] = try table.select(
            """
            SELECT session_id, COUNT(*) AS count FROM viewers
            WHERE left_at IS NULL AND session_id IN (SELECT value FROM json_each(?))
            GROUP BY session_id
            """,
            [try JSONText.list(ids)]
        ) { (try $0.id("session_id"), try $0.value("count")) }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    func closeAll(sessionID: SessionID?, at now: Date) throws {
        if let sessionID {
            try table.update(
                set: "left_at = ?",
                where: "left_at IS NULL AND session_id = ?",
                [now.microseconds, sessionID.text]
            )
        } else {
            try table.update(set: "left_at = ?", where: "left_at IS NULL", [now.microseconds])
        }
    }
}
