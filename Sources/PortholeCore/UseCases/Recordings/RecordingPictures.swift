/// Draws the pictures that seek bars show, once a recording is ready: nobody waits for them.
public struct RecordingPictures: Sendable {
    let database: any Database
    let store: any ObjectStore
    let remuxer: any Remuxer

    /// Makes the use case over its ports.
    public init(database: any Database, store: any ObjectStore, remuxer: any Remuxer) {
        self.database = database
        self.store = store
        self.remuxer = remuxer
    }

    /// Draws those of one recording, the newest that has none.
    ///
    /// - Returns: Whether there was one.
    /// - Throws: What may go better another time; a file that cannot be drawn is given up.
    @discardableResult
    public func step() async throws -> Bool {
        guard let recording = try await database.read({ try $0.recordings.toIllustrate(limit: 1) }).first
        else { return false }
        for segment in recording.segments where segment.width != nil && segment.strip == nil {
            let strip = try await draw(segment, of: recording)
            let isKept = try await database.write { db in
                guard var recording = try db.recordings.find(recording.id) else { return false }
                recording.segments[number: segment.number]?.strip = strip
                try db.recordings.update(recording)
                return true
            }
            // Deleted meanwhile.
            guard isKept else {
                try await store.delete(.strip(recording, segment: segment.number))
                return true
            }
        }
        try await database.write { db in
            guard var recording = try db.recordings.find(recording.id) else { return }
            recording.needsStrips = false
            try db.recordings.update(recording)
        }
        return true
    }

    private func draw(_ segment: Recording.Segment, of recording: Recording) async throws -> Recording.Strip?
    {
        guard let film = segment.objectKey else { return nil }
        do {
            return try await store.withStaged(["", ".jpg"]) { paths in
                try await store.export([film], into: paths[0])
                var strip = try await remuxer.strip(
                    of: paths[0],
                    lasting: segment.duration ?? 0,
                    into: paths[1]
                )
                let key = ObjectKey.strip(recording, segment: segment.number)
                try await store.put(fileAt: paths[1], as: key, contentType: "image/jpeg")
                strip.objectKey = key
                return strip
            }
        } catch RemuxError.notMedia {
            return nil
        }
    }
}
