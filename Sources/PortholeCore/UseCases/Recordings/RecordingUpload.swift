import Foundation

/// Brings the files of recordings from this machine into the object store.
///
/// A store that moves files gets each when it is whole. One that takes objects in parts gets parts 2, 3, … while the file
/// grows; part 1, which has what is written at the end, comes last. The row lists what the store has, so that after a
/// restart no part is sent twice. The file stays here, and no more than one part is ever in memory.
public struct RecordingUpload: Sendable {
    /// How often a call is made before its failure is one of the whole step.
    static let tries = 3

    let database: any Database
    let store: any ObjectStore
    let settings: DomainSettings

    /// Makes the use case over its ports.
    public init(database: any Database, store: any ObjectStore, settings: DomainSettings) {
        self.database = database
        self.store = store
        self.settings = settings
    }

    /// Sends what a growing file has that is whole and stays as it is: its parts but the first.
    ///
    /// - Parameter settledLength: Up to where no byte changes any more, those of the first part excepted.
    /// - Returns: How many parts were sent.
    @discardableResult
    public func advance(
        _ file: LocalSegment,
        of id: RecordingID,
        settledLength: Int64
    ) async throws -> Int {
        guard let partSize = store.partSize, settledLength >= 2 * Int64(partSize),
            let recording = try await database.read({ try $0.recordings.find(id) }),
            let segment = recording.segments[number: file.segment.number], segment.objectKey == nil
        else { return 0 }
        let source = Source(file, segment, recording, length: settledLength, partSize: partSize)
        let whole = 2...Int(settledLength / Int64(partSize))
        // With the bookkeeping of the row alone: most of the time there is nothing to do.
        let isCurrent = segment.upload?.partSize == partSize
        let missing = whole.filter { !isCurrent || segment.upload?[part: $0] == nil }
        guard !missing.isEmpty else { return 0 }
        let upload = try await current(segment.upload, of: source)
        for number in missing { try await send(number, of: source, to: upload.id) }
        return missing.count
    }

    /// Stores a whole file, verifies it, and says in its row where it is.
    ///
    /// - Parameter segment: What is known of the file, its length included.
    func store(_ file: LocalSegment, as segment: Recording.Segment, of recording: Recording) async throws {
        let key = recording.key(of: segment)
        if let partSize = store.partSize {
            let source = Source(
                file,
                segment,
                recording,
                length: segment.fileSize,
                partSize: partSize
            )
            try await sendAll(source)
        } else {
            if let upload = recording.upload(of: segment) { try await store.abortUpload(upload) }
            try await persistently {
                try await store.put(
                    fileAt: file.path,
                    as: key,
                    contentType: segment.container.contentType
                )
            }
        }
        guard try await persistently({ try await store.size(of: key) }) == segment.fileSize else {
            if store.partSize != nil {
                try await store.delete(key)
                try await note(nil, of: recording.id, segment.number)
            }
            throw ObjectStoreError.failed(operation: "verify a recording", reason: "its size is wrong")
        }
        let settings = settings
        let isKept = try await database.write { db in
            guard var recording = try db.recordings.find(recording.id) else { return false }
            var stored = segment
            stored.objectKey = key
            stored.upload = nil
            recording.segments[number: stored.number] = stored
            recording.updatedAt = settings.now()
            try db.recordings.update(recording)
            return true
        }
        // Deleted meanwhile.
        if !isKept { try await store.delete(key) }
    }

    // MARK: - Parts

    /// A file and where it goes.
    private struct Source: Sendable {
        let path: String
        let recording: RecordingID
        let segment: Int
        let key: ObjectKey
        let contentType: String
        let length: Int64
        let partSize: Int

        init(
            _ file: LocalSegment,
            _ segment: Recording.Segment,
            _ recording: Recording,
            length: Int64,
            partSize: Int
        ) {
            path = file.path
            self.recording = recording.id
            self.segment = segment.number
            key = recording.key(of: segment)
            contentType = segment.container.contentType
            self.length = length
            self.partSize = partSize
        }

        /// How many parts it has; an empty file has one.
        var count: Int { max(1, Int((length + Int64(partSize) - 1) / Int64(partSize))) }

        func bytes(ofPart number: Int) -> Range<Int64> {
            let start = Int64(number - 1) * Int64(partSize)
            return start..<min(start + Int64(partSize), length)
        }
    }

