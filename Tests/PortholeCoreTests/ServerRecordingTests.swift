import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Recordings that the server makes")
struct ServerRecordingTests {
    let world: World
    let session: Session
    let id = RecordingID()

    init() async throws {
        world = try await World.recording()
        session = try await world.session()
    }

    private var room: MediaRoomID { MediaRoomID(session.id.text) }

    private func segment(_ number: Int = 0, start: Double = 0) -> Recording.Segment {
        Recording.Segment(
            number: number,
            mimeType: "video/webm;codecs=vp8,opus",
            start: start,
            width: 640,
            height: 360
        )
    }

    /// The recording's file begins, as the recorder says it.
    private func begin(_ text: String, _ number: Int = 0, start: Double = 0) async throws {
        try world.recorder.write(text, number, of: id, in: session.id)
        try await world.journal.note(.segmentBegan(id, room, segment(number, start: start)))
    }

    private func stored() async throws -> Recording? {
        let id = id
        return try await world.database.read { try $0.recordings.find(id) }
    }

    private func order() async throws -> RecordingOrder? {
        try await world.admission.host(ofSession: session.id).recording
    }

    // MARK: - Whether

    @Test func `a host whose child may be recorded is let in with an order`() async throws {
        let order = try #require(try await order())
        #expect(order.nextSegment == 0 && order.startedAt == nil)
        let place = try await world.admission.place(
            for: world.owner,
            session: session.id,
            wantsToView: false,
            wantsToHost: true
        )
        #expect(place?.recording != nil)
    }

    @Test func `without consent, by setting, or on a full disk there is none`() async throws {
        try await world.consent(record: false)
        #expect(try await order() == nil)
        try await world.consent()
        world.store.setFreeBytes(world.settings.minFreeBytes - 1)
        #expect(try await order() == nil)
        world.store.setFreeBytes(world.settings.minFreeBytes)
        #expect(try await order() != nil)
        world.settings.recordsOnServer = false
        #expect(try await order() == nil)
    }

    @Test func `a host that comes back goes on in the same recording, on a full disk too`() async throws {
        try await begin("aa")
        world.clock.advance(by: 60)
        world.store.setFreeBytes(0)
        let order = try #require(try await order())
        #expect(order.recording == id && order.nextSegment == 1)
        #expect(order.startedAt == world.clock.now - 60)
    }

    @Test func `withdrawn consent ends what is being recorded, and keeps what was agreed to`() async throws {
        try await begin("aa")
        world.live.permission.give()
        _ = try await world.children.saveConsent(
            world.studio,
            of: world.child,
            .init(live: true, record: false, notify: true, method: nil, policyVersion: nil)
        )
        #expect(world.recorder.endedRooms == [room])
        try await world.journal.note(.ended(id, room, nil))
        #expect(try await world.finisher.step() == [id])
        #expect(try await stored()?.status == .ready)
        #expect(try await order() == nil)
    }

    @Test func `what begins after its session or consent has gone is deleted`() async throws {
        try await world.consent(record: false)
        try await begin("aa")
        #expect(try await stored() == nil)
        #expect(!world.recorder.hasFiles(of: id, in: session.id))
        #expect(world.recorder.ended == [id])
    }

    @Test func `a further file without consent is not kept, and ends the recording`() async throws {
        try await begin("agreed.")
        try await world.consent(record: false)
        try await begin("not agreed.", 1, start: 10)
        try await world.journal.note(.ended(id, room, nil))
        #expect(try await world.finisher.step() == [id])
        #expect(try await stored()?.segments.map(\.number) == [0])
        #expect(try world.store.text(of: try await stored()?.objectKey) == "agreed.")
    }

    @Test func `a file without row is deleted if nobody agrees to it now`() async throws {
        try world.recorder.write("aa", of: id, in: session.id)
        try await world.consent(record: false)
        #expect(try await world.recovery.recover() == [])
        #expect(!world.recorder.hasFiles(of: id, in: session.id))
    }

    @Test func `those in the session are told, whatever the disk says`() async throws {
        await world.journal.tell(.segmentBegan(id, room, segment()))
        #expect(world.live.isRecorded(session.id) == true)
        await world.journal.tell(.segmentEnded(id, segment()))
        #expect(world.live.isRecorded(session.id) == true)
        await world.journal.tell(.ended(id, room, .diskFull))
        #expect(world.live.isRecorded(session.id) == false)
        #expect(try await stored() == nil)
    }

    // MARK: - To the end

    @Test func `a recording is listed from its first frame, and ready when its session is over`() async throws
    {
        try await begin("a film.")
        let running = try #require(try await stored())
        #expect(running.status == .recording && running.source == .server)
        #expect(running.width == 640 && running.segments.count == 1)
        #expect(try await world.finisher.step() == [])

        var ended = segment()
        ended.duration = 7
        ended.fileSize = 7
        try await world.journal.note(.segmentEnded(id, ended))
        try await world.journal.note(.gap(id, .init(position: 2, duration: 3)))
        try await world.end(session)
        #expect(try await world.finisher.step() == [id])

        let ready = try #require(try await stored())
        #expect(ready.status == .ready && ready.duration == 7 && ready.fileSize == 7)
        #expect(ready.gaps == [.init(position: 2, duration: 3)])
        #expect(ready.segments.first?.sha256 == "sha256 of a film.")
        #expect(try world.store.text(of: ready.objectKey) == "a film.")
        #expect(try world.store.text(of: ready.thumbnailKey) == "poster")
        #expect(!world.recorder.hasFiles(of: id, in: session.id))
        #expect(try await world.finisher.step() == [])
        let mails = try await world.outbox().filter { $0.template == .recordingReady }
        #expect(mails.count == 1)
    }

