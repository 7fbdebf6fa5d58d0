import Foundation
import PortholeCore
import Testing

extension DatabaseConformance {
    private typealias Fixture = DatabaseFixture

    static let transactions: [DatabaseConformance] = [
        DatabaseConformance("is usable when empty") { database in
            try await database.check()
            #expect(try await database.read { try $0.sessions.active(userID: nil) }.isEmpty)
        },
        DatabaseConformance("returns what the body returns") { database in
            let read = try await database.read { _ in 1 }
            let written = try await database.write { _ in 2 }
            #expect((read, written) == (1, 2))
        },
        DatabaseConformance("stores nothing of a body that throws in the middle") { database in
            let session = try Fixture.session()
            let kept = try Fixture.session(of: "child-b")
            try await database.write { try $0.sessions.insert(kept) }

            await #expect(throws: Interruption()) {
                try await database.write { transaction in
                    try transaction.sessions.insert(session)
                    try transaction.viewers.insert(Fixture.viewer(of: session))
                    try transaction.sessions.delete(kept.id)
                    throw Interruption()
                }
            }
            #expect(try await database.read { try $0.sessions.find(session.id) } == nil)
            #expect(try await database.read { try $0.viewers.list(sessionID: session.id) }.isEmpty)
            #expect(try await database.read { try $0.sessions.find(kept.id) } == kept)
        },
        DatabaseConformance("stores nothing of a body whose last statement is refused") { database in
            let session = try Fixture.session()
            let stranger = try Fixture.session()
            #expect(
                await database.refuses { transaction in
                    try transaction.sessions.insert(session)
                    try transaction.viewers.insert(Fixture.viewer(of: stranger))
                }
            )
            #expect(try await database.read { try $0.sessions.find(session.id) } == nil)
        },
        DatabaseConformance("sees its own changes within a transaction") { database in
            let session = try Fixture.session()
            let found = try await database.write { transaction in
                try transaction.sessions.insert(session)
                return try transaction.sessions.find(session.id)
            }
            #expect(found == session)
        },
        DatabaseConformance("loses no change of concurrent writers") { database in
            let session = try Fixture.session()
            try await database.write { try $0.sessions.insert(session) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        try await database.write { transaction in
                            var session = try #require(try transaction.sessions.find(session.id))
                            let count = session.metadata["count"] ?? .number(0)
                            guard case .number(let count) = count else { throw Interruption() }
                            session.metadata["count"] = .number(count + 1)
                            try transaction.sessions.update(session)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let counted = try await database.read { try $0.sessions.find(session.id) }
            #expect(counted?.metadata["count"] == .number(30))
        },
        DatabaseConformance("lets readers see whole transactions only") { database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for _ in 0..<50 {
                        let pair = [try Fixture.session(of: "pair"), try Fixture.session(of: "pair")]
                        try await database.write { for session in pair { try $0.sessions.insert(session) } }
                    }
                }
                group.addTask {
                    for _ in 0..<100 {
                        let counts = try await database.read { transaction in
                            let first = try transaction.sessions.active(userID: nil).count
                            return (first, try transaction.sessions.active(userID: nil).count)
                        }
                        #expect(counts.0 == counts.1)
                        #expect(counts.0.isMultiple(of: 2))
                    }
                }
                try await group.waitForAll()
            }
        },
    ]
}
