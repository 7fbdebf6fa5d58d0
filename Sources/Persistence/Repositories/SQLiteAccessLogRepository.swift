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

    func delete(before date: Date, of scope: RetentionScope) throws {
        let (whose, arguments) = scope.condition(on: "\(table.name).child_id")
        try table.delete(where: "at < ? AND \(whose)", [date.microseconds] + arguments)
    }
}
