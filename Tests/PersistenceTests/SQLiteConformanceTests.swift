import Persistence
import TestSupport
import Testing

@Suite("SQLite keeps the contract of a database")
struct SQLiteConformanceTests {
    @Test(arguments: DatabaseConformance.all)
    func conforms(_ behaviour: DatabaseConformance) async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            try await behaviour.run(database)
            try database.close()
        }
    }
}
