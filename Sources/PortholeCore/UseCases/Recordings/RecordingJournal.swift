import Foundation

/// Keeps the rows of server recordings, and what people are told of them, true to what happens to their files.
public struct RecordingJournal: Sendable {
    let database: any Database
    let recorder: any MediaRecorder
    let live: any LiveSessions
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(
        database: any Database,
        recorder: any MediaRecorder,
        live: any LiveSessions,
        settings: DomainSettings
    ) {
        self.database = database
        self.recorder = recorder
        self.live = live
        self.settings = settings
    }

    /// Tells those in the session whether they are recorded; unlike rows, that waits for no disk.
    public func tell(_ event: RecordingEvent) async {
        switch event {
        case .segmentBegan(_, let room, _):
            if let session = SessionID(room.text) { await live.setRecording(true, of: session) }
        case .ended(_, let room, _):
            if let session = SessionID(room.text) { await live.setRecording(false, of: session) }
        case .segmentEnded, .gap: break
        }
    }

    /// Notes what happened.
    public func note(_ event: RecordingEvent) async throws {
        let settings = settings
        switch event {
        case .segmentBegan(let id, let room, let segment):
            guard let session = SessionID(room.text) else { return }
            let isWanted = try await database.write { db in
                try Self.begin(segment, of: id, session, in: db, settings: settings)
            }
            if !isWanted { try await refuse(segment, of: id, session) }
        case .segmentEnded(let id, let segment):
            try await database.updateRecording(id, at: settings.now()) { recording, _ in
                recording.keep(segment)
            }
        case .gap(let id, let gap):
            try await database.updateRecording(id, at: settings.now()) { recording, _ in
                recording.gaps.append(gap)
            }
        case .ended(let id, _, let failure):
            try await database.updateRecording(id, at: settings.now()) { recording, db in
                try Self.end(&recording, failure, in: db)
            }
        }
    }

    /// The session, or the consent, is gone since the publisher was let in.
    private func refuse(
        _ segment: Recording.Segment,
        of id: RecordingID,
        _ session: SessionID
    ) async throws {
        await recorder.end(id)
        // What was agreed to before stays.
        guard try await database.read({ try $0.recordings.find(id) }) != nil else {
            return try await recorder.delete(id, of: session)
        }
        let local = try await recorder.recording(id)
        for file in local?.segments ?? [] where file.segment.number == segment.number {
            try await recorder.discard(file)
        }
    }

    /// Nothing is written any more; after a stop of the server the session may go on in the same recording.
    private static func end(
        _ recording: inout Recording,
        _ failure: RecordingFailure?,
        in db: any Transaction
    ) throws {
        let mayGoOn =
            try failure == nil && db.sessions.find(recording.sessionID)?.status == .active
            && db.consents.find(recording.userID)?.record == true
        if recording.status == .recording, !mayGoOn { recording.status = .processing }
        recording.failure = failure ?? recording.failure
    }

    /// - Returns: Whether there may be such a recording.
    private static func begin(
        _ segment: Recording.Segment,
        of id: RecordingID,
        _ sessionID: SessionID,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> Bool {
        let now = settings.now()
        guard let session = try db.sessions.find(sessionID),
            try db.consents.find(session.userID)?.record == true
        else { return false }
        if var recording = try db.recordings.find(id) {
            recording.keep(segment)
            recording.updatedAt = now
            try db.recordings.update(recording)
            return true
        }
        // A further file of what was deleted.
        guard segment.number == 0 else { return false }
        var recording = Recording(
            id: id,
            sessionID: session.id,
            userID: session.userID,
            source: .server,
            mimeType: segment.mimeType,
            createdAt: now.addingTimeInterval(-segment.start)
        )
        recording.keep(segment)
        if session.status != .active { recording.status = .processing }
        try db.recordings.insert(recording)
        return true
    }
}

extension Recording {
    /// Puts a segment in its place, unless more is known of it already.
    mutating func keep(_ segment: Segment) {
        if let index = segments.firstIndex(where: { $0.number == segment.number }) {
            guard segments[index].objectKey == nil, segments[index].sha256 == nil else { return }
            let upload = segments[index].upload
            segments[index] = segment
            segments[index].upload = upload
        } else {
            segments.append(segment)
            segments.sort { $0.number < $1.number }
        }
        let pictures = segments.filter { $0.width != nil }
        width = pictures.first?.width ?? width
        height = pictures.first?.height ?? height
    }

    /// Where a segment's file is kept.
    func key(of segment: Segment) -> ObjectKey {
        .recording(
            self,
            fileExtension: segment.container.fileExtension,
            revision: "\(segment.number)"
        )
    }
}