    @Test func `two files are one recording, with the time between them as a gap`() async throws {
        try await begin("first.")
        try await begin("second.", 1, start: 20)
        try await world.journal.note(.ended(id, room, nil))
        try await world.end(session)
        #expect(try await world.finisher.step() == [id])
        let ready = try #require(try await stored())
        #expect(ready.segments.map(\.start) == [0, 20])
        #expect(ready.duration == 27 && ready.fileSize == 13)
        let day = ready.createdAt.formatted(.iso8601.year().month().day())
        #expect(try world.store.text(of: ready.objectKey) == "\(day)-1.webm: first.\n\(day)-2.webm: second.")
        #expect(ready.gaps == [.init(position: 6, duration: 14)])
        for segment in ready.segments {
            let signed = try await world.recordings.download(
                world.owner,
                id,
                segment: segment.number,
                saving: false
            )
            #expect(signed.url == "signed:\(segment.objectKey?.text ?? "")")
        }
        await #expect(throws: DomainError.notFound) {
            try await world.recordings.download(world.owner, id, segment: 2, saving: false)
        }
    }

    @Test func `a file can be read while it grows`() async throws {
        try await begin("aa")
        let signed = try await world.recordings.download(world.owner, id, segment: 0, saving: false)
        #expect(signed.url == "signed:live/\(session.id)/\(id)/0.webm")
        await #expect(throws: DomainError.conflict("The recording is not ready yet")) {
            try await world.recordings.download(world.owner, id, saving: false)
        }
    }

    @Test func `a file without anything to play is no recording`() async throws {
        try await begin("junk")
        try await world.journal.note(.ended(id, room, .diskFull))
        #expect(try await world.finisher.step() == [id])
        let failed = try #require(try await stored())
        #expect(failed.status == .failed && failed.failure == .diskFull)
        #expect(!world.recorder.hasFiles(of: id, in: session.id))
        #expect(try await world.outbox().filter { $0.template == .recordingReady }.isEmpty)
    }

    @Test func `what the store refuses stays on this machine until it does not`() async throws {
        try await begin("a film.")
        try await world.end(session)
        world.remuxer.refusePosters()
        world.store.refuseNext(.outOfSpace)
        var reasons: [String] = []
        #expect(try await world.finisher.step { reasons.append("\($1)") } == [])
        #expect(reasons == ["outOfSpace"])
        #expect(world.recorder.hasFiles(of: id, in: session.id))
        #expect(try await stored()?.status == .processing)
        #expect(try await world.finisher.step() == [id])
        #expect(try await stored()?.status == .ready)
    }

    // MARK: - After a crash

    @Test func `a file that a crash left open is mended at the start, and its recording goes on`()
        async throws
    {
        try await begin("aa")
        #expect(try await world.recovery.recover() == [id])
        let mended = try #require(try await stored())
        #expect(mended.status == .recording && mended.segments.first?.duration == 3)
        #expect(try await order()?.nextSegment == 1)
        try await begin("bb.", 1, start: 10)
        try await world.end(session)
        #expect(try await world.finisher.step() == [id])
        #expect(try await stored()?.duration == 13)
    }

    @Test func `a file whose row was not written yet gets one`() async throws {
        try world.recorder.write("aa", of: id, in: session.id)
        #expect(try await world.recovery.recover() == [id])
        #expect(try await stored()?.status == .recording)
        #expect(try await order()?.recording == id)
    }

    @Test func `files of a recording that was deleted or is ready are deleted`() async throws {
        try await begin("a film.")
        try await world.end(session)
        try await world.finisher.step()
        try world.recorder.write("left", of: id, in: session.id)
        let (gone, other) = (SessionID(), RecordingID())
        try world.recorder.write("of nobody", of: other, in: gone)
        #expect(try await world.recovery.recover() == [])
        #expect(!world.recorder.hasFiles(of: id, in: session.id))
        #expect(!world.recorder.hasFiles(of: other, in: gone))
    }

    @Test func `one that cannot be mended now does not hold up the start`() async throws {
        try await begin("aa")
        world.recorder.refuseNext(.outOfSpace)
        var refused: [RecordingID] = []
        #expect(try await world.recovery.recover { id, _ in refused.append(id) } == [])
        #expect(refused == [id])
        #expect(world.recorder.hasFiles(of: id, in: session.id))
    }

    @Test func `a file that was stored before the crash is found in the store`() async throws {
        try await begin("a film.")
        try await world.end(session)
        let recording = try #require(try await stored())
        let staged = try await world.store.stage("a film.")
        let key = recording.key(of: recording.segments[0])
        try await world.store.put(fileAt: staged, as: key, contentType: "video/webm")
        try await world.recorder.delete(id, of: session.id)
        #expect(try await world.finisher.step() == [id])
        #expect(try await stored()?.status == .ready)
        #expect(try await stored()?.objectKey == key)
    }

    // MARK: - Away with it

    @Test func `deleting ends it, and leaves no file anywhere`() async throws {
        try await begin("aa")
        try await world.recordings.delete(world.owner, id)
        #expect(world.recorder.ended == [id])
        #expect(!world.recorder.hasFiles(of: id, in: session.id))
        #expect(try await stored() == nil)
    }

    @Test func `erasing the child takes what was not even listed`() async throws {
        try await begin("a film.")
        try await world.end(session)
        try await world.finisher.step()
        let unlisted = RecordingID()
        try world.recorder.write("bb", of: unlisted, in: session.id)
        world.live.permission.give()
        world.mailer.permission.give()
        _ = try await world.children.erase(world.studio, world.child)
        #expect(world.store.keys.isEmpty)
        #expect(!world.recorder.hasFiles(of: unlisted, in: session.id))
        #expect(try await stored() == nil)
    }
}
