import Foundation
import GRDB
import PortholeCore
import Synchronization
import Testing

@testable import Persistence

@Suite("The SQLite file is private, durable and says what is wrong with it")
struct SQLiteDatabaseTests {
    private func session(metadata: [String: JSONValue] = [:], userID: String = "child") throws -> Session {
        Session(
            userID: try #require(UserID(userID)),
            connectionID: "connection of \(userID)",
            roomName: "room",
            metadata: metadata,
            startedAt: Date(timeIntervalSinceReferenceDate: 1)
        )
    }

    @Test func `only its owner may read any of its files`() async throws {
        try await TemporaryDatabase.with { temporary in
            let permissions: [FileAttributeKey: Any] = [.posixPermissions: 0o644]
            #expect(
                FileManager.default.createFile(atPath: temporary.path, contents: nil, attributes: permissions)
            )
            let database = try await temporary.openMigrated()
            for suffix in ["", "-wal", "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: temporary.path + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
            }
            try database.close()
        }
    }

    @Test func `its directory is made, private too`() async throws {
        try await TemporaryDatabase.with { temporary in
            let directory = temporary.directory.appending(path: "new/data")
            let nested = TemporaryDatabase(directory: directory)
            try await nested.openMigrated().check()
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test func `a path that cannot be is refused with its errno`() async throws {
        let nowhere = TemporaryDatabase(directory: URL(fileURLWithPath: "/dev/null/data"))
        #expect(throws: PersistenceError.unusableFile(path: nowhere.path, errno: ENOTDIR)) {
            try nowhere.open()
        }
    }

    @Test func `commits reach the disk, keys are checked, deleted bytes are overwritten`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            let pragmas = try await database.pool.writeWithoutTransaction { db in
                try [
                    "journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store",
                    "busy_timeout",
                ]
                .map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
            }
            #expect(pragmas == ["wal", "2", "1", "1", "2", "5000"])
        }
    }

    @Test func `rows survive closing and opening`() async throws {
        try await TemporaryDatabase.with { temporary in
            let session = try session()
            let database = try await temporary.openMigrated()
            try await database.write { try $0.sessions.insert(session) }
            try database.close()
            #expect(try await temporary.open().read { try $0.sessions.find(session.id) } == session)
            await #expect(throws: PersistenceError.self) { try await database.check() }
        }
    }

    @Test func `failures name the operation and no value`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            let session = try session(userID: "canary")
            let double = try self.session(userID: "canary")
            let error = await #expect(throws: PersistenceError.self) {
                try await database.write { transaction in
                    try transaction.sessions.insert(session)
                    try transaction.sessions.insert(double)
                }
            }
            #expect(error == .failed(operation: "sessions.insert(_:)", code: 2067))
            #expect(error?.isConstraintViolation == true)
            #expect(error?.isOutOfSpace == false)
            #expect(error?.description.contains("canary") == false)
        }
    }

    @Test func `a value that no program wrote is refused by table and column`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            let session = try session()
            try await database.write { try $0.sessions.insert(session) }
            try await database.pool.write { try $0.execute(sql: "UPDATE sessions SET status = 'asleep'") }
            await #expect(throws: PersistenceError.corrupt(table: "sessions", column: "status")) {
                try await database.read { try $0.sessions.find(session.id) }
            }
        }
    }

    @Test func `a full database says so and keeps what it has`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            let small = try session()
            let text = String(repeating: "x", count: 1_000_000)
            let large = try session(metadata: ["text": .string(text)], userID: "other")
            try await database.write { try $0.sessions.insert(small) }
            try await database.pool.writeWithoutTransaction { db in
                let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                try db.execute(sql: "PRAGMA max_page_count = \(pages + 5)")
            }
            let error = await #expect(throws: PersistenceError.self) {
                try await database.write { try $0.sessions.insert(large) }
            }
            #expect(error?.isOutOfSpace == true)
            #expect(error?.description.contains("no space left") == true)
            #expect(try await database.read { try $0.sessions.active(userID: nil) } == [small])
            try await database.check()
        }
    }

    @Test func `a check writes after a failed write, until that succeeds`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            let probes = Mutex(0)
            try await database.pool.writeWithoutTransaction { db in
                db.trace { event in
                    if "\(event)".hasPrefix("PRAGMA user_version") { probes.withLock { $0 += 1 } }
                }
            }
            try await database.check()
            #expect(probes.withLock(\.self) == 0)

            let text = String(repeating: "x", count: 1_000_000)
            let large = try session(metadata: ["text": .string(text)], userID: "other")
            try await database.pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA max_page_count = 1")
            }
            await #expect(throws: PersistenceError.self) {
                try await database.write { try $0.sessions.insert(large) }
            }
            try await database.check()
            try await database.check()
            #expect(probes.withLock(\.self) == 1)
        }
    }

    @Test func `a read-only database says so`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            try await database.pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA query_only = 1")
            }
            let error = await #expect(throws: PersistenceError.self) { try await database.check() }
            #expect(error?.isReadOnly == true)
            #expect(error?.isOutOfSpace == false)
            #expect(try await database.read { try $0.sessions.active(userID: nil) } == [])
        }
    }

    @Test func `a cancelled write stores nothing`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            let session = try session()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await database.write { try $0.sessions.insert(session) }
                    }
                }
                group.cancelAll()
            }
            #expect(try await database.read { try $0.sessions.find(session.id) } == nil)
        }
    }
}
