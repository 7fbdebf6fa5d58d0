import GRDB

/// All migrations, in order.
///
/// A released one is never changed: what it lacks goes into a new one.
enum Migrations {
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("001_initial", migrate: initial)
        migrator.registerMigration("002_ingest", migrate: ingest)
        migrator.registerMigration("003_server_recordings", migrate: serverRecordings)
        migrator.registerMigration("004_retention", migrate: retention)
        return migrator
    }()

    /// Throws when a newer program wrote the database.
    static func refuseNewer(_ db: GRDB.Database) throws {
        let unknown = try migrator.appliedIdentifiers(db).subtracting(migrator.migrations)
        guard unknown.isEmpty else { throw PersistenceError.newerThanProgram(migrations: unknown.sorted()) }
    }
}
