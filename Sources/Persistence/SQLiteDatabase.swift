import Foundation
import GRDB
public import Logging
public import PortholeCore
import Synchronization

/// The rows in one SQLite file: one writer at a time, readers beside it on snapshots of their own (WAL).
public final class SQLiteDatabase: PortholeCore.Database {
    /// Readers beside the writer; lists are short, so few are enough.
    private static let readers = 4
    /// How long to wait for another process, such as a backup or `migrate`, in seconds.
    private static let busyTimeout: TimeInterval = 5

    let pool: DatabasePool
    private let logger: Logger
    /// Set when a write failed on the disk, until one succeeds.
    private let storageFailed = Mutex(false)

    /// Opens the file at this path, or makes an empty one that only this user may read.
    ///
    /// Does not migrate.
    ///
    /// - Throws: ``PersistenceError``, also when a newer version of this program wrote the file.
    public init(path: String, logger: Logger) throws {
        self.logger = logger
        try DatabaseFile(path: path).prepare()
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            try pool.writeWithoutTransaction { db in
                // A chunk that was acknowledged must survive a power cut: GRDB's choice for WAL, NORMAL,
                // may lose the last commits then.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try Migrations.refuseNewer(db)
            }
        } catch let error as DatabaseError {
            throw PersistenceError(error, during: "open")
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busyTimeout)
        configuration.maximumReaderCount = readers
        configuration.prepareDatabase { db in
            // What is deleted is overwritten, and no copy of rows lands in a directory for temporary files.
            try db.execute(sql: "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    /// Closes all connections once running transactions are over; everything fails afterwards.
    public func close() throws {
        do {
            try pool.close()
        } catch let error as DatabaseError {
            throw PersistenceError(error, during: "close")
        }
    }
}

extension SQLiteDatabase {
    /// Runs `body` on a snapshot, beside the writer.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await perform("read") {
            try await pool.read { db in try body(SQLiteTransaction(db)) }
        }
    }

    /// Runs `body` in one transaction, after those that asked before.
    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        let (value, hasErased) = try await perform("write") {
            try await pool.write { db in
                let transaction = SQLiteTransaction(db)
                return (try body(transaction), transaction.hasErased)
            }
        }
        storageFailed.withLock { $0 = false }
        if hasErased { await scrub() }
        return value
    }

    /// Asks for the writer; after a failure of the disk it also writes, to learn whether that is over.
    public func check() async throws {
        let hasFailed = storageFailed.withLock { $0 }
        try await perform("check") {
            try await pool.write { db in
                _ = try Int.fetchOne(db, sql: "PRAGMA schema_version")
                // Writes a page whether or not the value changes.
                if hasFailed { try db.execute(sql: "PRAGMA user_version = 0") }
            }
        }
        if hasFailed { storageFailed.withLock { $0 = false } }
    }

    /// Takes deleted rows out of the files: rewrites the database without its free space, then empties the
    /// log, which holds old pages. (`secure_delete` alone leaves copies of rows that pages exchanged.)
    ///
    /// The rows are gone already, so a failure is only logged; and a cancelled task finishes this too.
    private func scrub() async {
        await withCheckedContinuation { continuation in
            pool.asyncBarrierWriteWithoutTransaction { [logger] result in
                do {
                    let db = try result.get()
                    try db.execute(sql: "VACUUM")
                    try db.checkpoint(.truncate)
                } catch {
                    logger.warning(
                        "Bytes of erased rows stay in the database's files until those are rewritten",
                        metadata: ["error": "\(Self.domainError(error, during: "scrub"))"]
                    )
                }
                continuation.resume()
            }
        }
    }

    func perform<Value>(_ operation: String, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            let error = Self.domainError(error, during: operation)
            if let error = error as? PersistenceError, error.isStorageFailure {
                storageFailed.withLock { $0 = true }
            }
            throw error
        }
    }

    private static func domainError(_ error: any Error, during operation: String) -> any Error {
        (error as? DatabaseError).map { PersistenceError($0, during: operation) } ?? error
    }
}
