import Foundation
import PortholeCore
import Testing

extension DatabaseConformance {
    private typealias Fixture = DatabaseFixture

    static let viewers: [DatabaseConformance] = [
        DatabaseConformance("keeps every field of a viewer") { database in
            let session = try Fixture.session()
            var viewer = Viewer(
                sessionID: session.id,
                userID: "g",
                name: "Grandma",
                joinedAt: Fixture.time(1.000001)
            )
            let inserted = viewer
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                try transaction.viewers.insert(inserted)
            }
            #expect(try await database.read { try $0.viewers.find(inserted.id) } == inserted)

            viewer.name = nil
            viewer.leftAt = Fixture.time(2.5)
            let updated = viewer
            try await database.write { try $0.viewers.update(updated) }
            #expect(try await database.read { try $0.viewers.find(updated.id) } == updated)
            #expect(try await database.read { try $0.viewers.find(ViewerID()) } == nil)
        },
        DatabaseConformance("refuses a viewer of no session") { database in
            let session = try Fixture.session()
            #expect(await database.refuses { try $0.viewers.insert(Fixture.viewer(of: session)) })
        },
        DatabaseConformance("finds a principal's newest visit and lists all in order of joining") {
            database in
            let session = try Fixture.session()
            let first = Fixture.viewer(of: session, userID: "x", joinedAt: 1, leftAt: 2)
            let other = Fixture.viewer(of: session, userID: "y", joinedAt: 2)
            let again = Fixture.viewer(of: session, userID: "x", joinedAt: 3, leftAt: 4)
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                for viewer in [again, other, first] { try transaction.viewers.insert(viewer) }
            }
            #expect(
                try await database.read { try $0.viewers.latest(sessionID: session.id, userID: "x") } == again
            )
            #expect(
                try await database.read { try $0.viewers.latest(sessionID: session.id, userID: "z") } == nil
            )
            #expect(
                try await database.read { try $0.viewers.list(sessionID: session.id) } == [
                    first, other, again,
                ]
            )
        },
        DatabaseConformance("counts and closes open viewers") { database in
            let sessions = try (0..<3).map { _ in try Fixture.session() }
            let closed = Fixture.viewer(of: sessions[0], userID: "z", leftAt: 2)
            try await database.write { transaction in
                for session in sessions { try transaction.sessions.insert(session) }
                for user in ["x", "y"] {
                    try transaction.viewers.insert(Fixture.viewer(of: sessions[0], userID: user))
                }
                try transaction.viewers.insert(closed)
                try transaction.viewers.insert(Fixture.viewer(of: sessions[1]))
            }
            let ids = sessions.map(\.id)
            let counts: @Sendable (any Transaction) throws -> [SessionID: Int] = {
                try $0.viewers.openCounts(ids)
            }
            #expect(try await database.read(counts) == [ids[0]: 2, ids[1]: 1])
            #expect(try await database.read { try $0.viewers.openCounts([ids[1]]) } == [ids[1]: 1])

            try await database.write { try $0.viewers.closeAll(sessionID: ids[0], at: Fixture.time(9)) }
            #expect(try await database.read(counts) == [ids[1]: 1])
            let ends = try await database.read { try $0.viewers.list(sessionID: ids[0]) }.map(\.leftAt)
            #expect(ends.count { $0 == Fixture.time(9) } == 2)
            #expect(try await database.read { try $0.viewers.find(closed.id) } == closed)

            try await database.write { try $0.viewers.closeAll(sessionID: nil, at: Fixture.time(10)) }
            #expect(try await database.read(counts).isEmpty)
        },
    ]
}
