import GRDB
import PortholeCore

struct SQLiteRetentionRepository: RetentionRepository {
    private let table: SQLTable

    init(_ db: GRDB.Database) {
        table = SQLTable(ChildRetention.table, in: db)
    }

    func find(_ childID: UserID) throws -> ChildRetention? {
        try table.row("WHERE child_id = ?", [childID.text], as: ChildRetention.init)
    }

    func list(after childID: UserID?, limit: Int) throws -> [ChildRetention] {
        try table.rows(
            "WHERE child_id > ? ORDER BY child_id LIMIT ?",
            [childID?.text ?? "", max(0, limit)],
            as: ChildRetention.init
        )
    }

    func save(_ retention: ChildRetention) throws {
        try table.insert(
            retention.columns,
            conflict: "ON CONFLICT (child_id) DO UPDATE SET days = excluded.days"
        )
    }

    func delete(_ childID: UserID) throws {
        try table.delete(where: "child_id = ?", [childID.text])
    }
}

extension RetentionScope {
    /// The condition that `column`, named with its table, holds such a child.
    func condition(on column: String) -> (sql: String, arguments: StatementArguments) {
        switch self {
        case .child(let child): ("\(column) = ?", [child.text])
        case .others:
            (
                "NOT EXISTS (SELECT 1 FROM \(ChildRetention.table) own WHERE own.child_id = \(column))", []
            )
        }
    }
}
