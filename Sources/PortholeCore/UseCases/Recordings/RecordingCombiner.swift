import Foundation

/// Makes one file of each finished recording's chunks.
public struct RecordingCombiner: Sendable {
    let database: any Database
    let store: any ObjectStore
    let remuxer: any Remuxer
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(
        database: any Database,
        store: any ObjectStore,
        remuxer: any Remuxer,
        settings: DomainSettings
    ) {
        self.database = database
        self.store = store
        self.remuxer = remuxer
        self.settings = settings
    }

    /// Combines every recording whose time has come.
    ///
    /// - Parameter failed: Told about a recording that must wait for another try, and why.
    /// - Returns: The recordings that became ready or changed.
    @discardableResult
    public func step(failed: (RecordingID, any Error) -> Void = { _, _ in }) async throws -> [RecordingID] {
        let settings = settings
        let due = try await database.read { db in
            try db.recordings.toCombine(limit: 1000).filter { try Self.isDue($0, in: db, settings: settings) }
        }
        var done: [RecordingID] = []
        for recording in due {
            do {
                try await combine(recording)
                done.append(recording.id)
            } catch {
                failed(recording.id, error)
            }
        }
        return done
    }

    /// A recording is due once its session is over and all its runs are whole, or the grace for what is
    /// missing has passed.
    static func isDue(_ recording: Recording, in db: any Transaction, settings: DomainSettings) throws -> Bool
    {
        guard let session = try db.sessions.find(recording.sessionID), let endedAt = session.endedAt else {
            return false
        }
        let now = settings.now()
        if now.timeIntervalSince(max(endedAt, recording.lastChunkAt)) > settings.combineGrace { return true }
        let runs = try db.recordings.runs(sessionID: recording.sessionID)
            .filter { $0.recordingID == recording.id }
        return try runs.allSatisfy { run in
            guard let final = run.finalChunk else { return false }
            return try db.recordings.chunks(runID: run.id).count == final + 1
        }
    }

    private struct Piece: Sendable {
        var run: RecordingRun
        var keys: [ObjectKey]
        var missing: Int
    }

    private struct Product: Sendable {
        var facts: MediaFacts
        var gaps: [Recording.Gap]
        var missing: Int
        var file: ObjectKey
        var thumbnail: ObjectKey?

        var keys: [ObjectKey] { [file, thumbnail].compactMap(\.self) }
    }

    private func combine(_ recording: Recording) async throws {
        let pieces = try await database.read { try Self.pieces(of: recording, in: $0) }
        guard let container = RecordingMediaType(recording.mimeType)?.container else {
            preconditionFailure("stored media types were accepted")
        }
        var staged: [String] = []
        do {
            let product = try await produce(recording, pieces, container, staged: &staged)
            do {
                try await finish(recording, product)
            } catch {
                try await withdraw(product, of: recording)
                throw error
            }
        } catch RemuxError.notMedia {
            try await fail(recording)
        } catch {
            for path in staged { await store.discard(stagedFileAt: path) }
            throw error
        }
        for path in staged { await store.discard(stagedFileAt: path) }
    }

    /// The contiguous beginning of every run, in order of time.
    private static func pieces(of recording: Recording, in db: any Transaction) throws -> [Piece] {
        try db.recordings.runs(sessionID: recording.sessionID)
            .filter { $0.recordingID == recording.id }
            .sorted {
                ($0.startedAt ?? $0.createdAt, $0.position) < ($1.startedAt ?? $1.createdAt, $1.position)
            }
            .map { run in
                let chunks = try db.recordings.chunks(runID: run.id)
                let usable = zip(chunks, 0...).prefix { $0.number == $1 }.map(\.0.objectKey)
                let promised = max(run.finalChunk ?? -1, chunks.last?.number ?? -1) + 1
                return Piece(run: run, keys: usable, missing: promised - chunks.count)
            }
    }

