/// Why the database did not do what it was asked.
///
/// Never holds a value of a row.
public enum PersistenceError: Error, Equatable, Sendable {
    /// A statement or transaction failed.
    ///
    /// - Parameters:
    ///   - operation: What was tried, such as `sessions.insert(_:)`.
    ///   - code: SQLite's extended result code (<https://www.sqlite.org/rescode.html>).
    case failed(operation: String, code: Int32)
    /// A row holds what this program never writes.
    case corrupt(table: String, column: String)
    /// The database holds migrations that this program does not know: a newer one wrote it.
    case newerThanProgram(migrations: [String])
    /// The file or its directory could not be made or opened.
    case unusableFile(path: String, errno: Int32)
}

extension PersistenceError {
    /// Whether the disk or the quota of the database is full.
    public var isOutOfSpace: Bool {
        switch self {
        case .failed(_, let code): code & 0xff == ResultCode.full
        case .unusableFile(_, let errno): errno == SystemError.noSpace || errno == SystemError.quotaExceeded
        case .corrupt, .newerThanProgram: false
        }
    }

    /// Whether the database may be read but not written.
    public var isReadOnly: Bool {
        switch self {
        case .failed(_, let code): code & 0xff == ResultCode.readOnly
        case .unusableFile(_, let errno): errno == SystemError.readOnlyFileSystem
        case .corrupt, .newerThanProgram: false
        }
    }

    /// Whether a row broke a rule of the schema: unique, foreign key, check.
    public var isConstraintViolation: Bool {
        if case .failed(_, let code) = self { code & 0xff == ResultCode.constraint } else { false }
    }

    /// Whether the trouble lies with the disk rather than with what was asked.
    var isStorageFailure: Bool {
        guard case .failed(_, let code) = self else { return false }
        return [ResultCode.readOnly, ResultCode.ioError, ResultCode.full, ResultCode.cannotOpen]
            .contains(code & 0xff)
    }
}

extension PersistenceError: CustomStringConvertible {
    /// What an operator reads.
    public var description: String {
        switch self {
        case .failed(let operation, _) where isOutOfSpace: "the database has no space left (\(operation))"
        case .failed(let operation, _) where isReadOnly: "the database is read-only (\(operation))"
        case .failed(let operation, let code): "the database failed with SQLite code \(code) (\(operation))"
        case .corrupt(let table, let column): "the database holds an unknown value in \(table).\(column)"
        case .newerThanProgram(let migrations):
            "the database was written by a newer version of this program (it holds "
                + migrations.joined(separator: ", ") + "); install that version or restore an older backup"
        case .unusableFile(let path, let errno): "cannot use the database file \(path) (errno \(errno))"
        }
    }
}

/// Primary result codes of SQLite that are told apart.
private enum ResultCode {
    static let readOnly: Int32 = 8
    static let ioError: Int32 = 10
    static let full: Int32 = 13
    static let cannotOpen: Int32 = 14
    static let constraint: Int32 = 19
}
