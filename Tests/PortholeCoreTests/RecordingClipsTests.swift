import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Moments of recordings are saved as clips")
struct RecordingClipsTests {
    let world: World
    let session: Session
    let id = RecordingID()

    init() async throws {
        world = try await World.recording()
        session = try await world.session()
        try world.recorder.write("0123456789", of: id, in: session.id)
        let segment = Recording.Segment(
            number: 0,
            mimeType: "video/webm;codecs=vp8,opus",
            start: 0,
            width: 640,
            height: 360
        )
        try await world.journal.note(.segmentBegan(id, MediaRoomID(session.id.text), segment))
    }

    private func stored(_ id: RecordingID) async throws -> Recording {
        try #require(await world.database.read { try $0.recordings.find(id) })
    }

    @Test func `the last seconds of a running recording become a recording of their own`() async throws {
        world.clock.advance(by: 10)
        let clip = try await world.clips.request(world.owner, of: id, .last(4))
        #expect(clip.status == .processing && clip.clip == .init(recording: id, start: 6, end: 10))
        try await world.clips.step()
        let ready = try await stored(clip.id)
        #expect(ready.status == .ready && ready.duration == 4 && ready.width == 640)
        #expect(try world.store.text(of: ready.objectKey) == "6789")
        #expect(try world.store.text(of: ready.thumbnailKey) == "poster")
        let signed = try await world.recordings.download(world.owner, clip.id, saving: true)
        #expect(signed.url.hasPrefix("signed:"))
        #expect(try await world.accessLog().contains(.clipped))
        // Its recording goes on, and nobody is mailed about a clip.
        #expect(try await stored(id).status == .recording)
        #expect(try await world.outbox().filter { $0.template == .recordingReady }.isEmpty)
        #expect(try await world.finisher.step() == [])
    }

    @Test func `a stretch of a ready recording is cut from the store`() async throws {
        try await world.end(session)
        try await world.finisher.step()
        let clip = try await world.clips.request(world.owner, of: id, .range(start: 2, end: 5))
        try await world.clips.step()
        #expect(try world.store.text(of: try await stored(clip.id).objectKey) == "234")
        #expect(try world.store.stagedFileCount() == 0)
    }

    @Test(arguments: [
        RecordingClips.Stretch.range(start: 5, end: 5), .range(start: -3, end: 0), .last(0), .last(-1),
        .range(start: 0, end: .infinity), .last(.nan), .range(start: 20, end: 30),
    ])
    func `what is no stretch of the recording is refused`(stretch: RecordingClips.Stretch) async throws {
        world.clock.advance(by: 10)
        if case .range(0, .infinity) = stretch {
            #expect(try await world.clips.request(world.owner, of: id, stretch).clip?.end == 10)
        } else {
            await #expect(throws: DomainError.self) {
                try await world.clips.request(world.owner, of: id, stretch)
            }
        }
    }

    @Test func `longer than ten minutes is refused`() async throws {
        world.clock.advance(by: 2000)
        await #expect(throws: DomainError.self) {
            try await world.clips.request(world.owner, of: id, .last(601))
        }
        #expect(try await world.clips.request(world.owner, of: id, .last(600)).clip?.start == 1400)
    }

    @Test func `strangers save nothing, and clips are not cut from clips`() async throws {
        world.clock.advance(by: 10)
        await #expect(throws: DomainError.notFound) {
            try await world.clips.request(world.stranger, of: id, .last(4))
        }
        let clip = try await world.clips.request(world.owner, of: id, .last(4))
        try await world.clips.step()
        await #expect(throws: DomainError.self) {
            try await world.clips.request(world.owner, of: clip.id, .last(2))
        }
    }

    @Test func `a full disk takes none`() async throws {
        world.clock.advance(by: 10)
        world.store.setFreeBytes(0)
        await #expect(throws: DomainError.self) {
            try await world.clips.request(world.owner, of: id, .last(4))
        }
    }

    @Test func `one that fails is tried for an hour`() async throws {
        world.clock.advance(by: 10)
        let clip = try await world.clips.request(world.owner, of: id, .last(4))
        world.remuxer.failNext(.failed(reason: "no memory"))
        var reasons = 0
        try await world.clips.step { _, _ in reasons += 1 }
        #expect(try await stored(clip.id).status == .processing)
        world.clock.advance(by: 3601)
        world.remuxer.failNext(.failed(reason: "no memory"))
        try await world.clips.step { _, _ in reasons += 1 }
        #expect(try await stored(clip.id).status == .failed && reasons == 2)
        #expect(try world.store.stagedFileCount() == 0)
    }

    @Test func `pictures for the seek bar are drawn later, and go with the recording`() async throws {
        try await world.end(session)
        try await world.finisher.step()
        #expect(try await stored(id).segments.first?.strip == nil)
        #expect(try await world.pictures.step())
        let strip = try #require(try await stored(id).segments.first?.strip)
        #expect(try world.store.text(of: strip.objectKey) == "strip")
        #expect(try await !world.pictures.step())
        #expect(try await world.recordings.find(world.owner, id).stripURLs[0]?.hasPrefix("signed:") == true)
        try await world.recordings.delete(world.owner, id)
        #expect(world.store.keys.isEmpty)
    }
}