    private func produce(
        _ recording: Recording,
        _ pieces: [Piece],
        _ container: MediaContainer,
        staged: inout [String]
    ) async throws -> Product {
        var files: [(run: RecordingRun, path: String, facts: MediaFacts)] = []
        for piece in pieces where !piece.keys.isEmpty {
            let raw = try await store.stagingPath()
            staged.append(raw)
            try await store.export(piece.keys, into: raw)
            let path = try await store.stagingPath() + "." + container.fileExtension
            staged.append(path)
            do {
                files.append(
                    (piece.run, path, try await remuxer.remux(run: raw, into: path, container: container))
                )
            } catch RemuxError.notMedia {
                // One useless run (a tab closed in its first instant) costs the others nothing.
                continue
            }
            await store.discard(stagedFileAt: raw)
        }
        guard let first = files.first else { throw RemuxError.notMedia }
        var (output, facts) = (first.path, first.facts)
        if files.count > 1 {
            output = try await store.stagingPath() + "." + container.fileExtension
            staged.append(output)
            facts = try await remuxer.concatenate(files.map(\.path), into: output, container: container)
        }
        // The same chunks make the same name: a try that a crash cut short leaves nothing that the next one
        // does not overwrite.
        let revision = String(Int64(recording.lastChunkAt.timeIntervalSince1970 * 1_000_000), radix: 36)
        let picture = await poster(of: output, staged: &staged)
        let key = ObjectKey.recording(recording, fileExtension: container.fileExtension, revision: revision)
        let baseType = String(recording.mimeType.split(separator: ";").first ?? "video/webm")
        try await store.put(fileAt: output, as: key, contentType: baseType)
        return Product(
            facts: facts,
            gaps: Self.gaps(files.map { ($0.run.startedAt ?? $0.run.createdAt, $0.facts.duration) }),
            missing: pieces.map(\.missing).reduce(0, +),
            file: key,
            thumbnail: await keep(picture, of: recording, revision: revision)
        )
    }

    /// Where wall time passed between two runs that nobody recorded.
    static func gaps(_ runs: [(startedAt: Date, duration: Double)]) -> [Recording.Gap] {
        var gaps: [Recording.Gap] = []
        var position = 0.0
        for (run, next) in zip(runs, runs.dropFirst()) {
            position += run.duration
            let missing = next.startedAt.timeIntervalSince(run.startedAt) - run.duration
            if missing > 0 {
                gaps.append(
                    .init(
                        position: (position * 1000).rounded() / 1000,
                        duration: (missing * 1000).rounded() / 1000
                    )
                )
            }
        }
        return gaps
    }

    /// Draws the picture; a recording without one is still a recording.
    private func poster(of path: String, staged: inout [String]) async -> String? {
        do {
            let picture = try await store.stagingPath() + ".jpg"
            staged.append(picture)
            try await remuxer.poster(of: path, into: picture)
            return picture
        } catch {
            return nil
        }
    }

    /// Stores the picture, once its file is stored.
    private func keep(_ picture: String?, of recording: Recording, revision: String) async -> ObjectKey? {
        guard let picture else { return nil }
        let key = ObjectKey.thumbnail(recording, revision: revision)
        do {
            try await store.put(fileAt: picture, as: key, contentType: "image/jpeg")
            return key
        } catch {
            return nil
        }
    }

    /// Deletes files that no row came to name: the next try makes its own.
    private func withdraw(_ product: Product, of combined: Recording) async throws {
        let recording = try await database.read { try $0.recordings.find(combined.id) }
        guard recording?.objectKey != product.file else { return }
        for key in product.keys { try await store.delete(key) }
    }

    /// Points the row to the new file, owes the one mail, and deletes the file that it replaces.
    private func finish(_ combined: Recording, _ product: Product) async throws {
        let settings = settings
        let size = try await store.size(of: product.file) ?? 0
        let obsolete = try await database.write { db -> [ObjectKey] in
            let now = settings.now()
            guard var recording = try db.recordings.find(combined.id) else { return product.keys }
            let obsolete = [recording.objectKey, recording.thumbnailKey].compactMap(\.self)
                .filter { !product.keys.contains($0) }
            recording.status = .ready
            recording.duration = product.facts.duration
            recording.width = product.facts.width
            recording.height = product.facts.height
            recording.fileSize = size
            recording.objectKey = product.file
            recording.thumbnailKey = product.thumbnail
            recording.gaps = product.gaps
            recording.missingChunks = product.missing
            recording.needsCombining = recording.lastChunkAt != combined.lastChunkAt
            recording.updatedAt = now
            try recording.announce(in: db, at: now)
            try db.recordings.update(recording)
            return obsolete
        }
        for key in obsolete { try await store.delete(key) }
    }

    /// Nothing of it can be played.
    private func fail(_ combined: Recording) async throws {
        let now = settings.now()
        try await database.write { db in
            guard var recording = try db.recordings.find(combined.id) else { return }
            recording.status = recording.objectKey == nil ? .failed : .ready
            recording.needsCombining = recording.lastChunkAt != combined.lastChunkAt
            recording.updatedAt = now
            try db.recordings.update(recording)
        }
    }
}
