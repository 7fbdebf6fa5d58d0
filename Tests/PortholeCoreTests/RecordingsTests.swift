import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Recordings are played, downloaded and deleted")
struct RecordingsTests {
    let world: World
    let session: Session

    init() async throws {
        world = try await World()
        world.store.permission.give()
        world.remuxer.permission.give()
        try await world.consent()
        session = try await world.session()
    }

    private func readyRecording() async throws -> Recording {
        try await world.upload("aa", nil, to: session)
        try await world.end(session)
        try await world.combiner.step()
        return try await world.onlyRecording(of: session)
    }

    private func holder(_ rights: Set<WatchRight>) async throws -> Caller {
        Caller(grants: [.link(try await world.link(to: session, rights: rights))])
    }

    @Test func `playing gives a URL for a quarter of an hour, and is written down`() async throws {
        let recording = try await readyRecording()
        let key = try #require(recording.objectKey)
        let (url, expiresAt) = try await world.recordings.download(
            holder([.recording]),
            recording.id,
            saving: false
        )
        #expect(url == "signed:\(key)")
        #expect(expiresAt == world.clock.now + 900)
        #expect(try await world.accessLog() == [.played])
    }

    @Test func `saving needs the right to, and names the file`() async throws {
        let recording = try await readyRecording()
        await #expect(throws: DomainError.forbidden("You may not do this with the recording")) {
            try await world.recordings.download(holder([.recording]), recording.id, saving: true)
        }
        let saver = try await holder([.recording, .download])
        let (url, _) = try await world.recordings.download(saver, recording.id, saving: true)
        #expect(url.hasSuffix("?filename=porthole-2026-05-09-\(recording.id.text.prefix(8)).webm"))
        #expect(try await world.accessLog() == [.downloaded])
    }

    @Test func `what is not ready cannot be played yet`() async throws {
        let recording = try await world.upload("aa", 0, to: session).recording
        await #expect(throws: DomainError.conflict("The recording is not ready yet")) {
            try await world.recordings.download(world.owner, recording.id, saving: false)
        }
        #expect(try await world.accessLog() == [])
    }

    @Test func `what failed says so`() async throws {
        let recording = try await world.upload("junk", nil, to: session).recording
        try await world.end(session)
        try await world.combiner.step()
        await #expect(throws: DomainError.conflict("The recording could not be made")) {
            try await world.recordings.download(world.owner, recording.id, saving: false)
        }
    }

    @Test func `a recording of others does not exist`() async throws {
        let recording = try await readyRecording()
        for caller in [world.stranger, .anonymous] {
            await #expect(throws: DomainError.notFound) {
                try await world.recordings.find(caller, recording.id)
            }
            await #expect(throws: DomainError.notFound) {
                try await world.recordings.list(caller, session: session.id)
            }
            await #expect(throws: DomainError.notFound) {
                try await world.recordings.delete(caller, recording.id)
            }
            #expect(try await world.recordings.list(caller, userID: nil, after: nil, limit: 9).isEmpty)
        }
        await #expect(throws: DomainError.notFound) {
            try await world.recordings.find(world.studio, RecordingID())
        }
    }

    @Test func `a link that shows live pictures only shows no recordings`() async throws {
        let recording = try await readyRecording()
        let caller = try await holder([.live])
        await #expect(throws: DomainError.self) { try await world.recordings.find(caller, recording.id) }
        #expect(try await world.recordings.list(caller, userID: nil, after: nil, limit: 9).isEmpty)
    }

    @Test func `lists show what one may do, and the picture`() async throws {
        let recording = try await readyRecording()
        let caller = try await holder([.recording])
        let listed = try await world.recordings.list(caller, userID: nil, after: nil, limit: 9)
        #expect(listed.map(\.recording) == [recording])
        #expect(listed.map(\.rights) == [[.know, .recording]])
        #expect(listed.first?.thumbnailURL == recording.thumbnailKey.map { "signed:\($0)" })
    }

    @Test func `deleting takes row, file, picture and chunks`() async throws {
        let recording = try await readyRecording()
        try await world.guardian(userID: "mum")
        let everything = try await holder(Set(WatchRight.allCases))
        await #expect(throws: DomainError.forbidden("You may not do this with the recording")) {
            try await world.recordings.delete(everything, recording.id)
        }
        try await world.recordings.delete(World.caller("mum"), recording.id)
        #expect(world.store.keys.isEmpty)
        #expect(try await world.stored(recordingsOf: session).isEmpty)
        #expect(try await world.runs(of: session).isEmpty)
        #expect(try await world.accessLog() == [.deletedRecording])
        await #expect(throws: DomainError.notFound) {
            try await world.recordings.delete(world.owner, recording.id)
        }
    }
}
