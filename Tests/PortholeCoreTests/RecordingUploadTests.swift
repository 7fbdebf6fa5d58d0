import Foundation
import TestSupport
import Testing

@testable import PortholeCore

/// A recording's way into a store that is far away.
@Suite("Uploads of recordings")
struct RecordingUploadTests {
    let world: World
    let session: Session
    let faulty: FaultyObjectStore
    let id = RecordingID()

    /// Six parts of eight bytes, and a piece.
    let film = "a head, then frames, many more frames, and cues."
    let partSize = 8

    init() async throws {
        world = try await World()
        world.settings.recordsOnServer = true
        world.store.permission.give()
        world.remuxer.permission.give()
        world.remuxer.refusePosters()
        try await world.consent()
        session = try await world.session()
        faulty = FaultyObjectStore(world.store, clock: world.clock)
    }

    private func finisher() -> RecordingFinisher {
        RecordingFinisher(
            database: world.database,
            store: faulty,
            recorder: world.recorder,
            remuxer: world.remuxer,
            settings: world.settings
        )
    }

    private var upload: RecordingUpload {
        RecordingUpload(database: world.database, store: faulty, settings: world.settings)
    }

    private func begin(_ text: String) async throws {
        try world.recorder.write(text, of: id, in: session.id)
        try await world.journal.note(
            .segmentBegan(
                id,
                MediaRoomID(session.id.text),
                .init(number: 0, mimeType: "video/webm;codecs=vp8,opus", start: 0, width: 640, height: 360)
            )
        )
    }

    /// The session is over, and its file whole.
    private func record() async throws {
        try await begin(film)
        try await world.end(session)
    }

    private func stored() async throws -> Recording {
        let id = id
        return try #require(await world.database.read { try $0.recordings.find(id) })
    }

    private func local() async throws -> LocalSegment {
        try #require(try await world.recorder.recordings().first?.segments.first)
    }

    /// The file on this machine.
    private func text() async throws -> String? {
        guard let file = try await world.recorder.recordings().first?.segments.first else { return nil }
        return try String(contentsOfFile: file.path, encoding: .utf8)
    }

    /// Tries every ten seconds until the recording is ready.
    ///
    /// - Returns: How many tries failed.
    private func finish(tries: Int = 20, _ afterFailure: () async throws -> Void = {}) async throws -> Int {
        for failed in 0..<tries {
            if try await finisher().step() == [id] { return failed }
            #expect(try await stored().status == .processing)
            try await afterFailure()
            world.clock.advance(by: 10)
        }
        Issue.record("it is still not ready")
        return tries
    }

    private func isWhole() async throws {
        let ready = try await stored()
        let segment = try #require(ready.segments.first)
        #expect(ready.status == .ready && ready.fileSize == Int64(film.utf8.count))
        #expect(segment.upload == nil && segment.sha256 == "sha256 of \(film)")
        #expect(try world.store.text(of: ready.objectKey) == film)
        #expect(world.store.openUploads == 0)
        #expect(!world.recorder.hasFiles(of: id, in: session.id))
    }

    // MARK: - By a connection that fails

    static let faults: [FaultyObjectStore.Fault] = [
        .down(until: ManualClock.beginning + 60),
        .everySecondFails,
        .damages(5),
        .slow(seconds: 20),
        .everySecondAnswerIsLost,
        .truncates(1),
        .diesAfter(calls: 3),
    ]

    @Test(arguments: faults)
    func `a recording arrives in parts, whole, and its file stays until then`(
        _ fault: FaultyObjectStore.Fault
    ) async throws {
        world.store.setPartSize(partSize)
        try await record()
        faulty.set(fault)
        let (recorder, film) = (world.recorder, film)
        faulty.meanwhile { _ in
            let file = try #require(try await recorder.recordings().first?.segments.first)
            #expect(try String(contentsOfFile: file.path, encoding: .utf8) == film)
        }
        let failed = try await finish {
            let text = try await text()
            #expect(text == film)
            if case .diesAfter = fault { faulty.set(nil) }
        }
        switch fault {
        case .down: #expect(failed == 6)
        case .slow: #expect(failed == 0 && world.clock.now > ManualClock.beginning + 160)
        case .truncates, .diesAfter: #expect(failed == 1)
        // Parts are sent again at once.
        case .damages: #expect(failed == 1 && faulty.failures == 5)
        case .everySecondFails, .everySecondAnswerIsLost: #expect(failed == 0 && faulty.failures > 5)
        }
        if case .everySecondAnswerIsLost = fault {
            // The upload whose beginning nobody heard of is the store's to reap.
            world.store.forgetUploads()
        }
        try await isWhole()
    }

    @Test(arguments: faults)
    func `a store that moves files gets one whole, and it stays until then`(
        _ fault: FaultyObjectStore.Fault
    ) async throws {
        try await record()
        faulty.set(fault)
        let failed = try await finish {
            let isStored = world.store.keys.contains("recordings/\(session.id)/\(id)-0.webm")
            let text = try await text()
            #expect(text == (isStored ? nil : film))
            if case .diesAfter = fault { faulty.set(nil) }
        }
        #expect(failed <= 6)
        try await isWhole()
        #expect(faulty.calls.filter { $0 == .put }.count == 1)
    }

