import GRDB

/// A row's columns by name, as they are written.
typealias Columns = KeyValuePairs<String, (any DatabaseValueConvertible)?>

/// One table within a transaction: the statements that every repository is made of.
///
/// Texts of statements are constants of this module; values go in as arguments only. Failures become
/// ``PersistenceError`` and name the table and the repository's function, never a value.
struct SQLTable {
    let name: String
    let db: GRDB.Database

    init(_ name: String, in db: GRDB.Database) {
        self.name = name
        self.db = db
    }

    // MARK: - Reading

    /// All rows that `clauses` (WHERE, ORDER BY, LIMIT) leave.
    func rows<Value>(
        _ clauses: String,
        _ arguments: StatementArguments = [],
        operation: String = #function,
        as value: (RowReader) throws -> Value
    ) throws -> [Value] {
        try select("SELECT * FROM \(name) \(clauses)", arguments, operation: operation, as: value)
    }

    /// The first row that `clauses` leave.
    func row<Value>(
        _ clauses: String,
        _ arguments: StatementArguments,
        operation: String = #function,
        as value: (RowReader) throws -> Value
    ) throws -> Value? {
        try rows("\(clauses) LIMIT 1", arguments, operation: operation, as: value).first
    }

    /// The rows of a whole statement.
    func select<Value>(
        _ sql: String,
        _ arguments: StatementArguments = [],
        operation: String = #function,
        as value: (RowReader) throws -> Value
    ) throws -> [Value] {
        try perform(operation) {
            try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
        }
        .map { try value(RowReader(table: name, row: $0)) }
    }

    // MARK: - Writing

    /// - Parameter conflict: An `ON CONFLICT` clause.
    func insert(_ columns: Columns, conflict: String = "", operation: String = #function) throws {
        let names = columns.map(\.key).joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        try execute(
            "INSERT INTO \(name) (\(names)) VALUES (\(marks)) \(conflict)",
            StatementArguments(columns.map(\.value)),
            operation: operation
        )
    }

    /// Overwrites the row whose `id` is among `columns`.
    func update(_ columns: Columns, id: String, operation: String = #function) throws {
        let assignments = columns.map { "\($0.key) = ?" }.joined(separator: ", ")
        try execute(
            "UPDATE \(name) SET \(assignments) WHERE id = ?",
            StatementArguments(columns.map(\.value)) + [id],
            operation: operation
        )
    }

    /// Changes the columns of `assignments` where `condition` holds.
    func update(
        set assignments: String,
        where condition: String,
        _ arguments: StatementArguments,
        operation: String = #function
    ) throws {
        try execute("UPDATE \(name) SET \(assignments) WHERE \(condition)", arguments, operation: operation)
    }

    /// - Returns: How many rows were deleted.
    @discardableResult
    func delete(
        where condition: String,
        _ arguments: StatementArguments,
        operation: String = #function
    ) throws -> Int {
        try execute("DELETE FROM \(name) WHERE \(condition)", arguments, operation: operation)
        return db.changesCount
    }

    private func execute(_ sql: String, _ arguments: StatementArguments, operation: String) throws {
        try perform(operation) {
            try db.cachedStatement(sql: sql).execute(arguments: arguments)
        }
    }

    private func perform<Value>(_ operation: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw PersistenceError(error, during: "\(name).\(operation)")
        }
    }
}

extension PersistenceError {
    init(_ error: DatabaseError, during operation: String) {
        self = .failed(operation: operation, code: error.extendedResultCode.rawValue)
    }
}
