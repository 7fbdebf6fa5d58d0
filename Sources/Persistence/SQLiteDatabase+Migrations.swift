import GRDB

extension SQLiteDatabase {
    /// The names of the migrations that the database has, in order.
    public func appliedMigrations() async throws -> [String] {
        try await perform("appliedMigrations") {
            try await pool.read { db in
                try Migrations.refuseNewer(db)
                return try Migrations.migrator.appliedMigrations(db)
            }
        }
    }

    /// The names of the migrations that the database still lacks, in order.
    public func pendingMigrations() async throws -> [String] {
        let applied = Set(try await appliedMigrations())
        return Migrations.migrator.migrations.filter { !applied.contains($0) }
    }

    /// Brings the schema up to date, each migration in a transaction of its own.
    ///
    /// - Returns: The names of those that were applied now.
    /// - Throws: ``PersistenceError/newerThanProgram(migrations:)`` for a newer database, which stays untouched.
    @discardableResult
    public func migrate() async throws -> [String] {
        let pending = try await pendingMigrations()
        guard !pending.isEmpty else { return [] }
        return try await perform("migrate") {
            try await withCheckedThrowingContinuation { continuation in
                Migrations.migrator.asyncMigrate(pool) { result in
                    continuation.resume(with: result.map { _ in })
                }
            }
            return pending
        }
    }
}
