import Foundation
import PortholeCore
import Testing

extension DatabaseConformance {
    private typealias Fixture = DatabaseFixture

    static let sessions: [DatabaseConformance] = [
        DatabaseConformance("keeps every field of a session") { database in
            var session = Session(
                userID: try Fixture.child("auth0|Zoë 'x' \"y\"; --"),
                connectionID: "connection",
                roomName: "stream-1",
                metadata: [
                    "platform": .string("Quest 3 – \u{1F576}"),
                    "version": .number(1.5),
                    "tags": .array([.null, .bool(true), .number(3), .object(["deep": .string("\u{0}")])]),
                ],
                playerName: "Zoë",
                startedAt: Fixture.time(0.123456)
            )
            let inserted = session
            try await database.write { try $0.sessions.insert(inserted) }
            #expect(try await database.read { try $0.sessions.find(inserted.id) } == inserted)

            session.connectionID = "other"
            session.roomName = "stream-2"
            session.status = .error
            session.metadata = [:]
            session.playerName = nil
            session.endedAt = Fixture.time(99.000001)
            session.lastSeenAt = Fixture.time(50.5)
            session.hostSeen = true
            session.lastActivityAt = Fixture.time(60.25)
            session.updatedAt = Fixture.time(99.999999)
            let updated = session
            try await database.write { try $0.sessions.update(updated) }
            #expect(try await database.read { try $0.sessions.find(updated.id) } == updated)
        },
        DatabaseConformance("rounds times to microseconds and keeps far ones") { database in
            var session = try Fixture.session()
            session.lastSeenAt = Date(timeIntervalSinceReferenceDate: 1.000_000_4)
            session.lastActivityAt = .distantFuture
            session.updatedAt = .distantPast
            let inserted = session
            try await database.write { try $0.sessions.insert(inserted) }
            let found = try #require(try await database.read { try $0.sessions.find(inserted.id) })
            #expect(found.lastSeenAt == Date(timeIntervalSinceReferenceDate: 1))
            #expect(found.lastActivityAt == .distantFuture)
            #expect(found.updatedAt == .distantPast)
        },
        DatabaseConformance("does not bring a session back by updating it") { database in
            let session = try Fixture.session()
            try await database.write { try $0.sessions.update(session) }
            #expect(try await database.read { try $0.sessions.find(session.id) } == nil)
        },
        DatabaseConformance("finds the active session of a user's connection") { database in
            let session = try Fixture.session(connectionID: "c")
            let stranger = try Fixture.session(of: "child-b", connectionID: "c")
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                try transaction.sessions.insert(stranger)
            }
            let find: @Sendable (any Transaction) throws -> Session? = {
                try $0.sessions.active(userID: session.userID, connectionID: "c")
            }
            #expect(try await database.read(find) == session)
            #expect(
                try await database.read {
                    try $0.sessions.active(userID: session.userID, connectionID: "d")
                } == nil
            )

