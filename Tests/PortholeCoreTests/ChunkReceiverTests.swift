import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Chunks arrive")
struct ChunkReceiverTests {
    let world: World
    let session: Session

    init() async throws {
        world = try await World()
        world.store.permission.give()
        try await world.consent()
        session = try await world.session()
    }

    private static let conflict = DomainError.conflict("Another chunk with this number is already there")

    @Test func `a chunk is stored and acknowledged`() async throws {
        let receipt = try await world.upload("aa", 0, to: session)
        #expect(receipt.chunkNumber == 0)
        #expect(receipt.received == 1)
        #expect(!receipt.shouldRollOver)
        #expect(receipt.recording.status == .recording)
        #expect(receipt.recording.fileSize == 2)
        #expect(receipt.recording.mimeType == "video/webm;codecs=vp8,opus")
        #expect(try await world.upload("bbb", 1, to: session).recording.fileSize == 5)
        #expect(world.store.keys.count == 2)
        #expect(try world.store.stagedFileCount() == 0)
    }

    @Test func `the same chunk twice is acknowledged twice and kept once`() async throws {
        let first = try await world.upload("aa", 0, to: session)
        #expect(try await world.upload("aa", 0, to: session) == first)
        #expect(world.store.keys.count == 1)
        #expect(try world.store.stagedFileCount() == 0)
    }

    @Test func `other bytes under the same number are refused and the first stay`() async throws {
        try await world.upload("aa", 0, to: session)
        await #expect(throws: Self.conflict) { try await world.upload("bb", 0, to: session) }
        #expect(world.store.keys.count == 1)
        #expect(try world.store.stagedFileCount() == 0)
        #expect(try await world.upload("aa", 0, to: session).received == 1)
    }

    @Test func `chunks may come in any order`() async throws {
        for number in [3, 0, 2, 1] {
            try await world.upload("\(number)", number, final: number == 3, to: session)
        }
        #expect(try await world.upload("2", 2, to: session).received == 4)
        #expect(try await world.runs(of: session).map(\.finalChunk) == [3])
    }

    @Test func `a chunk without bytes is a chunk`() async throws {
        try await world.upload("aa", 0, to: session)
        #expect(try await world.upload("", 1, final: true, to: session).received == 2)
    }

    // MARK: - Runs

    @Test func `runs of one session share one recording`() async throws {
        let first = try await world.upload("aa", 0, run: 1, to: session)
        let second = try await world.upload("bb", 0, run: 2, to: session)
        #expect(first.recording.id == second.recording.id)
        #expect(second.received == 1)
        #expect(try await world.runs(of: session).map(\.position) == [0, 1])
    }

    @Test func `another uploader with the same run id gets a run of its own`() async throws {
        try await world.upload("aa", 0, to: session)
        let other = try await world.upload("bb", 0, by: world.studio, to: session)
        #expect(other.received == 1)
        #expect(try await world.runs(of: session).map(\.uploader) == ["child", "studio"])
    }

