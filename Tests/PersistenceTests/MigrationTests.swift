import GRDB
import Testing

@testable import Persistence

@Suite("Migrations bring a database up to date and leave a newer one alone")
struct MigrationTests {
    private static let names = ["001_initial", "002_ingest", "003_server_recordings", "004_retention"]

    @Test func `all are pending at first and applied once`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try temporary.open()
            #expect(try await database.pendingMigrations() == Self.names)
            #expect(try await database.appliedMigrations() == [])
            #expect(try await database.migrate() == Self.names)
            #expect(try await database.pendingMigrations() == [])
            #expect(try await database.appliedMigrations() == Self.names)
            #expect(try await database.migrate() == [])
            try database.close()

            #expect(try await temporary.open().appliedMigrations() == Self.names)
        }
    }

    @Test func `rows of a newer program are refused`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            try await database.pool.write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999_future')")
            }
            let refusal = PersistenceError.newerThanProgram(migrations: ["999_future"])
            await #expect(throws: refusal) { try await database.pendingMigrations() }
            await #expect(throws: refusal) { try await database.migrate() }
            try database.close()
            #expect(throws: refusal) { try temporary.open() }
            #expect("\(refusal)".contains("newer version"))
        }
    }

    @Test func `the schema keeps its own rules`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            let (problems, lax) = try await database.pool.read { db in
                let problems = try String.fetchAll(db, sql: "PRAGMA integrity_check")
                let lax = try String.fetchAll(
                    db,
                    sql: """
                        SELECT name FROM pragma_table_list
                        WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'grdb_%'
                        """
                )
                return (problems, lax)
            }
            #expect(problems == ["ok"])
            #expect(lax.isEmpty)
        }
    }
}
