import Foundation
import TestSupport
import Testing

@testable import PortholeCore

/// Uploading as a page does.
extension World {
    /// A run id that reads as a number.
    static func runID(_ number: Int) throws -> UUID {
        try #require(
            UUID(uuidString: "00000000-0000-4000-8000-" + String(1_000_000_000_000 + number).dropFirst())
        )
    }

    /// Something like SHA-256: other texts have other digests.
    static func digest(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8.prefix(32))
        return bytes + Array(repeating: 0xff, count: 32 - bytes.count)
    }

    /// Uploads a chunk whose bytes are a text.
    @discardableResult
    func upload(
        _ text: String,
        _ number: Int?,
        run: Int? = 1,
        final: Bool = false,
        rollsOver: Bool = false,
        by caller: Caller? = nil,
        startedAt: Date? = nil,
        mimeType: String = "video/webm;codecs=vp8,opus",
        to session: Session
    ) async throws -> ChunkReceipt {
        try await receiver.receive(
            caller ?? owner,
            ChunkUpload(
                sessionID: session.id,
                chunkNumber: number,
                runID: try run.map(Self.runID),
                startedAt: startedAt,
                isFinal: final,
                mimeType: mimeType,
                opensNextRecording: rollsOver
            ),
            StagedFile(
                path: try await store.stage(text),
                size: Int64(text.utf8.count),
                digest: Self.digest(text)
            )
        )
    }

    /// Ends the session as its headset would.
    func end(_ session: Session) async throws {
        live.permission.give()
        _ = try await sessions.end(owner, session.id)
    }

    /// The session's recordings, newest first, as they are in their rows.
    func stored(recordingsOf session: Session) async throws -> [Recording] {
        try await database.read { try $0.recordings.list(sessionID: session.id) }
    }

    func onlyRecording(of session: Session) async throws -> Recording {
        let recordings = try await stored(recordingsOf: session)
        #expect(recordings.count == 1)
        return try #require(recordings.first)
    }

    func runs(of session: Session) async throws -> [RecordingRun] {
        try await database.read { try $0.recordings.runs(sessionID: session.id) }
    }

    /// The bytes of the session's one recording, as a player would get them.
    func film(of session: Session) async throws -> String? {
        try store.text(of: try await onlyRecording(of: session).objectKey)
    }
}
