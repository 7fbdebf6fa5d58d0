import Foundation
import GRDB
import PortholeCore

struct SQLiteTombstoneRepository: TombstoneRepository {
    private let table: SQLTable

    init(_ db: GRDB.Database) {
        table = SQLTable(Tombstone.table, in: db)
    }

    func append(_ tombstone: Tombstone) throws {
        try table.insert(tombstone.columns)
    }

    func list(subject: [UInt8], after cursor: PageCursor?, limit: Int) throws -> [Tombstone] {
        var list = NewestFirst(by: "deleted_at", after: cursor)
        list.filter("subject = ?", [Data(subject)])
        let (sql, arguments) = list.clauses(limit: limit)
        return try table.rows(sql, arguments, as: Tombstone.init)
    }

    func deleteRecordings(subject: [UInt8]) throws {
        try table.delete(where: "subject = ? AND recording_id IS NOT NULL", [Data(subject)])
    }

    func delete(before date: Date) throws {
        try table.delete(where: "deleted_at < ?", [date.microseconds])
    }
}
