import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Deletions leave a tombstone that names nobody")
struct DeletionTests {
    let world: World

    init() async throws {
        world = try await World()
        world.store.permission.give()
        world.remuxer.permission.give()
        world.mailer.permission.give()
        world.live.permission.give()
        try await world.consent()
    }

    private func recording(_ text: String) async throws -> Recording {
        let session = try await world.session()
        try await world.upload(text, nil, to: session)
        try await world.end(session)
        try await world.combiner.step()
        return try await world.onlyRecording(of: session)
    }

    /// Newest first.
    private func stones() async throws -> [Tombstone] {
        world.clock.advance(by: 1)
        return try await world.children.deletions(world.studio, of: world.child, after: nil, limit: 9)
    }

    @Test func `by hand and by retention, until their time is over`() async throws {
        _ = try await recording("expires")
        world.clock.advance(by: 31 * 86_400)
        try await world.retention.step()
        world.clock.advance(by: 1)
        let byHand = try await recording("by hand")
        try await world.recordings.delete(world.owner, byHand.id)
        #expect(try await stones().map(\.reason) == [.requested, .expired])
        #expect(try await stones().first?.recordingID == byHand.id)
        #expect(try await stones().first?.fileSize == 7)
        #expect(try await stones().allSatisfy { $0.subject == world.tokens.pseudonym(of: world.child) })

        world.clock.advance(by: Tombstone.lifetime - 4)
        try await world.retention.step()
        #expect(try await stones().count == 1)
        world.clock.advance(by: 10)
        try await world.retention.step()
        #expect(try await stones().isEmpty)
    }

    @Test func `an erasure leaves one for all, and takes the ids of earlier ones`() async throws {
        try await world.recordings.delete(world.owner, try await recording("by hand").id)
        _ = try await recording("one")
        _ = try await recording("three")
        #expect(try await stones().count == 1)
        _ = try await world.children.erase(world.studio, world.child)
        let stone = try #require(try await stones().first)
        #expect(try await stones() == [stone])
        #expect(stone.reason == .erased && stone.recordingID == nil)
        #expect(stone.recordings == 2 && stone.fileSize == 8)

        // Once more there is nothing to say.
        _ = try await world.children.erase(world.studio, world.child)
        #expect(try await stones() == [stone])
        // The child came back, and went again.
        try await world.consent()
        _ = try await recording("new")
        _ = try await world.children.erase(world.studio, world.child)
        #expect(try await stones().map(\.recordings) == [1, 2])
        // And once more, when its recording had gone by itself.
        try await world.consent()
        _ = try await recording("expires")
        world.clock.advance(by: 31 * 86_400)
        try await world.retention.step()
        #expect(try await stones().map(\.reason) == [.expired, .erased, .erased])
        _ = try await world.children.erase(world.studio, world.child)
        #expect(try await stones().map(\.recordings) == [0, 1, 2])
        // Or had only been watched.
        _ = try await world.session()
        _ = try await world.children.erase(world.studio, world.child)
        #expect(try await stones().count == 4)
    }

    @Test func `an erasure that fails is asked for again, and has counted what had gone`() async throws {
        for text in ["one", "two", "three"] { _ = try await recording(text) }
        let store = world.store
        let down = ObjectStoreError.failed(operation: "delete", reason: "down")
        // The first goes, with its chunk, file and picture.
        store.beforeNextDelete {
            store.beforeNextDelete { store.beforeNextDelete { store.beforeNextDelete { throw down } } }
        }
        await #expect(throws: down) {
            try await world.children.erase(world.studio, world.child)
        }
        let gone = try #require(try await stones().first)
        #expect(try await stones() == [gone])
        #expect(gone.reason == .erased && gone.recordingID != nil)
        // Nothing more is recorded meanwhile.
        let child = world.child
        #expect(try await world.database.read { try $0.consents.find(child) } == nil)

        #expect(try await world.children.erase(world.studio, world.child).recordings == 2)
        #expect(try await stones().map(\.recordings) == [3])
        #expect(try await stones().first?.fileSize == 11)
        #expect(store.keys.isEmpty)
    }

    @Test func `what runs counts with the bytes on this machine`() async throws {
        let session = try await world.session()
        let (id, room) = (RecordingID(), MediaRoomID(session.id.text))
        try world.recorder.write("nine of it", of: id, in: session.id)
        let segment = Recording.Segment(number: 0, mimeType: "video/webm", start: 0)
        try await world.journal.note(.segmentBegan(id, room, segment))
        try await world.recordings.delete(world.owner, id)
        #expect(try await stones().map(\.fileSize) == [10])
        // What began before that was known is not a recording any more.
        let next = Recording.Segment(number: 1, mimeType: "video/mp4", start: 5)
        try await world.journal.note(.segmentBegan(id, room, next))
        #expect(try await world.stored(recordingsOf: session).isEmpty)
    }

    @Test func `a deletion by hand writes no line about a child that is erased meanwhile`() async throws {
        let recording = try await recording("slow")
        let (children, studio, child) = (world.children, world.studio, world.child)
        world.store.beforeNextDelete { _ = try await children.erase(studio, child) }
        try await world.recordings.delete(world.owner, recording.id)
        #expect(try await world.accessLog() == [])
        #expect(try await stones().map(\.recordings) == [1])
    }
}
