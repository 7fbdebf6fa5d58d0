import Foundation
import PortholeCore
import Testing

extension DatabaseConformance {
    private typealias Fixture = DatabaseFixture

    static let recordings: [DatabaseConformance] = [
        DatabaseConformance("keeps every field of a recording") { database in
            let session = try Fixture.session()
            var recording = Fixture.recording(of: session)
            let inserted = recording
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                try transaction.recordings.insert(inserted)
            }
            #expect(try await database.read { try $0.recordings.find(inserted.id) } == inserted)

            recording.status = .ready
            recording.mimeType = "video/mp4;codecs=avc1"
            recording.duration = 61.066
            recording.fileSize = 5_000_000_000
            recording.width = 1280
            recording.height = 720
            recording.objectKey = .recording(recording, fileExtension: "mp4", revision: "r1")
            recording.thumbnailKey = .thumbnail(recording, revision: "r1")
            recording.gaps = [.init(position: 1.5, duration: 30.25), .init(position: 9, duration: 0.1)]
            recording.truncated = true
            recording.missingChunks = 3
            recording.updatedAt = Fixture.time(7.7)
            recording.announcedAt = Fixture.time(8.8)
            recording.lastChunkAt = Fixture.time(6.6)
            recording.needsCombining = false
            let updated = recording
            try await database.write { try $0.recordings.update(updated) }
            #expect(try await database.read { try $0.recordings.find(updated.id) } == updated)
            #expect(try await database.read { try $0.recordings.find(RecordingID()) } == nil)
        },
        DatabaseConformance("refuses a recording of no session") { database in
            let session = try Fixture.session()
            #expect(await database.refuses { try $0.recordings.insert(Fixture.recording(of: session)) })
        },
        DatabaseConformance("lists and counts a session's recordings") { database in
            let session = try Fixture.session()
            let other = try Fixture.session()
            let old = Fixture.recording(of: session, createdAt: 1)
            let new = Fixture.recording(of: session, createdAt: 2)
            let foreign = Fixture.recording(of: other)
            try await database.write { transaction in
                for session in [session, other] { try transaction.sessions.insert(session) }
                for recording in [old, new, foreign] { try transaction.recordings.insert(recording) }
            }
            #expect(try await database.read { try $0.recordings.list(sessionID: session.id) } == [new, old])
            #expect(
                try await database.read { try $0.recordings.counts([session.id, other.id, SessionID()]) }
                    == [session.id: 2, other.id: 1]
            )
        },
        DatabaseConformance("lists the recordings that a caller may see and no other") { database in
            let mine = try Fixture.session(of: "child-a")
            let shared = try Fixture.session(of: "child-b")
            let hidden = try Fixture.session(of: "child-b")
            let recordings = [mine, shared, hidden].enumerated()
                .map {
                    Fixture.recording(of: $0.element, createdAt: Double($0.offset))
                }
            try await database.write { transaction in
                for session in [mine, shared, hidden] { try transaction.sessions.insert(session) }
                for recording in recordings { try transaction.recordings.insert(recording) }
            }
            let list = { @Sendable (scope: VisibleScope, userID: UserID?) in
                try await database.read {
                    try $0.recordings.list(scope, userID: userID, after: nil, limit: 10)
                }
            }
            let both = VisibleScope(children: [mine.userID], sessions: [shared.id])
            #expect(try await list(VisibleScope(), nil) == [])
            #expect(try await list(VisibleScope(children: [mine.userID]), nil) == [recordings[0]])
            #expect(try await list(VisibleScope(sessions: [shared.id]), nil) == [recordings[1]])
            #expect(try await list(both, nil) == [recordings[1], recordings[0]])
            #expect(try await list(both, shared.userID) == [recordings[1]])
            #expect(try await list(VisibleScope(everything: true), nil) == recordings.reversed())
        },
        DatabaseConformance("pages through recordings of one instant without gaps or doubles") { database in
            let session = try Fixture.session()
            let recordings = (0..<17).map { Fixture.recording(of: session, createdAt: Double($0 / 6)) }
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                for recording in recordings { try transaction.recordings.insert(recording) }
            }
            let expected = recordings.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            let paged = try await pages(
                limit: 5,
                cursor: { PageCursor(createdAt: $0.createdAt, id: $0.id.text) },
                { after in
                    try await database.read {
                        try $0.recordings.list(
                            VisibleScope(sessions: [session.id]),
                            userID: nil,
                            after: after,
                            limit: 5
                        )
                    }
                }
            )
            #expect(paged == expected)
        },
        DatabaseConformance("finds recordings to combine and old ones, oldest first") { database in
            let session = try Fixture.session()
            let recordings = (1...4)
                .map { second in
                    var recording = Fixture.recording(of: session, createdAt: Double(second))
                    recording.needsCombining = second != 2
                    return recording
                }
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                for recording in recordings.reversed() { try transaction.recordings.insert(recording) }
            }
            #expect(
                try await database.read { try $0.recordings.toCombine(limit: 9) }
                    == [recordings[0], recordings[2], recordings[3]]
            )
            #expect(try await database.read { try $0.recordings.toCombine(limit: 1) } == [recordings[0]])
            #expect(
                try await database.read {
                    try $0.recordings.created(before: Fixture.time(3), of: .others, after: nil, limit: 9)
                }
                    == [recordings[0], recordings[1]]
            )
        },
        DatabaseConformance("finds what the server has recorded and not finished, clipped or drawn") {
            database in
            let session = try Fixture.session()
            let recordings = (1...5)
                .map { second in
                    var recording = Fixture.recording(
                        of: session,
                        source: .server,
                        createdAt: Double(second)
                    )
                    recording.status = [.recording, .processing, .processing, .ready, .ready][second - 1]
                    if second == 3 { recording.clip = .init(recording: recording.id, start: 1, end: 2.5) }
                    recording.needsStrips = second >= 4
                    var segment = Recording.Segment(number: 0, mimeType: "video/mp4", start: 0.5)
                    segment.strip = .init(interval: 2, count: 3, columns: 3, width: 160, height: 90)
                    recording.segments = [segment]
                    recording.failure = second == 2 ? .diskFull : nil
                    return recording
                }
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                for recording in recordings { try transaction.recordings.insert(recording) }
            }
            #expect(try await database.read { try $0.recordings.toFinish(limit: 9) } == [recordings[1]])
            #expect(try await database.read { try $0.recordings.toClip(limit: 9) } == [recordings[2]])
            #expect(
                try await database.read { try $0.recordings.toIllustrate(limit: 9) }
                    == [recordings[4], recordings[3]]
            )
            #expect(try await database.read { try $0.recordings.toIllustrate(limit: 1) } == [recordings[4]])
        },
    ]
}
