import Foundation
import PortholeCore
import Testing

extension DatabaseConformance {
    private typealias Fixture = DatabaseFixture

    /// A stored session with one recording.
    private static func storedRecording(in database: any Database) async throws -> Recording {
        let session = try Fixture.session()
        let recording = Fixture.recording(of: session)
        try await database.write { transaction in
            try transaction.sessions.insert(session)
            try transaction.recordings.insert(recording)
        }
        return recording
    }

    static let runsAndChunks: [DatabaseConformance] = [
        DatabaseConformance("keeps every field of a run") { database in
            let recording = try await storedRecording(in: database)
            var run = Fixture.run(of: recording)
            let inserted = run
            try await database.write { try $0.recordings.insert(inserted) }
            let find: @Sendable (any Transaction) throws -> RecordingRun? = {
                try $0.recordings.run(
                    sessionID: recording.sessionID,
                    uploader: "uploader",
                    clientRunID: "run"
                )
            }
            #expect(try await database.read(find) == inserted)

            run.startedAt = Fixture.time(1.25)
            run.finalChunk = 12
            let updated = run
            try await database.write { try $0.recordings.update(updated) }
            #expect(try await database.read(find) == updated)
            #expect(
                try await database.read {
                    try $0.recordings.run(
                        sessionID: recording.sessionID,
                        uploader: "other",
                        clientRunID: "run"
                    )
                } == nil
            )
        },
        DatabaseConformance("has one run for a session, uploader and client's run") { database in
            let recording = try await storedRecording(in: database)
            let run = Fixture.run(of: recording)
            try await database.write { try $0.recordings.insert(run) }
            #expect(
                await database.refuses { try $0.recordings.insert(Fixture.run(of: recording, position: 1)) }
            )
            try await database.write { transaction in
                try transaction.recordings.insert(Fixture.run(of: recording, uploader: "other", position: 2))
                try transaction.recordings.insert(Fixture.run(of: recording, clientRunID: "x", position: 1))
            }
            let runs = try await database.read { try $0.recordings.runs(sessionID: recording.sessionID) }
            #expect(runs.map(\.position) == [0, 1, 2])
        },
        DatabaseConformance("keeps chunks in order, each number once") { database in
            let recording = try await storedRecording(in: database)
            let run = Fixture.run(of: recording)
            let second = Fixture.run(of: recording, clientRunID: "second", position: 1)
            let chunks = [0, 1, 2, 10]
                .map { Fixture.chunk(of: run, number: $0, size: Int64($0) * 2_000_000_000) }
            try await database.write { transaction in
                try transaction.recordings.insert(run)
                try transaction.recordings.insert(second)
                for chunk in chunks.reversed() { try transaction.recordings.insert(chunk) }
                try transaction.recordings.insert(Fixture.chunk(of: second, size: 5))
            }
            #expect(try await database.read { try $0.recordings.chunks(runID: run.id) } == chunks)
            #expect(
                try await database.read { try $0.recordings.chunk(runID: run.id, number: 10) } == chunks[3]
            )
            #expect(try await database.read { try $0.recordings.chunk(runID: run.id, number: 3) } == nil)
            #expect(await database.refuses { try $0.recordings.insert(Fixture.chunk(of: run, number: 1)) })
            #expect(
                try await database.read { try $0.recordings.chunkBytes(recordingID: recording.id) }
                    == 26_000_000_005
            )
            #expect(try await database.read { try $0.recordings.chunkBytes(recordingID: RecordingID()) } == 0)
        },
        DatabaseConformance("deletes a recording with its runs and chunks") { database in
            let recording = try await storedRecording(in: database)
            let kept = try await storedRecording(in: database)
            let run = Fixture.run(of: recording)
            let keptRun = Fixture.run(of: kept)
            try await database.write { transaction in
                for run in [run, keptRun] {
                    try transaction.recordings.insert(run)
                    try transaction.recordings.insert(Fixture.chunk(of: run))
                }
                try transaction.recordings.delete(recording.id)
            }
            let sessionID = recording.sessionID
            #expect(try await database.read { try $0.recordings.find(recording.id) } == nil)
            #expect(try await database.read { try $0.recordings.runs(sessionID: sessionID) }.isEmpty)
            #expect(try await database.read { try $0.recordings.chunks(runID: run.id) }.isEmpty)
            #expect(try await database.read { try $0.sessions.find(sessionID) } != nil)
            #expect(try await database.read { try $0.recordings.chunks(runID: keptRun.id) }.count == 1)
        },
    ]
}
