import Foundation

/// Saving a moment: a stretch of a recording, running or ready, becomes a recording of its own.
///
/// A clip is listed, played, saved, deleted and erased as every recording is, and has its own link.
public struct RecordingClips: Sendable {
    /// The longest clip, seconds.
    public static let longest: Double = 600
    /// How long a clip is tried, seconds.
    static let patience: Double = 3600
    /// Clips of one session, so that nobody fills the disk with copies.
    static let mostOfSession = 200

    let database: any Database
    let store: any ObjectStore
    let recorder: (any MediaRecorder)?
    let remuxer: any Remuxer
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(
        database: any Database,
        store: any ObjectStore,
        recorder: (any MediaRecorder)?,
        remuxer: any Remuxer,
        settings: DomainSettings
    ) {
        self.database = database
        self.store = store
        self.recorder = recorder
        self.remuxer = remuxer
        self.settings = settings
    }

    /// The stretch that somebody wants.
    public enum Stretch: Equatable, Sendable {
        /// The last so many seconds of a running recording, or of a ready one.
        case last(Double)
        /// From here to there on the recording's time line, seconds.
        case range(start: Double, end: Double)
    }

    /// Asks for a clip; it is made a moment later.
    ///
    /// - Returns: Its row, which is `processing`.
    public func request(_ caller: Caller, of id: RecordingID, _ stretch: Stretch) async throws -> Recording {
        let settings = settings
        guard await store.freeBytes() ?? .max >= settings.minFreeBytes else {
            throw DomainError.unavailable("The server's disk is nearly full: no new clips", retryAfter: 300)
        }
        return try await database.write { db in
            let now = settings.now()
            guard let source = try db.recordings.find(id) else { throw DomainError.notFound }
            let session = try Access.require(
                .recording,
                of: caller,
                on: try db.sessions.find(source.sessionID),
                in: db,
                at: now,
                or: "You may not see this recording"
            )
            let (start, end) = try Self.times(stretch, of: source, at: now)
            guard try db.recordings.list(sessionID: session.id).count < Self.mostOfSession else {
                throw DomainError.conflict("This session has as many clips as it may have")
            }
            var clip = Recording(
                sessionID: session.id,
                userID: source.userID,
                source: .server,
                mimeType: source.segment(at: end)?.mimeType ?? source.mimeType,
                // When it happened: it is kept no longer than what it is cut from.
                createdAt: source.createdAt.addingTimeInterval(start)
            )
            clip.updatedAt = now
            clip.status = .processing
            // Only recordings are announced.
            clip.announcedAt = now
            clip.clip = Recording.Clip(recording: source.id, start: start, end: end)
            try db.recordings.insert(clip)
            let principal = try Access.principal(
                of: caller,
                needing: .recording,
                on: session,
                in: db,
                at: now
            )
            try db.accessLog.append(
                AccessLogEntry(
                    childID: source.userID,
                    at: now,
                    actor: principal?.id ?? "unknown",
                    action: .clipped,
                    sessionID: session.id,
                    recordingID: clip.id,
                    address: caller.address
                )
            )
            return clip
        }
    }

    private static func times(
        _ stretch: Stretch,
        of source: Recording,
        at now: Date
    ) throws -> (start: Double, end: Double) {
        guard source.source == .server, source.clip == nil, !source.segments.isEmpty else {
            throw DomainError.conflict("Clips are cut from recordings that the server made")
        }
        let isRunning = source.status == .recording
        let length = isRunning ? now.timeIntervalSince(source.createdAt) : source.duration ?? 0
        let start: Double
        let end: Double
        switch stretch {
        case .last(let seconds): (start, end) = (length - seconds, length)
        case .range(let from, let to): (start, end) = (from, min(to, length))
        }
        guard start.isFinite, end.isFinite, end > max(0, start), end - start <= longest else {
            throw DomainError.invalid(
                "A clip is a stretch of the recording, at most \(Int(longest)) seconds long"
            )
        }
        return (max(0, start), end)
    }

    /// Makes the clips that are asked for.
    ///
    /// - Parameter failed: Told about a clip that must wait for another try, and why.
    public func step(failed: (RecordingID, any Error) -> Void = { _, _ in }) async throws {
        for clip in try await database.read({ try $0.recordings.toClip(limit: 10) }) {
            do { try await make(clip) } catch {
                failed(clip.id, error)
                // Nobody waits for it any more.
                if settings.now().timeIntervalSince(clip.updatedAt) > Self.patience {
                    try await close(clip.id, nil)
                }
            }
        }
    }

    private func make(_ row: Recording) async throws {
        guard let clip = row.clip else { return }
        guard let source = try await database.read({ try $0.recordings.find(clip.recording) }),
            let segment = source.segment(at: clip.end)
        else {
            try await close(row.id, nil)
            return
        }
        let suffix = "." + segment.container.fileExtension
        do {
            try await store.withStaged([suffix, suffix]) { paths in
                let facts = try await remuxer.cut(
                    try await input(segment, of: source, staging: paths[0]),
                    from: clip.start - segment.start,
                    to: clip.end - segment.start,
                    into: paths[1],
                    container: segment.container
                )
                try await keep(paths[1], facts, segment, of: row)
            }
        } catch RemuxError.notMedia {
            try await close(row.id, nil)
        }
    }

    /// The file on this machine while it is there, else a copy from the store.
    private func input(
        _ segment: Recording.Segment,
        of source: Recording,
        staging path: String
    ) async throws -> String {
        if let key = segment.objectKey {
            try await store.export([key], into: path)
            return path
        }
        let local = try await recorder?.recording(source.id)
        guard let file = local?.segments.first(where: { $0.segment.number == segment.number }) else {
            throw ObjectStoreError.failed(operation: "cut a clip", reason: "its recording is on its way")
        }
        return file.path
    }

    private func keep(
        _ path: String,
        _ facts: MediaFacts,
        _ source: Recording.Segment,
        of row: Recording
    ) async throws {
        try await RecordingPoster(database: database, store: store, remuxer: remuxer)
            .make(of: path, for: row, at: settings.now())
        var segment = Recording.Segment(
            number: 0,
            mimeType: source.mimeType,
            start: 0,
            width: facts.width,
            height: facts.height
        )
        segment.duration = facts.duration
        segment.sha256 = try await store.sha256(ofFileAt: path)
        let key = row.key(of: segment)
        try await store.put(fileAt: path, as: key, contentType: segment.container.contentType)
        segment.fileSize = try await store.size(of: key) ?? 0
        segment.objectKey = key
        let isKept = try await close(row.id, segment)
        // Deleted meanwhile.
        if !isKept { try await store.delete(key) }
    }

    /// - Returns: Whether the clip is still there.
    @discardableResult
    private func close(_ id: RecordingID, _ segment: Recording.Segment?) async throws -> Bool {
        try await database.updateRecording(id, at: settings.now()) { clip, _ in
            if let segment { clip.keep(segment) }
            clip.complete()
        }
    }
}

extension Recording {
    /// The file in which a moment of the time line is, or the last one before it.
    func segment(at time: Double) -> Segment? {
        segments.last { $0.start < time } ?? segments.first
    }
}
