import GRDB
import Logging
import PortholeCore
import Synchronization
import TestSupport
import Testing

@testable import Persistence

@Suite("Queries search indexes and never read a whole table")
struct QueryPlanTests {
    /// Indexes that may be walked: they hold only what is asked for, or a LIMIT ends the walk.
    private static let walkable: Set = [
        "sessions_active", "recordings_to_combine", "recordings_to_finish", "recordings_to_illustrate",
        "viewers_open", "outbox_messages_by_creation",
    ]

    @Test func `all statements of the conformance suite search`() async throws {
        let statements = Mutex<[String: String]>([:])
        for behaviour in DatabaseConformance.all {
            try await TemporaryDatabase.with { temporary in
                let database = try await temporary.openMigrated()
                try await database.pool.writeWithoutTransaction { db in
                    // Plans do not depend on when the disk has it.
                    try db.execute(sql: "PRAGMA synchronous = OFF")
                    db.trace { event in
                        guard case .statement(let statement) = event, Self.isQuery(statement.sql) else {
                            return
                        }
                        statements.withLock { $0[statement.sql] = statement.expandedSQL }
                    }
                }
                try await behaviour.run(WriterOnly(database: database))
                try database.close()
            }
        }
        let queries = statements.withLock(\.self)
        #expect(queries.count > 60)
        for (sql, plan) in try await plans(of: Array(queries.values)) {
            #expect(plan.allSatisfy(Self.isSearch), "\(sql)")
        }
    }

    @Test(arguments: [VisibleScope(everything: true)])
    func `pages of whole lists come out of an index in order`(_ scope: VisibleScope) async throws {
        let child = try #require(UserID("child"))
        let statements = Mutex<[String]>([])
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            try await database.pool.write { db in
                db.trace { event in
                    guard case .statement(let statement) = event else { return }
                    statements.withLock { $0.append(statement.expandedSQL) }
                }
                defer { db.trace(nil) }
                let (sessions, recordings) = (SQLiteSessionRepository(db), SQLiteRecordingRepository(db))
                for userID in [nil, child] {
                    for activeOnly in [false, true] where userID == nil || !activeOnly {
                        _ = try sessions.list(
                            scope,
                            userID: userID,
                            activeOnly: activeOnly,
                            after: nil,
                            limit: 5
                        )
                    }
                    _ = try recordings.list(scope, userID: userID, after: nil, limit: 5)
                }
                _ = try SQLiteAccessLogRepository(db).list(childID: child, after: nil, limit: 5)
            }
        }
        let plans = try await plans(of: statements.withLock(\.self))
        #expect(plans.count == 6)
        for (sql, plan) in plans {
            #expect(plan.count == 1 && plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(sql): \(plan)")
        }
    }

    /// The steps that SQLite would take for each statement, in words.
    private func plans(of statements: [String]) async throws -> [(sql: String, plan: [String])] {
        var plans: [(sql: String, plan: [String])] = []
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            plans = try await database.pool.write { db in
                try statements.map { sql in
                    (sql, try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] })
                }
            }
        }
        return plans
    }

    private static func isQuery(_ sql: String) -> Bool {
        ["SELECT", "INSERT", "UPDATE", "DELETE"].contains { sql.hasPrefix($0) } && !sql.contains("vacuum_db")
    }

    private static func isSearch(_ step: String) -> Bool {
        !step.hasPrefix("SCAN") || step.hasPrefix("SCAN json_each")
            || walkable.contains { step.hasSuffix(" INDEX \($0)") }
    }
}

/// Reads by the writer, whose statements are traced.
private struct WriterOnly: PortholeCore.Database {
    let database: SQLiteDatabase

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await database.write(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await database.write(body)
    }

    func check() async throws {
        try await database.check()
    }
}