    @Test func `a run that ended takes no higher number`() async throws {
        try await world.upload("aa", 0, to: session)
        try await world.upload("bb", 1, final: true, to: session)
        await #expect(throws: DomainError.conflict("The run ended with chunk 1")) {
            try await world.upload("cc", 2, to: session)
        }
        #expect(world.store.keys.count == 2)
    }

    @Test func `a chunk cannot be the last one below a chunk that is there`() async throws {
        try await world.upload("aa", 0, to: session)
        try await world.upload("cc", 2, to: session)
        await #expect(throws: DomainError.conflict("The run goes on after chunk 1")) {
            try await world.upload("bb", 1, final: true, to: session)
        }
        #expect(try await world.runs(of: session).map(\.finalChunk) == [nil])
    }

    @Test func `a chunk that turns out to be the last one says so when it is sent again`() async throws {
        try await world.upload("aa", 0, to: session)
        try await world.upload("aa", 0, final: true, to: session)
        #expect(try await world.runs(of: session).map(\.finalChunk) == [0])
    }

    @Test func `a last chunk for which there is no room does not end its run`() async throws {
        world.settings.maxRecordingBytes = 4
        try await world.upload("aaa", 0, to: session)
        await #expect(throws: DomainError.self) { try await world.upload("bbb", 1, final: true, to: session) }
        #expect(try await world.runs(of: session).map(\.finalChunk) == [nil])
    }

    @Test func `two last chunks at once cannot both be the last`() async throws {
        try await world.upload("aa", 0, to: session)
        let (first, second) = (try await upload("bb", 1), try await upload("cc", 2))
        let (receiver, owner) = (world.receiver, world.owner)
        world.store.beforeNextPut { _ = try await receiver.receive(owner, second.0, second.1) }
        await #expect(throws: DomainError.conflict("The run goes on after chunk 1")) {
            try await receiver.receive(owner, first.0, first.1)
        }
        #expect(try await world.runs(of: session).map(\.finalChunk) == [2])
        #expect(world.store.keys.count == 2)
    }

    /// A last chunk that waits to be received.
    private func upload(_ text: String, _ number: Int) async throws -> (ChunkUpload, StagedFile) {
        let upload = ChunkUpload(
            sessionID: session.id,
            chunkNumber: number,
            runID: try World.runID(1),
            startedAt: nil,
            isFinal: true,
            mimeType: "video/webm;codecs=vp8,opus"
        )
        let path = try await world.store.stage(text)
        return (upload, StagedFile(path: path, size: Int64(text.utf8.count), digest: World.digest(text)))
    }

    @Test func `without a run id a different chunk 0 opens another run`() async throws {
        try await world.upload("a0", 0, run: nil, to: session)
        try await world.upload("a1", 1, run: nil, to: session)
        try await world.upload("b0", 0, run: nil, to: session)
        try await world.upload("b1", 1, run: nil, to: session)
        #expect(try await world.runs(of: session).count == 2)
        // The first page tries its first chunk again.
        #expect(try await world.upload("a0", 0, run: nil, to: session).received == 2)
        #expect(try await world.runs(of: session).count == 2)
    }

    @Test func `without a run id chunk 1 may come before chunk 0`() async throws {
        try await world.upload("a1", 1, run: nil, to: session)
        #expect(try await world.upload("a0", 0, run: nil, to: session).received == 2)
        #expect(try await world.runs(of: session).count == 1)
    }

    @Test func `without a run id each uploader has runs of its own`() async throws {
        try await world.upload("a0", 0, run: nil, to: session)
        #expect(try await world.upload("a1", 1, run: nil, by: world.studio, to: session).received == 1)
    }

    @Test func `a file without a number is a whole run`() async throws {
        let receipt = try await world.upload("film", nil, run: nil, to: session)
        #expect(receipt.chunkNumber == 0)
        #expect(try await world.runs(of: session).map(\.finalChunk) == [0])
        try await world.upload("another", nil, run: nil, to: session)
        #expect(try await world.runs(of: session).map(\.finalChunk) == [0, 0])
    }

    @Test func `other codecs start a second recording, other spellings do not`() async throws {
        let vp8 = try await world.upload("aa", 0, run: 1, to: session)
        let spelled = try await world.upload(
            "bb",
            0,
            run: 2,
            mimeType: "Video/WebM; codecs=\"VP8,opus\"",
            to: session
        )
        let vp9 = try await world.upload("cc", 0, run: 3, mimeType: "video/webm;codecs=vp9,opus", to: session)
        #expect(spelled.recording.id == vp8.recording.id)
        #expect(vp9.recording.id != vp8.recording.id)
    }

    // MARK: - Limits

    @Test func `a full recording keeps what it has and refuses the rest`() async throws {
        world.settings.maxRecordingBytes = 100
        let half = String(repeating: "x", count: 50)
        let first = try await world.upload(half, 0, to: session)
        await #expect(throws: DomainError.tooLarge("The recording is full; start another run")) {
            try await world.upload(half + "!", 1, to: session)
        }
        let recording = try await world.onlyRecording(of: session)
        #expect(recording.truncated)
        #expect(recording.fileSize == 50)
        #expect(world.store.keys.count == 1)
        #expect(try world.store.stagedFileCount() == 0)
        // The next run begins the next recording.
        #expect(try await world.upload("aa", 0, run: 2, to: session).recording.id != first.recording.id)
    }

    @Test func `from nine tenths on a page is asked to roll over`() async throws {
        world.settings.maxRecordingBytes = 100
        let first = try await world.upload(String(repeating: "x", count: 89), 0, to: session)
        #expect(!first.shouldRollOver)
        #expect(try await world.upload("y", 1, final: true, to: session).shouldRollOver)
        let next = try await world.upload("aa", 0, run: 2, to: session)
        #expect(next.recording.id != first.recording.id)
        #expect(!next.shouldRollOver)
        #expect(try await world.stored(recordingsOf: session).allSatisfy { !$0.truncated })
    }

    @Test func `a page that rolls over begins the session's next recording`() async throws {
        let first = try await world.upload("aa", 0, run: 1, to: session)
        world.clock.advance(by: 1)
        let next = try await world.upload("bb", 0, run: 2, rollsOver: true, to: session)
        #expect(next.recording.id != first.recording.id)
        #expect(next.recordingBytes == 2)
        // Its later chunks, and other runs, find the new one.
        let more = try await world.upload("cc", 1, run: 2, rollsOver: true, to: session)
        #expect(more.recording.id == next.recording.id)
        #expect(try await world.upload("dd", 0, run: 3, to: session).recording.id == next.recording.id)
    }

    @Test func `a chunk over the limit is refused before anything is made of it`() async throws {
        world.settings.maxChunkBytes = 3
        await #expect(throws: DomainError.tooLarge("A chunk is at most 3 bytes")) {
            try await world.upload("xxxx", 0, to: session)
        }
        #expect(try await world.stored(recordingsOf: session).isEmpty)
        #expect(try world.store.stagedFileCount() == 0)
    }

    @Test(arguments: [-1, ChunkReceiver.maximumChunkNumber + 1, .max, .min])
    func `an absurd number is refused`(number: Int) async throws {
        await #expect(throws: DomainError.self) { try await world.upload("xx", number, to: session) }
        #expect(try await world.stored(recordingsOf: session).isEmpty)
    }

    @Test(arguments: ["text/html", "", "video/webm,", "video/webm;codecs=\r\nx", "audio/webm", "video/wébm"])
    func `what is no recording is refused`(mimeType: String) async throws {
        await #expect(
            throws: DomainError.unsupportedMediaType(
                "A recording is video/webm, video/mp4 or video/x-matroska"
            )
        ) {
            try await world.upload("xx", 0, mimeType: mimeType, to: session)
        }
        #expect(try world.store.stagedFileCount() == 0)
    }

    @Test func `a nearly full disk takes no new recordings but finishes those begun`() async throws {
        try await world.upload("aa", 0, to: session)
        world.store.setFreeBytes(world.settings.minFreeBytes - 1)
        try await world.upload("bb", 1, to: session)
        let other = try await world.session()
        await #expect(
            throws: DomainError.unavailable(
                "The server's disk is nearly full: no new recordings",
                retryAfter: 300
            )
        ) {
            try await world.upload("aa", 0, to: other)
        }
    }

    @Test func `a full disk acknowledges nothing, and the same chunk works later`() async throws {
        world.store.refuseNext(.outOfSpace)
        await #expect(throws: DomainError.unavailable("The server's disk is full", retryAfter: 60)) {
            try await world.upload("aa", 0, to: session)
        }
        #expect(try world.store.stagedFileCount() == 0)
        #expect(try await world.upload("aa", 0, to: session).received == 1)
    }

    // MARK: - Who and when

    @Test func `who may not record is refused`() async throws {
        try await world.guardian(userID: "mum")
        let watching = Caller(grants: [.link(try await world.link(to: session, rights: [.live]))])
        let recording = Caller(grants: [.link(try await world.link(to: session, rights: [.record]))])
        await #expect(throws: DomainError.forbidden("You may not record this session")) {
            try await world.upload("aa", 0, by: watching, to: session)
        }
        for caller in [world.stranger, .anonymous] {
            await #expect(throws: DomainError.notFound) {
                try await world.upload("aa", 0, by: caller, to: session)
            }
            await #expect(throws: DomainError.notFound) {
                try await world.receiver.precheck(caller, session: session.id)
            }
        }
        #expect(world.store.keys.isEmpty)
        try await world.upload("aa", 0, by: recording, to: session)
        try await world.upload("aa", 0, by: World.caller("mum"), to: session)
    }

    @Test func `nothing is recorded without consent to it, not even by the studio`() async throws {
        try await world.consent(record: false)
        for caller in [world.owner, world.studio] {
            await #expect(throws: DomainError.forbidden("Nobody has agreed to recordings of this player")) {
                try await world.upload("aa", 0, by: caller, to: session)
            }
        }
        #expect(world.store.keys.isEmpty)
        #expect(try world.store.stagedFileCount() == 0)
    }

    @Test func `nothing is recorded where browsers do not record`() async throws {
        world.settings.isRecordingEnabled = false
        await #expect(throws: DomainError.forbidden("Browsers do not record on this server")) {
            try await world.upload("aa", 0, to: session)
        }
    }

    @Test func `a tail may come after the session's end`() async throws {
        try await world.upload("aa", 0, to: session)
        try await world.end(session)
        #expect(try await world.onlyRecording(of: session).status == .processing)
        world.clock.advance(by: 86_400)
        let receipt = try await world.upload("bb", 1, final: true, to: session)
        #expect(receipt.received == 2)
        #expect(receipt.recording.status == .processing)
        #expect(receipt.recording.lastChunkAt == world.clock.now)
    }

    @Test func `a first chunk may come after the session's end`() async throws {
        try await world.end(session)
        #expect(try await world.upload("aa", nil, to: session).recording.status == .processing)
    }

    @Test func `an upload is a sign of life of the session`() async throws {
        world.clock.advance(by: 50)
        try await world.upload("aa", 0, to: session)
        #expect(try await world.stored(session).lastActivityAt == world.clock.now)
    }

    @Test func `a chunk of an erased child leaves nothing`() async throws {
        world.live.permission.give()
        try await world.upload("aa", 0, to: session)
        _ = try await world.children.erase(world.studio, world.child)
        await #expect(throws: DomainError.notFound) { try await world.upload("bb", 1, to: session) }
        #expect(world.store.keys.isEmpty)
        #expect(try world.store.stagedFileCount() == 0)
    }
}