            let ended = Fixture.ended(session, at: 5)
            try await database.write { try $0.sessions.update(ended) }
            #expect(try await database.read(find) == nil)
        },
        DatabaseConformance("has one active session for a user's connection") { database in
            let first = try Fixture.session(connectionID: "c")
            let second = try Fixture.session(connectionID: "c")
            try await database.write { try $0.sessions.insert(first) }
            #expect(await database.refuses { try $0.sessions.insert(second) })

            let ended = Fixture.ended(first, at: 5)
            try await database.write { transaction in
                try transaction.sessions.update(ended)
                try transaction.sessions.insert(second)
            }
            #expect(try await database.read { try $0.sessions.active(userID: nil) } == [second])
        },
        DatabaseConformance("lists active sessions newest first") { database in
            let old = try Fixture.session(startedAt: 1)
            let new = try Fixture.session(startedAt: 3)
            let other = try Fixture.session(of: "child-b", startedAt: 2)
            let over = Fixture.ended(try Fixture.session(startedAt: 4), at: 5)
            try await database.write {
                for session in [old, new, other, over] { try $0.sessions.insert(session) }
            }
            #expect(try await database.read { try $0.sessions.active(userID: nil) } == [new, other, old])
            #expect(try await database.read { try $0.sessions.active(userID: old.userID) } == [new, old])
        },
        DatabaseConformance("marks active sessions only") { database in
            let seen = try Fixture.session()
            let active = try Fixture.session()
            let untouched = try Fixture.session()
            let over = Fixture.ended(try Fixture.session(), at: 5)
            let all = [seen, active, untouched, over]
            try await database.write { for session in all { try $0.sessions.insert(session) } }
            try await database.write { transaction in
                try transaction.sessions.markSeen([seen.id, over.id, SessionID()], at: Fixture.time(10.5))
                try transaction.sessions.markActive([active.id, over.id], at: Fixture.time(11.5))
                try transaction.sessions.markSeen([], at: Fixture.time(12))
            }
            let found = try await database.read { transaction in
                try all.map { try transaction.sessions.find($0.id) }
            }
            #expect(found[0]?.lastSeenAt == Fixture.time(10.5))
            #expect(found[0]?.lastActivityAt == Fixture.time(10.5))
            #expect(found[0]?.hostSeen == true)
            #expect(found[1]?.lastActivityAt == Fixture.time(11.5))
            #expect(found[1]?.lastSeenAt == active.lastSeenAt)
            #expect(found[1]?.hostSeen == false)
            #expect(found[2] == untouched)
            #expect(found[3] == over)
        },
        DatabaseConformance("keeps the id of an active session's ingest") { database in
            let active = try Fixture.session()
            let over = Fixture.ended(try Fixture.session(), at: 5)
            try await database.write { transaction in
                for session in [active, over] {
                    try transaction.sessions.insert(session)
                    try transaction.sessions.setIngest(session.id, connectionID: "ingest")
                }
            }
            let find = { (id: SessionID) in try await database.read { try $0.sessions.find(id) } }
            #expect(try await find(active.id)?.ingestConnectionID == "ingest")
            #expect(try await find(over.id) == over)
            try await database.write { try $0.sessions.setIngest(active.id, connectionID: nil) }
            #expect(try await find(active.id) == active)
        },
        DatabaseConformance("deletes sessions without recordings that ended long ago, oldest first") {
            database in
            let late = Fixture.ended(try Fixture.session(startedAt: 1), at: 9)
            let early = Fixture.ended(try Fixture.session(startedAt: 2), at: 8)
            let recent = Fixture.ended(try Fixture.session(), at: 10)
            let active = try Fixture.session()
            try await database.write { transaction in
                for session in [late, early, recent, active] { try transaction.sessions.insert(session) }
            }
            let recorded = Fixture.ended(try Fixture.session(startedAt: 1), at: 7)
            let all = [late, early, recent, active, recorded]
            try await database.write { transaction in
                try transaction.sessions.insert(recorded)
                try transaction.recordings.insert(Fixture.recording(of: recorded))
                try transaction.viewers.insert(Fixture.viewer(of: early))
            }
            let delete: @Sendable (Int) async throws -> Int = { limit in
                try await database.write {
                    try $0.sessions.deleteEnded(before: Fixture.time(10), of: .others, limit: limit)
                }
            }
            let left: @Sendable () async throws -> [Session] = {
                try await database.read { transaction in
                    try all.filter { try transaction.sessions.find($0.id) != nil }
                }
            }
            #expect(try await delete(1) == 1)
            #expect(try await left() == [late, recent, active, recorded])
            #expect(try await database.read { try $0.viewers.list(sessionID: early.id) } == [])
            #expect(try await delete(9) == 1)
            #expect(try await delete(9) == 0)
            #expect(try await left() == [recent, active, recorded])
        },
    ]
}