    // MARK: - In order

    @Test func `the first part comes last, none twice`() async throws {
        world.store.setPartSize(partSize)
        try await record()
        #expect(try await finish() == 0)
        #expect(
            faulty.calls == [.begin, .parts] + [2, 3, 4, 5, 6, 1].map { .part($0) } + [.complete, .size]
        )
        try await isWhole()
    }

    @Test func `what is settled goes up while the file grows, and the head when it is whole`() async throws {
        world.store.setPartSize(partSize)
        let grown = String(film.dropFirst(6).prefix(29))
        try await begin("......" + grown)
        let file = try await local()
        #expect(try await upload.advance(file, of: id, settledLength: 15) == 0)
        #expect(faulty.calls.isEmpty)
        #expect(try await upload.advance(file, of: id, settledLength: 23) == 1)
        #expect(try await upload.advance(file, of: id, settledLength: 23) == 0)
        #expect(try await upload.advance(file, of: id, settledLength: 33) == 2)
        #expect(faulty.calls == [.begin, .part(2), .part(3), .part(4)])
        #expect(try await stored().segments.first?.upload?.parts.map(\.number) == [2, 3, 4])

        // The recorder has its last word on the file, and knows nothing of uploads.
        try world.recorder.write(film, of: id, in: session.id)
        var ended = Recording.Segment(number: 0, mimeType: "video/webm", start: 0, width: 640, height: 360)
        ended.fileSize = Int64(film.utf8.count)
        try await world.journal.note(.segmentEnded(id, ended))
        try await world.end(session)
        #expect(try await finish() == 0)
        #expect(
            faulty.calls.dropFirst(4) == [.parts, .part(5), .part(6), .part(1), .complete, .size]
        )
        try await isWhole()
    }

    @Test func `a store that moves files gets nothing while one grows`() async throws {
        try await begin(film)
        #expect(try await upload.advance(try await local(), of: id, settledLength: 40) == 0)
        #expect(faulty.calls.isEmpty)
    }

    @Test func `after a restart in the middle no part is sent twice`() async throws {
        world.store.setPartSize(partSize)
        try await record()
        faulty.set(.diesAfter(calls: 4))
        #expect(try await finisher().step().isEmpty)
        #expect(try await stored().segments.first?.upload?.parts.map(\.number) == [2, 3])
        faulty.set(nil)
        #expect(try await world.recovery.recover() == [id])
        #expect(try await finish() == 0)
        #expect(
            faulty.calls.dropFirst(4) == [.parts] + [4, 5, 6, 1].map { .part($0) } + [.complete, .size]
        )
        try await isWhole()
    }

    @Test func `what was complete before a crash is found in the store`() async throws {
        world.store.setPartSize(partSize)
        try await record()
        faulty.set(.diesAfter(calls: 9))
        #expect(try await finisher().step().isEmpty)
        #expect(faulty.calls.last == .complete)
        #expect(try await text() == film)
        faulty.set(nil)
        #expect(try await finish() == 0)
        #expect(faulty.calls.dropFirst(9) == [.size, .size])
        try await isWhole()
    }

    // MARK: - When both sides differ

    @Test func `a part that a repair changed is sent again`() async throws {
        world.store.setPartSize(partSize)
        try await begin(film.replacing("frames", with: "FRAMES"))
        let settled = Int64(4 * partSize)
        #expect(try await upload.advance(try await local(), of: id, settledLength: settled) == 3)
        try world.recorder.write(film, of: id, in: session.id)
        try await world.end(session)
        #expect(try await finish() == 0)
        #expect(faulty.calls.filter { $0 == .part(2) }.count == 2)
        try await isWhole()
    }

    @Test func `a part that the store lost is sent again`() async throws {
        world.store.setPartSize(partSize)
        try await record()
        faulty.set(.diesAfter(calls: 5))
        #expect(try await finisher().step().isEmpty)
        faulty.set(nil)
        world.store.losePart(3)
        #expect(try await finish() == 0)
        #expect(faulty.calls.filter { $0 == .part(3) }.count == 2)
        #expect(faulty.calls.filter { $0 == .part(2) }.count == 1)
        try await isWhole()
    }

    @Test func `an upload that the store forgot begins anew`() async throws {
        world.store.setPartSize(partSize)
        try await begin(film)
        let file = try await local()
        #expect(try await upload.advance(file, of: id, settledLength: 24) == 2)
        world.store.forgetUploads()
        await #expect(throws: ObjectStoreError.noSuchUpload) {
            try await upload.advance(file, of: id, settledLength: 32)
        }
        #expect(try await upload.advance(file, of: id, settledLength: 32) == 3)
        world.store.forgetUploads()
        try await world.end(session)
        #expect(try await finish() == 1)
        try await isWhole()
    }

    @Test func `parts of another size are given up`() async throws {
        world.store.setPartSize(partSize)
        try await begin(film)
        #expect(try await upload.advance(try await local(), of: id, settledLength: 32) == 3)
        world.store.setPartSize(20)
        try await world.end(session)
        #expect(try await finish() == 0)
        #expect(
            faulty.calls.dropFirst(4)
                == [.abort, .begin, .parts, .part(2), .part(3), .part(1), .complete, .size]
        )
        try await isWhole()
    }

    @Test func `parts are given up for a store that moves files`() async throws {
        world.store.setPartSize(partSize)
        try await begin(film)
        #expect(try await upload.advance(try await local(), of: id, settledLength: 32) == 3)
        world.store.setPartSize(nil)
        try await world.end(session)
        #expect(try await finish() == 0)
        try await isWhole()
    }

    @Test func `of two uploads that begin at once one is given up`() async throws {
        world.store.setPartSize(partSize)
        try await begin(film)
        let file = try await local()
        let other = RecordingUpload(database: world.database, store: world.store, settings: world.settings)
        let id = id
        faulty.meanwhile { call in
            guard call == .begin else { return }
            try await other.advance(file, of: id, settledLength: 16)
        }
        #expect(try await upload.advance(file, of: id, settledLength: 32) == 3)
        #expect(world.store.openUploads == 1)
        try await world.end(session)
        #expect(try await finish() == 0)
        try await isWhole()
    }

    // MARK: - Away with it

    @Test func `deleting a recording takes what was sent of it`() async throws {
        world.store.setPartSize(partSize)
        try await begin(film)
        #expect(try await upload.advance(try await local(), of: id, settledLength: 32) == 3)
        #expect(world.store.openUploads == 1)
        try await world.recordings.delete(world.owner, id)
        #expect(world.store.openUploads == 0 && world.store.keys.isEmpty)
    }

    @Test(arguments: [FaultyObjectStore.Call.begin, .part(3), .complete, .size, .put])
    func `one that is deleted while it goes up leaves nothing behind`(
        _ moment: FaultyObjectStore.Call
    ) async throws {
        world.store.setPartSize(moment == .put ? nil : partSize)
        try await record()
        let (recordings, owner, id) = (world.recordings, world.owner, id)
        faulty.meanwhile { call in
            guard call == moment else { return }
            // Only once.
            try? await recordings.delete(owner, id)
        }
        // What happens to the step does not matter.
        _ = try await finisher().step()
        #expect(world.store.openUploads == 0)
        #expect(world.store.keys.isEmpty)
        #expect(!world.recorder.hasFiles(of: id, in: session.id))
    }

    @Test(arguments: [nil, 8])
    func `what is stored when its row has just gone is deleted again`(_ partSize: Int?) async throws {
        world.store.setPartSize(partSize)
        try await record()
        let (database, id) = (world.database, id)
        faulty.meanwhile { call in
            guard call == .size else { return }
            try await database.write { try $0.recordings.delete(id) }
        }
        #expect(try await finisher().step() == [id])
        #expect(faulty.calls.last == .delete)
        #expect(world.store.keys.isEmpty && world.store.openUploads == 0)
    }

    @Test func `what is stored while its recording is being deleted goes too`() async throws {
        try await record()
        let recording = try await stored()
        let key = recording.key(of: recording.segments[0])
        let staged = try await world.store.stage(film)
        let (store, faulty) = (world.store, faulty)
        faulty.meanwhile { call in
            // Its file was deleted in vain, its other objects are next.
            guard call == .delete, faulty.calls == [.delete] else { return }
            try await store.put(fileAt: staged, as: key, contentType: "video/webm")
        }
        let recordings = Recordings(
            database: world.database,
            store: faulty,
            disposal: world.disposal(of: faulty),
            settings: world.settings
        )
        try await recordings.delete(world.owner, id)
        #expect(world.store.keys.isEmpty)
    }

    @Test func `a file that is gone takes its parts with it`() async throws {
        world.store.setPartSize(partSize)
        try await begin(film)
        #expect(try await upload.advance(try await local(), of: id, settledLength: 32) == 3)
        try await world.recorder.delete(id, of: session.id)
        try await world.end(session)
        #expect(try await finisher().step() == [id])
        #expect(try await stored().status == .failed)
        #expect(world.store.openUploads == 0)
    }

    // MARK: - The row

    @Test func `a segment from before there were uploads can be read`() throws {
        let old = Data(
            #"{"number":0,"mimeType":"video/webm","start":0,"fileSize":7,"sha256":"00"}"#.utf8
        )
        var segment = try JSONDecoder().decode(Recording.Segment.self, from: old)
        #expect(segment.upload == nil && segment.fileSize == 7)
        segment.upload = .init(id: "upload", partSize: 8)
        for number in [3, 2, 3] {
            segment.upload?[part: number] = .init(number: number, size: 8, sha256: "00", tag: "\(number)")
        }
        let read = try JSONDecoder()
            .decode(
                Recording.Segment.self,
                from: JSONEncoder().encode(segment)
            )
        #expect(read == segment && read.upload?.parts.map(\.number) == [2, 3])
    }
}
