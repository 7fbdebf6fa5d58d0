import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Recordings are combined")
struct RecordingCombinerTests {
    let world: World
    let session: Session

    init() async throws {
        world = try await World()
        world.store.permission.give()
        world.remuxer.permission.give()
        try await world.consent()
        session = try await world.session()
    }

    private func passGrace() {
        world.clock.advance(by: world.settings.combineGrace + 1)
    }

    // MARK: - When

    @Test func `a whole recording is due as soon as its session is over`() async throws {
        try await world.upload("aa", 0, to: session)
        try await world.upload("bb", 1, final: true, to: session)
        #expect(try await world.combiner.step() == [])
        try await world.end(session)
        #expect(try await world.combiner.step().count == 1)
        #expect(try await world.film(of: session) == "aabb")
        #expect(try await world.combiner.step() == [])
    }

    @Test func `no recording is combined while its session lasts`() async throws {
        try await world.upload("aa", nil, to: session)
        world.clock.advance(by: 86_400)
        #expect(try await world.combiner.step() == [])
    }

    @Test func `missing chunks are waited for, from the end or the last chunk on`() async throws {
        try await world.upload("aa", 0, to: session)
        try await world.end(session)
        world.clock.advance(by: world.settings.combineGrace)
        #expect(try await world.combiner.step() == [])
        try await world.upload("bb", 1, to: session)
        world.clock.advance(by: world.settings.combineGrace)
        #expect(try await world.combiner.step() == [])
        world.clock.advance(by: 1)
        #expect(try await world.combiner.step().count == 1)
        #expect(try await world.film(of: session) == "aabb")
    }

    @Test func `one run that is not whole holds the others back`() async throws {
        try await world.upload("aa", 0, run: 1, final: true, to: session)
        try await world.upload("bb", 0, run: 2, to: session)
        try await world.end(session)
        #expect(try await world.combiner.step() == [])
        try await world.upload("cc", 1, run: 2, final: true, to: session)
        #expect(try await world.combiner.step().count == 1)
    }

    // MARK: - What

    @Test func `the facts of the file reach the row`() async throws {
        try await world.upload("aabb", nil, to: session)
        try await world.end(session)
        try await world.combiner.step()
        let recording = try await world.onlyRecording(of: session)
        #expect(recording.status == .ready)
        #expect(recording.duration == 4)
        #expect(recording.fileSize == 4)
        #expect(recording.width == 640)
        #expect(recording.height == 360)
        #expect(recording.gaps == [])
        #expect(recording.missingChunks == 0)
        #expect(!recording.needsCombining)
        #expect(recording.announcedAt == world.clock.now)
        #expect(try world.store.text(of: recording.thumbnailKey) == "poster")
        #expect(try world.store.stagedFileCount() == 0)
    }

    @Test func `order and repetition of uploads do not change the file`() async throws {
        for number in [2, 0, 2, 1, 3, 0] {
            try await world.upload("\(number)", number, final: number == 3, to: session)
            passGrace()
            passGrace()
            passGrace()
            try await world.combiner.step()
        }
        try await world.end(session)
        try await world.combiner.step()
        #expect(try await world.film(of: session) == "0123")
    }

    @Test func `after the grace the contiguous beginning is kept and the loss is told`() async throws {
        for number in [0, 1, 3, 6] { try await world.upload("\(number)", number, to: session) }
        try await world.end(session)
        passGrace()
        try await world.combiner.step()
        #expect(try await world.film(of: session) == "01")
        #expect(try await world.onlyRecording(of: session).missingChunks == 3)
    }

    @Test func `chunks before a promised last one are missing too`() async throws {
        try await world.upload("0", 0, run: 1, to: session)
        try await world.upload("x", 4, run: 2, final: true, to: session)
        try await world.end(session)
        passGrace()
        try await world.combiner.step()
        #expect(try await world.film(of: session) == "0")
        #expect(try await world.onlyRecording(of: session).missingChunks == 4)
    }

    @Test func `runs follow each other in order of their time`() async throws {
        let beginning = world.clock.now
        try await world.upload("late", nil, run: 1, startedAt: beginning + 60, to: session)
        try await world.upload("early", nil, run: 2, startedAt: beginning, to: session)
        world.clock.advance(by: 30)
        try await world.upload("between", nil, run: 3, to: session)
        try await world.end(session)
        try await world.combiner.step()
        #expect(try await world.film(of: session) == "earlybetweenlate")
    }

