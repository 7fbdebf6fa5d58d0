import Foundation
import PortholeCore
import Testing

extension DatabaseConformance {
    private typealias Fixture = DatabaseFixture

    /// A stored session and guardian.
    private static func storedFamily(in database: any Database) async throws -> (Session, Guardian) {
        let session = try Fixture.session()
        let guardian = try Fixture.guardian()
        try await database.write { transaction in
            try transaction.sessions.insert(session)
            try transaction.guardians.save(guardian)
        }
        return (session, guardian)
    }

    static let outbox: [DatabaseConformance] = [
        DatabaseConformance("keeps every field of a mail") { database in
            let (session, guardian) = try await storedFamily(in: database)
            var message = OutboxMessage(
                eventID: "event",
                template: .recordingReady,
                guardianID: guardian.id,
                childID: session.userID,
                sessionID: session.id,
                recordingID: RecordingID(),
                createdAt: Fixture.time(0.5)
            )
            let enqueued = message
            try await database.write { try $0.outbox.enqueue(enqueued) }
            #expect(try await database.read { try $0.outbox.find(enqueued.id) } == enqueued)

            message.status = .dropped
            message.attempts = 3
            message.nextAttemptAt = Fixture.time(7.5)
            message.sentAt = Fixture.time(8.5)
            message.lastError = "no connection"
            let updated = message
            try await database.write { try $0.outbox.update(updated) }
            #expect(try await database.read { try $0.outbox.find(updated.id) } == updated)
            #expect(try await database.read { try $0.outbox.find(OutboxMessageID()) } == nil)
        },
        DatabaseConformance("owes one mail for an event, guardian and template") { database in
            let (session, guardian) = try await storedFamily(in: database)
            let first = Fixture.message(about: session, to: guardian)
            let again = Fixture.message(about: session, to: guardian, createdAt: 5)
            let ended = Fixture.message(about: session, to: guardian, template: .sessionEnded, createdAt: 1)
            let event = Fixture.message(about: session, to: guardian, eventID: "other", createdAt: 2)
            try await database.write { transaction in
                for message in [first, again, ended, event] { try transaction.outbox.enqueue(message) }
            }
            #expect(try await database.read { try $0.outbox.list(limit: 9) } == [event, ended, first])
            #expect(try await database.read { try $0.outbox.list(limit: 1) } == [event])
        },
        DatabaseConformance("leases due mails, oldest first, until the lease is over") { database in
            let (session, guardian) = try await storedFamily(in: database)
            let messages = (0..<4)
                .map { index in
                    var message = Fixture.message(
                        about: session,
                        to: guardian,
                        eventID: "\(index)",
                        createdAt: Double(index)
                    )
                    if index == 2 { message.status = .sent }
                    return message
                }
            try await database.write { for message in messages.reversed() { try $0.outbox.enqueue(message) } }
            let lease = { @Sendable (now: Double, limit: Int) in
                try await database.write {
                    try $0.outbox.lease(at: Fixture.time(now), until: Fixture.time(now + 60.5), limit: limit)
                }
            }
            let first = try await lease(1, 1)
            #expect(first.map(\.id) == [messages[0].id])
            #expect(first.map(\.nextAttemptAt) == [Fixture.time(61.5)])
            #expect(try await database.read { try $0.outbox.find(messages[0].id) } == first.first)
            #expect(try await lease(1, 9).map(\.id) == [messages[1].id])
            #expect(try await lease(1, 9).isEmpty)
            #expect(try await lease(61.5, 9).map(\.id) == [messages[0].id, messages[1].id, messages[3].id])
        },
        DatabaseConformance("never leases one mail to two workers") { database in
            let (session, guardian) = try await storedFamily(in: database)
            try await database.write { transaction in
                for index in 0..<60 {
                    try transaction.outbox.enqueue(
                        Fixture.message(about: session, to: guardian, eventID: "\(index)")
                    )
                }
            }
            let leased = try await withThrowingTaskGroup(of: [OutboxMessageID].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var mine: [OutboxMessageID] = []
                        while true {
                            let messages = try await database.write {
                                try $0.outbox.lease(at: Fixture.time(1), until: Fixture.time(60), limit: 3)
                            }
                            if messages.isEmpty { return mine }
                            mine += messages.map(\.id)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(leased.count == 60)
            #expect(Set(leased).count == 60)
        },
        DatabaseConformance("deletes settled mails and keeps owed ones") { database in
            let (session, guardian) = try await storedFamily(in: database)
            let statuses: [(OutboxMessage.Status, Double)] = [
                (.sent, 1), (.dropped, 2), (.pending, 3), (.sent, 10),
            ]
            let messages = statuses.map { status, createdAt in
                var message = Fixture.message(
                    about: session,
                    to: guardian,
                    eventID: "\(createdAt)",
                    createdAt: createdAt
                )
                message.status = status
                return message
            }
            try await database.write { transaction in
                for message in messages { try transaction.outbox.enqueue(message) }
                try transaction.outbox.deleteSettled(before: Fixture.time(10))
            }
            #expect(try await database.read { try $0.outbox.list(limit: 9) } == [messages[3], messages[2]])
        },
    ]

    static let accessLog: [DatabaseConformance] = [
        DatabaseConformance("keeps every field of an access log entry") { database in
            let full = AccessLogEntry(
                childID: try Fixture.child(),
                at: Fixture.time(1.5),
                actor: "guardian",
                action: .downloaded,
                sessionID: SessionID(),
                recordingID: RecordingID(),
                address: "2001:db8:1::/48"
            )
            let actions = try AccessLogEntry.Action.allCases.map { action in
                AccessLogEntry(
                    childID: try Fixture.child("child-b"),
                    at: Fixture.time(1),
                    actor: "x",
                    action: action
                )
            }
            try await database.write { transaction in
                for entry in [full] + actions { try transaction.accessLog.append(entry) }
            }
            let list = { @Sendable (child: UserID) in
                try await database.read { try $0.accessLog.list(childID: child, after: nil, limit: 99) }
            }
            #expect(try await list(full.childID) == [full])
            #expect(try await list(Fixture.child("child-b")) == actions.sorted { $0.id > $1.id })
        },
        DatabaseConformance("pages through an access log and forgets old entries") { database in
            let child = try Fixture.child()
            let entries = try (0..<17).map { try Fixture.entry(at: Double($0 / 6)) }
            try await database.write { for entry in entries { try $0.accessLog.append(entry) } }
            let expected = entries.sorted { ($0.at, $0.id) > ($1.at, $1.id) }
            let read: @Sendable (PageCursor?) async throws -> [AccessLogEntry] = { after in
                try await database.read { try $0.accessLog.list(childID: child, after: after, limit: 5) }
            }
            let cursor: @Sendable (AccessLogEntry) -> PageCursor = {
                PageCursor(createdAt: $0.at, id: $0.id.text)
            }
            #expect(try await pages(limit: 5, cursor: cursor, read) == expected)

            let delete: @Sendable () async throws -> Int = {
                try await database.write {
                    try $0.accessLog.delete(before: Fixture.time(1), of: .others, limit: 4)
                }
            }
            for count in [4, 2, 0] { #expect(try await delete() == count) }
            let rest = expected.filter { $0.at >= Fixture.time(1) }
            #expect(try await pages(limit: 5, cursor: cursor, read) == rest)
        },
    ]
}
