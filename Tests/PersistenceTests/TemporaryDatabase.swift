import Foundation
import Logging
import Persistence

/// Not the deprecated one of GRDB.
typealias PersistenceError = Persistence.PersistenceError

/// A directory of its own for one test, and the database in it.
struct TemporaryDatabase {
    let directory: URL

    var path: String { directory.appending(path: "porthole.sqlite").path }

    /// Opens the database, whose logger says nothing.
    func open() throws -> SQLiteDatabase {
        try SQLiteDatabase(
            path: path,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    /// Opens an empty database with the newest schema.
    func openMigrated() async throws -> SQLiteDatabase {
        let database = try open()
        try await database.migrate()
        return database
    }

    /// All bytes of the database's files, one after another.
    func bytes() throws -> Data {
        try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .reduce(into: Data()) { $0 += try Data(contentsOf: $1) }
    }

    /// Runs `body` and removes the directory.
    static func with(_ body: (TemporaryDatabase) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "porthole-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(TemporaryDatabase(directory: directory))
    }
}