    @Test func `a pause between two runs is an honest gap`() async throws {
        let beginning = world.clock.now
        try await world.upload("12345", nil, run: 1, startedAt: beginning, to: session)
        try await world.upload("1234567", nil, run: 2, startedAt: beginning + 8.5, to: session)
        // Two recorders at once leave no gap.
        try await world.upload("123", nil, run: 3, startedAt: beginning + 10, to: session)
        try await world.end(session)
        try await world.combiner.step()
        let recording = try await world.onlyRecording(of: session)
        #expect(recording.gaps == [.init(position: 5, duration: 3.5)])
        #expect(recording.duration == 15)
    }

    @Test(arguments: [Date.distantPast, .distantFuture, Date(timeIntervalSince1970: 1e300)])
    func `a recorder's absurd clock does not matter`(startedAt: Date) async throws {
        world.clock.advance(by: 1)
        try await world.upload("aa", nil, run: 1, to: session)
        world.clock.advance(by: 10)
        try await world.upload("bb", nil, run: 2, startedAt: startedAt, to: session)
        try await world.end(session)
        try await world.combiner.step()
        #expect(try await world.film(of: session) == "aabb")
        #expect(try await world.onlyRecording(of: session).gaps == [.init(position: 2, duration: 8)])
    }

    @Test func `a useless run costs the others nothing`() async throws {
        try await world.upload("junk", nil, run: 1, to: session)
        try await world.upload("good", nil, run: 2, to: session)
        try await world.upload("", nil, run: 3, to: session)
        try await world.end(session)
        try await world.combiner.step()
        #expect(try await world.film(of: session) == "good")
        #expect(try world.store.stagedFileCount() == 0)
    }

    @Test func `nothing playable is a failed recording, and no mail`() async throws {
        try await world.guardian()
        try await world.upload("junk", nil, to: session)
        try await world.end(session)
        try await world.combiner.step()
        let recording = try await world.onlyRecording(of: session)
        #expect(recording.status == .failed)
        #expect(recording.objectKey == nil)
        #expect(try await world.combiner.step() == [])
        #expect(try await world.outbox().map(\.template) == [.sessionEnded])
        #expect(try world.store.stagedFileCount() == 0)
    }

    @Test func `a failed recording recovers when something playable comes`() async throws {
        try await world.upload("junk", nil, run: 1, to: session)
        try await world.end(session)
        try await world.combiner.step()
        try await world.upload("good", nil, run: 2, to: session)
        try await world.combiner.step()
        #expect(try await world.onlyRecording(of: session).status == .ready)
        #expect(try await world.film(of: session) == "good")
    }

    @Test func `a recording without a picture is still a recording`() async throws {
        world.remuxer.refusePosters()
        try await world.upload("aa", nil, to: session)
        try await world.end(session)
        try await world.combiner.step()
        let recording = try await world.onlyRecording(of: session)
        #expect(recording.status == .ready)
        #expect(recording.thumbnailKey == nil)
    }

    @Test func `a truncated recording is combined of what was kept`() async throws {
        world.settings.maxRecordingBytes = 4
        try await world.upload("aaa", 0, to: session)
        await #expect(throws: DomainError.self) { try await world.upload("bbb", 1, to: session) }
        try await world.end(session)
        passGrace()
        try await world.combiner.step()
        let recording = try await world.onlyRecording(of: session)
        #expect(recording.status == .ready)
        #expect(recording.truncated)
        #expect(try await world.film(of: session) == "aaa")
    }

    // MARK: - Late

    @Test func `a late chunk re-combines silently, and the mail goes out once`() async throws {
        try await world.guardian()
        try await world.upload("0", 0, to: session)
        try await world.upload("2", 2, final: true, to: session)
        try await world.end(session)
        passGrace()
        try await world.combiner.step()
        let before = try await world.onlyRecording(of: session)
        #expect(try await world.film(of: session) == "0")

        world.clock.advance(by: 3600)
        try await world.upload("1", 1, to: session)
        #expect(try await world.onlyRecording(of: session).status == .ready)
        try await world.combiner.step()
        let after = try await world.onlyRecording(of: session)
        #expect(try await world.film(of: session) == "012")
        #expect(after.missingChunks == 0)
        #expect(after.announcedAt == before.announcedAt)
        #expect(try await world.outbox().map(\.template).filter { $0 == .recordingReady }.count == 1)
        let old = try #require(before.objectKey)
        #expect(!world.store.keys.contains(old.text))
        // Three chunks, one file, one picture.
        #expect(world.store.keys.count == 5)
    }

