import Foundation
import PortholeCore
import Testing

@testable import Persistence

@Suite("Erasing a child leaves no byte of it in the files")
struct ErasureTests {
    private static let canary = "canary-7f3a9c"

    /// Many rows of two children side by side, rewritten now and then, so that pages split and exchange them.
    private func fill(_ database: SQLiteDatabase) async throws -> UserID {
        let child = try #require(UserID("\(Self.canary)-child"))
        let neighbour = try #require(UserID("neighbour"))
        for round in 0..<20 {
            try await database.write { transaction in
                for index in 0..<20 {
                    let userID = index.isMultiple(of: 2) ? child : neighbour
                    var session = Session(
                        userID: userID,
                        connectionID: "\(userID)-\(round)-\(index)",
                        roomName: "stream-\(userID)",
                        metadata: ["about": .string(String(repeating: "\(userID) ", count: index * 7))],
                        startedAt: Date(timeIntervalSinceReferenceDate: Double(round))
                    )
                    try transaction.sessions.insert(session)
                    session.metadata = ["about": .string(String(repeating: "\(userID) ", count: round * 3))]
                    try transaction.sessions.update(session)
                    try transaction.accessLog.append(
                        AccessLogEntry(
                            childID: userID,
                            at: session.startedAt,
                            actor: "\(userID)",
                            action: .watched
                        )
                    )
                    try transaction.guardians.save(
                        Guardian(
                            childID: userID,
                            email: "\(userID)-\(round)-\(index)@example.org",
                            name: "\(userID)",
                            userID: nil,
                            createdAt: session.startedAt
                        )
                    )
                }
            }
        }
        return child
    }

    @Test func `the database, its log and its index hold nothing`() async throws {
        try await TemporaryDatabase.with { temporary in
            let database = try await temporary.openMigrated()
            let child = try await fill(database)
            #expect(try temporary.bytes().range(of: Data(Self.canary.utf8)) != nil)

            try await database.write { try $0.eraseChild(child) }

            let bytes = try temporary.bytes()
            #expect(bytes.range(of: Data(Self.canary.utf8)) == nil)
            #expect(bytes.range(of: Data("neighbour".utf8)) != nil)
            let rest = try await database.read { try $0.sessions.active(userID: nil) }
            #expect(rest.count == 200)
        }
    }
}
