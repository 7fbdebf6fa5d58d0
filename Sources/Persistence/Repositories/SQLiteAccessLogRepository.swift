import Foundation
import GRDB
import PortholeCore

struct SQLiteAccessLogRepository: AccessLogRepository {
    private let table: SQLTable

    init(_ db: GRDB.Database) {
        table = SQLTable(AccessLogEntry.table, in: db)
    }

    func append(_ entry: AccessLogEntry) throws {
        try table.insert(entry.columns)
    }

    func list(childID: UserID, after cursor: PageCursor?, limit: Int) throws -> [AccessLogEntry] {
        var list = NewestFirst(by: "at", after: cursor)
        list.filter("child_id = ?", [childID.text])
        let (sql, arguments) = list.clauses(limit: limit)
        return try table.rows(sql, arguments, as: AccessLogEntry.init)
    }

    func delete(before date: Date, of scope: RetentionScope, limit: Int) throws -> Int {
        let (whose, arguments) = scope.condition(on: "old.child_id")
        return try table.delete(
            where: "id IN (SELECT id FROM \(table.name) old WHERE at < ? AND \(whose) LIMIT ?)",
            [date.microseconds] + arguments + [max(0, limit)]
        )
    }
}
