import GRDB
import PortholeCore

/// The clauses of a list that runs from newest to oldest, page by page.
struct NewestFirst {
    private let timeColumn: String
    private var conditions: [String]
    private var arguments: StatementArguments

    /// Begins after `cursor`, or at the newest row.
    ///
    /// Both are the same condition, so that one index serves both; ids order rows of one instant.
    init(by timeColumn: String, after cursor: PageCursor?) {
        self.timeColumn = timeColumn
        conditions = ["(\(timeColumn), id) < (?, ?)"]
        arguments = [cursor?.createdAt.microseconds ?? Int64.max, cursor?.id ?? ""]
    }

    /// Keeps rows for which `condition` holds.
    mutating func filter(_ condition: String, _ values: StatementArguments = []) {
        conditions.append(condition)
        arguments += values
    }

    /// Keeps rows that a caller may see; `sessionColumn` holds the row's session, `user_id` its child.
    mutating func filter(_ scope: VisibleScope, sessionColumn: String) throws {
        guard !scope.everything else { return }
        filter(
            """
            (user_id IN (SELECT value FROM json_each(?)) \
            OR \(sessionColumn) IN (SELECT value FROM json_each(?)))
            """,
            [try JSONText.list(scope.children.map(\.text)), try JSONText.list(scope.sessions)]
        )
    }

    /// The clauses with their arguments; a negative limit reads as none at all.
    func clauses(limit: Int) -> (sql: String, arguments: StatementArguments) {
        let sql = """
            WHERE \(conditions.joined(separator: " AND ")) \
            ORDER BY \(timeColumn) DESC, id DESC LIMIT ?
            """
        return (sql, arguments + [max(0, limit)])
    }
}
