import Foundation
import PortholeCore
import Testing

extension DatabaseConformance {
    private typealias Fixture = DatabaseFixture

    static let retentions: [DatabaseConformance] = [
        DatabaseConformance("keeps one retention for each child") { database in
            let children = try ["b", "a", "c"].map { try Fixture.child($0) }
            try await database.write { transaction in
                for child in children { try transaction.retentions.save(.init(childID: child, days: 7)) }
                try transaction.retentions.save(.init(childID: children[0], days: 90))
            }
            let page: @Sendable (UserID?) async throws -> [ChildRetention] = { after in
                try await database.read { try $0.retentions.list(after: after, limit: 2) }
            }
            #expect(try await page(nil).map(\.days) == [7, 90])
            #expect(try await page(children[0]) == [.init(childID: children[2], days: 7)])
            try await database.write { try $0.retentions.delete(children[0]) }
            #expect(try await database.read { try $0.retentions.find(children[0]) } == nil)
            #expect(try await page(nil).map(\.childID) == [children[1], children[2]])
        },
        DatabaseConformance("finds what is old of one child, and of those without a retention of their own") {
            database in
            let own = Fixture.ended(try Fixture.session(of: "own"), at: 1)
            let other = Fixture.ended(try Fixture.session(of: "other"), at: 1)
            let recordings = [own, other].map { Fixture.recording(of: $0) }
            let entries = try ["own", "other"].map { try Fixture.entry(of: $0) }
            try await database.write { transaction in
                for session in [own, other] { try transaction.sessions.insert(session) }
                for recording in recordings { try transaction.recordings.insert(recording) }
                for entry in entries { try transaction.accessLog.append(entry) }
                try transaction.retentions.save(.init(childID: own.userID, days: 7))
            }
            let scopes: [(RetentionScope, Int)] = [(.child(own.userID), 0), (.others, 1)]
            for (scope, index) in scopes {
                let find: @Sendable (PageCursor?) async throws -> [Recording] = { cursor in
                    try await database.read {
                        try $0.recordings
                            .created(before: Fixture.time(9), of: scope, after: cursor, limit: 9)
                    }
                }
                let (recording, entry) = (recordings[index], entries[index])
                #expect(try await find(nil) == [recording])
                let cursor = PageCursor(createdAt: recording.createdAt, id: recording.id.text)
                #expect(try await find(cursor) == [])
                try await database.write { try $0.recordings.delete(recording.id) }
                let counts = try await database.write { transaction in
                    let before = Fixture.time(9)
                    return [
                        try transaction.sessions.deleteEnded(before: before, of: scope, limit: 9),
                        try transaction.accessLog.delete(before: before, of: scope, limit: 9),
                    ]
                }
                #expect(counts == [1, 1])
                let log = try await database.read {
                    try $0.accessLog.list(childID: entry.childID, after: nil, limit: 9)
                }
                #expect(log == [])
            }
        },
    ]

    static let tombstones: [DatabaseConformance] = [
        DatabaseConformance("keeps tombstones, also of an erased child, until their time is over") {
            database in
            let session = try Fixture.session()
            let graves = Tombstone.Reason.allCases.enumerated()
                .map { index, reason in
                    Tombstone(
                        subject: [1, 2, 255],
                        recordingID: index == 1 ? nil : RecordingID(),
                        recordings: index + 1,
                        reason: reason,
                        fileSize: Int64(index) << 40,
                        deletedAt: Fixture.time(Double(index))
                    )
                }
            let other = Tombstone(
                subject: [1, 2],
                recordingID: nil,
                reason: .erased,
                fileSize: 0,
                deletedAt: Fixture.time(0)
            )
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                for grave in graves + [other] { try transaction.tombstones.append(grave) }
                try transaction.eraseChild(session.userID)
            }
            let list: @Sendable (PageCursor?) async throws -> [Tombstone] = { after in
                try await database.read {
                    try $0.tombstones.list(subject: [1, 2, 255], after: after, limit: 2)
                }
            }
            let cursor: @Sendable (Tombstone) -> PageCursor = {
                PageCursor(createdAt: $0.deletedAt, id: $0.id.text)
            }
            #expect(try await pages(limit: 2, cursor: cursor, list) == graves.reversed())
            try await database.write { try $0.tombstones.delete(before: Fixture.time(1)) }
            #expect(try await pages(limit: 2, cursor: cursor, list) == [graves[2], graves[1]])
            try await database.write { try $0.tombstones.deleteRecordings(subject: [1, 2, 255]) }
            #expect(try await pages(limit: 2, cursor: cursor, list) == [graves[1]])
            #expect(
                try await database.read { try $0.tombstones.list(subject: [1, 2], after: nil, limit: 9) }
                    == []
            )
        }
    ]
}
