import Foundation
import GRDB
import PortholeCore

struct SQLiteSessionRepository: SessionRepository {
    private let table: SQLTable

    init(_ db: GRDB.Database) {
        table = SQLTable(Session.table, in: db)
    }

    func insert(_ session: Session) throws {
        try table.insert(session.columns())
    }

    func update(_ session: Session) throws {
        try table.update(session.columns(), id: session.id.text)
    }

    func find(_ id: SessionID) throws -> Session? {
        try table.row("WHERE id = ?", [id.text], as: Session.init)
    }

    func active(userID: UserID, connectionID: String) throws -> Session? {
        try table.row(
            "WHERE status = 'active' AND user_id = ? AND connection_id = ?",
            [userID.text, connectionID],
            as: Session.init
        )
    }

    func active(userID: UserID?) throws -> [Session] {
        let newestFirst = "ORDER BY started_at DESC, id DESC"
        guard let userID else {
            return try table.rows("WHERE status = 'active' \(newestFirst)", as: Session.init)
        }
        return try table.rows(
            "WHERE status = 'active' AND user_id = ? \(newestFirst)",
            [userID.text],
            as: Session.init
        )
    }

    func list(
        _ scope: VisibleScope,
        userID: UserID?,
        activeOnly: Bool,
        after cursor: PageCursor?,
        limit: Int
    ) throws -> [Session] {
        guard !scope.isEmpty else { return [] }
        var list = NewestFirst(by: "started_at", after: cursor)
        try list.filter(scope, sessionColumn: "id")
        if let userID { list.filter("user_id = ?", [userID.text]) }
        if activeOnly { list.filter("status = 'active'") }
        let (sql, arguments) = list.clauses(limit: limit)
        return try table.rows(sql, arguments, as: Session.init)
    }

    func markSeen(_ ids: [SessionID], at now: Date) throws {
        try table.update(
            set: "last_seen_at = ?1, last_activity_at = ?1, host_seen = 1",
            where: Self.activeAmong,
            [now.microseconds, try JSONText.list(ids)]
        )
    }

    func setIngest(_ id: SessionID, connectionID: String?) throws {
        try table.update(
            set: "ingest_connection_id = ?1",
            where: "id = ?2 AND status = 'active'",
            [connectionID, id.text]
        )
    }

    func markActive(_ ids: [SessionID], at now: Date) throws {
        try table.update(
            set: "last_activity_at = ?1",
            where: Self.activeAmong,
            [now.microseconds, try JSONText.list(ids)]
        )
    }

    private static let activeAmong = "status = 'active' AND id IN (SELECT value FROM json_each(?2))"

    func deleteEnded(before date: Date, of scope: RetentionScope, limit: Int) throws -> Int {
        let (whose, arguments) = scope.condition(on: "old.user_id")
        return try table.delete(
            where: """
                id IN (
                    SELECT id FROM sessions old
                    WHERE ended_at < ? AND status <> 'active' AND \(whose)
                        AND NOT EXISTS (SELECT 1 FROM recordings WHERE session_id = old.id)
                    ORDER BY ended_at, id LIMIT ?
                )
                """,
            [date.microseconds] + arguments + [max(0, limit)]
        )
    }

    func delete(_ id: SessionID) throws {
        try table.delete(where: "id = ?", [id.text])
    }
}