    /// Sends what is missing, the first part last, and completes the object.
    private func sendAll(_ source: Source) async throws {
        let known = try await database.read { try $0.recordings.find(source.recording) }?
            .segments[number: source.segment]?
            .upload
        let upload = try await current(known, of: source)
        let handle = ObjectUpload(key: source.key, id: upload.id)
        let there: [ObjectPart]
        do {
            there = try await persistently { try await store.parts(of: handle) }
        } catch ObjectStoreError.noSuchUpload {
            // It was completed, and the answer, or our note of it, was lost; or the store gave it up.
            let size = try await persistently { try await store.size(of: source.key) }
            if upload.parts.count == source.count, size == source.length { return }
            try await note(nil, of: source.recording, source.segment)
            throw ObjectStoreError.noSuchUpload
        }
        var parts: [Int: ObjectPart] = [:]
        for number in Array((1...source.count).dropFirst()) + [1] {
            let bytes = source.bytes(ofPart: number)
            let sha256 = try await store.sha256(ofFileAt: source.path, bytes: bytes)
            if let sent = upload[part: number], sent.sha256 == sha256, there.contains(ObjectPart(sent)) {
                parts[number] = ObjectPart(sent)
            } else {
                parts[number] = try await send(number, of: source, to: upload.id, sha256: sha256)
            }
        }
        let all = parts.values.sorted { $0.number < $1.number }
        do {
            try await persistently { try await store.completeUpload(handle, parts: all) }
        } catch ObjectStoreError.noSuchUpload {
            // Of a try before, whose answer was lost; the size tells.
            return
        }
    }

    /// The upload that the row names, or a new one.
    private func current(_ known: Recording.Upload?, of source: Source) async throws -> Recording.Upload {
        if let known {
            if known.partSize == source.partSize { return known }
            try await persistently {
                try await store.abortUpload(ObjectUpload(key: source.key, id: known.id))
            }
        }
        let begun = try await persistently {
            try await store.beginUpload(as: source.key, contentType: source.contentType)
        }
        let named: Recording.Upload?
        do {
            named = try await update(source.recording, source.segment) { segment in
                if let other = segment.upload, other.id != known?.id { return other }
                let upload = Recording.Upload(id: begun.id, partSize: source.partSize)
                segment.upload = upload
                return upload
            }
        } catch {
            try await store.abortUpload(begun)
            throw error
        }
        if named?.id != begun.id { try await store.abortUpload(begun) }
        // The recording was deleted meanwhile.
        guard let named else { throw ObjectStoreError.noSuchUpload }
        return named
    }

    /// Sends a part, and notes that it is there.
    @discardableResult
    private func send(
        _ number: Int,
        of source: Source,
        to id: String,
        sha256 known: String? = nil
    ) async throws -> ObjectPart {
        let bytes = source.bytes(ofPart: number)
        let sha256: String
        if let known {
            sha256 = known
        } else {
            sha256 = try await store.sha256(ofFileAt: source.path, bytes: bytes)
        }
        let handle = ObjectUpload(key: source.key, id: id)
        let part: ObjectPart
        do {
            part = try await persistently {
                try await store.putPart(
                    number,
                    of: handle,
                    fileAt: source.path,
                    bytes: bytes,
                    sha256: sha256
                )
            }
        } catch ObjectStoreError.noSuchUpload {
            // The store gave it up: the next try begins another one.
            try await note(nil, of: source.recording, source.segment)
            throw ObjectStoreError.noSuchUpload
        }
        let isNoted = try await update(source.recording, source.segment) { segment in
            guard segment.upload?.id == id else { return false }
            segment.upload?[part: number] = .init(
                number: number,
                size: part.size,
                sha256: sha256,
                tag: part.tag
            )
            return true
        }
        guard isNoted == true else {
            // No row names this upload any more; what was in flight when it was aborted goes too.
            try await store.abortUpload(handle)
            throw ObjectStoreError.noSuchUpload
        }
        return part
    }

    // MARK: - Rows and calls

    private func note(_ upload: Recording.Upload?, of id: RecordingID, _ number: Int) async throws {
        _ = try await update(id, number) { segment in
            segment.upload = upload
            return true
        }
    }

    /// Changes a segment in its row.
    ///
    /// - Returns: What the body returns; `nil` if there is no such segment, or it is stored.
    private func update<Value: Sendable>(
        _ id: RecordingID,
        _ number: Int,
        _ body: @escaping @Sendable (inout Recording.Segment) -> Value
    ) async throws -> Value? {
        let settings = settings
        return try await database.write { db in
            guard var recording = try db.recordings.find(id),
                var segment = recording.segments[number: number],
                segment.objectKey == nil
            else { return nil }
            let value = body(&segment)
            recording.segments[number: number] = segment
            recording.updatedAt = settings.now()
            try db.recordings.update(recording)
            return value
        }
    }

    /// Makes a call again that failed for a moment; what lasts longer is for the next step.
    private func persistently<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 1..<Self.tries {
            do {
                return try await body()
            } catch ObjectStoreError.failed, ObjectStoreError.wrongChecksum {
                continue
            }
        }
        return try await body()
    }
}