    @Test func `a chunk that arrives during the work is not forgotten`() async throws {
        try await world.upload("0", 0, to: session)
        try await world.upload("2", 2, final: true, to: session)
        try await world.end(session)
        passGrace()
        let (world, session) = (world, session)
        let arrival = try await Self.arrival(of: "1", 1, in: world, to: session)
        world.remuxer.meanwhile(arrival)
        try await world.combiner.step()
        #expect(try await world.onlyRecording(of: session).needsCombining)
        try await world.combiner.step()
        #expect(try await world.film(of: session) == "012")
    }

    /// An upload that can be made from within a double.
    private static func arrival(
        of text: String,
        _ number: Int,
        in world: World,
        to session: Session
    ) async throws -> @Sendable () async throws -> Void {
        let (receiver, owner, clock) = (world.receiver, world.owner, world.clock)
        let upload = ChunkUpload(
            sessionID: session.id,
            chunkNumber: number,
            runID: try World.runID(1),
            startedAt: nil,
            isFinal: false,
            mimeType: "video/webm;codecs=vp8,opus"
        )
        let file = StagedFile(
            path: try await world.store.stage(text),
            size: Int64(text.utf8.count),
            digest: World.digest(text)
        )
        return {
            clock.advance(by: 1)
            _ = try await receiver.receive(owner, upload, file)
        }
    }

    // MARK: - Trouble

    @Test func `a remuxer that fails is tried again`() async throws {
        try await world.upload("aa", nil, to: session)
        try await world.end(session)
        world.remuxer.failNext(.failed(reason: "killed"))
        var failures: [RecordingID] = []
        #expect(try await world.combiner.step { id, _ in failures.append(id) } == [])
        let recording = try await world.onlyRecording(of: session)
        #expect(failures == [recording.id])
        #expect(recording.status == .processing)
        #expect(try world.store.stagedFileCount() == 0)
        #expect(try await world.combiner.step() == [recording.id])
        #expect(try await world.film(of: session) == "aa")
    }

    @Test func `one recording's trouble does not stop the next`() async throws {
        try await world.upload("aa", nil, to: session)
        try await world.end(session)
        world.clock.advance(by: 1)
        let other = try await world.session()
        try await world.upload("bb", nil, to: other)
        try await world.end(other)
        world.remuxer.failNext(.failed(reason: "killed"))
        #expect(try await world.combiner.step() == [world.onlyRecording(of: other).id])
    }

    @Test func `a disk that fills up while combining leaves no litter`() async throws {
        try await world.upload("aa", nil, to: session)
        try await world.end(session)
        for _ in 0..<3 {
            world.store.refuseNext(.outOfSpace)
            #expect(try await world.combiner.step() == [])
        }
        // The chunk and nothing else.
        #expect(world.store.keys.count == 1)
        #expect(try world.store.stagedFileCount() == 0)
        #expect(try await world.combiner.step().count == 1)
        #expect(world.store.keys.count == 3)
    }

    @Test func `a file that no row came to name is deleted again`() async throws {
        try await world.upload("aa", nil, to: session)
        try await world.end(session)
        let database = FailingDatabase(world.database)
        let combiner = RecordingCombiner(
            database: database,
            store: world.store,
            remuxer: world.remuxer,
            settings: world.settings
        )
        database.failNextWrite()
        #expect(try await combiner.step() == [])
        #expect(world.store.keys.count == 1)
        #expect(try await combiner.step().count == 1)
        #expect(try await world.film(of: session) == "aa")
    }

    @Test func `a recording that is deleted meanwhile leaves nothing`() async throws {
        let receipt = try await world.upload("aa", nil, to: session)
        try await world.end(session)
        let (recordings, owner) = (world.recordings, world.owner)
        world.remuxer.meanwhile { try await recordings.delete(owner, receipt.recording.id) }
        var reasons: [any Error] = []
        try await world.combiner.step { reasons.append($1) }
        #expect(try await world.stored(recordingsOf: session).isEmpty)
        #expect(world.store.keys.isEmpty)
        #expect(try world.store.stagedFileCount() == 0)
        #expect(reasons.isEmpty)
    }

    @Test func `no mail is owed when consent to mails is gone`() async throws {
        try await world.guardian()
        try await world.upload("aa", nil, to: session)
        try await world.end(session)
        try await world.consent(notify: false)
        try await world.combiner.step()
        #expect(try await world.outbox().map(\.template) == [.sessionEnded])
    }
}
