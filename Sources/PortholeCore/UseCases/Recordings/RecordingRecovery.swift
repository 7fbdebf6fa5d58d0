import Foundation

/// What is done at a start with the files that an earlier run of the server was writing.
public struct RecordingRecovery: Sendable {
    let database: any Database
    let recorder: any MediaRecorder
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(database: any Database, recorder: any MediaRecorder, settings: DomainSettings) {
        self.database = database
        self.recorder = recorder
        self.settings = settings
    }

    /// Mends every file that was left open, and lists it, before anybody publishes again.
    ///
    /// A session that goes on does so in the same recording. Files that no row may name are deleted.
    ///
    /// - Parameter failed: Told about a recording whose files could not be mended; the finisher tries again.
    /// - Returns: The recordings that were mended.
    @discardableResult
    public func recover(failed: (RecordingID, any Error) -> Void = { _, _ in }) async throws -> [RecordingID]
    {
        var mended: [RecordingID] = []
        for local in try await recorder.recordings() {
            do {
                if try await recover(local) { mended.append(local.id) }
            } catch {
                failed(local.id, error)
            }
        }
        return mended
    }

    private func recover(_ local: LocalRecording) async throws -> Bool {
        let (session, recording, mayBe) = try await database.read { db in
            let session = try db.sessions.find(local.session)
            let recording = try db.recordings.find(local.id)
            let consent = try session.flatMap { try db.consents.find($0.userID) }
            // Without a row, nothing says that it was agreed to then.
            let mayBe = recording.map { $0.status != .failed && $0.sessionID == local.session }
            return (session, recording, mayBe ?? (consent?.record == true))
        }
        guard let session, mayBe else {
            try await recorder.delete(local.id, of: local.session)
            return false
        }
        // What was ready only waited to be deleted here.
        if recording?.status == .ready {
            try await recorder.delete(local.id, of: local.session)
            return false
        }
        let segments = try await LocalSegments(recorder: recorder).mend(local, known: recording)
        let settings = settings
        try await database.write { db in
            let now = settings.now()
            guard var known = try db.recordings.find(local.id) else {
                guard let first = segments.first, try db.sessions.find(session.id) != nil else { return }
                var found = Recording(
                    id: local.id,
                    sessionID: session.id,
                    userID: session.userID,
                    source: .server,
                    mimeType: first.mimeType,
                    createdAt: session.startedAt
                )
                found.updatedAt = now
                for segment in segments { found.keep(segment) }
                if session.status != .active { found.status = .processing }
                return try db.recordings.insert(found)
            }
            for segment in segments { known.keep(segment) }
            known.updatedAt = now
            try db.recordings.update(known)
        }
        return true
    }
}

/// Makes the files of a recording whole that are on this machine.
struct LocalSegments: Sendable {
    let recorder: any MediaRecorder

    /// The segments of files that hold something, with what the row knows of them.
    func mend(_ local: LocalRecording, known: Recording?) async throws -> [Recording.Segment] {
        var segments: [Recording.Segment] = []
        for file in local.segments {
            let row = known?.segments[number: file.segment.number]
            // Noted when it was whole, and synced.
            if let row, row.duration != nil, row.fileSize == file.segment.fileSize {
                segments.append(row)
                continue
            }
            guard let mended = try await recorder.repair(file) else { continue }
            var segment = row ?? mended.segment
            segment.duration = mended.segment.duration
            segment.fileSize = mended.segment.fileSize
            if row == nil, let known, let duration = segment.duration {
                // By the clock on the wall: the file was last written when it ended.
                let end = file.modifiedAt.timeIntervalSince(known.createdAt)
                let before = segments.last.map { $0.start + ($0.duration ?? 0) } ?? 0
                segment.start = segment.number == 0 ? 0 : max(before, end - duration)
            }
            segments.append(segment)
        }
        return segments
    }
}
