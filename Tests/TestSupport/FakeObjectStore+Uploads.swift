import Foundation
public import PortholeCore
import Synchronization

/// Parts are in memory; the tag of one is what stands for its SHA-256.
extension FakeObjectStore {
    /// What the test said; `nil` before.
    public var partSize: Int? { state.withLock(\.partSize) }

    /// Opens one.
    public func beginUpload(as key: ObjectKey, contentType: String) async throws -> ObjectUpload {
        permission.require("begin an upload of \(key)")
        let upload = ObjectUpload(key: key, id: UUID().uuidString)
        state.withLock { $0.uploads[upload.id] = Upload(key: key) }
        return upload
    }

    /// Keeps the bytes if they are what was told.
    public func putPart(
        _ number: Int,
        of upload: ObjectUpload,
        fileAt path: String,
        bytes: Range<Int64>,
        sha256: String
    ) async throws -> ObjectPart {
        permission.require("store a part of \(upload.key)")
        let part = try Self.read(path, bytes: bytes)
        return try state.withLock { state in
            guard state.uploads[upload.id] != nil else { throw ObjectStoreError.noSuchUpload }
            guard Self.sha256(part) == sha256 else { throw ObjectStoreError.wrongChecksum }
            state.uploads[upload.id]?.parts[number] = part
            return ObjectPart(number: number, size: Int64(part.count), tag: sha256)
        }
    }

    /// What was put.
    public func parts(of upload: ObjectUpload) async throws -> [ObjectPart] {
        try state.withLock { state in
            guard let upload = state.uploads[upload.id] else { throw ObjectStoreError.noSuchUpload }
            return upload.parts
                .map { ObjectPart(number: $0, size: Int64($1.count), tag: Self.sha256($1)) }
                .sorted { $0.number < $1.number }
        }
    }

    /// Joins the parts.
    public func completeUpload(_ upload: ObjectUpload, parts: [ObjectPart]) async throws {
        permission.require("complete the upload of \(upload.key)")
        let there = try await self.parts(of: upload)
        let size = partSize.map { Int64($0) }
        guard !parts.isEmpty, parts.map(\.number) == Array(1...parts.count),
            parts.dropLast().allSatisfy({ $0.size == size }), parts.allSatisfy(there.contains)
        else {
            throw ObjectStoreError.failed(operation: "complete an upload", reason: "Parts are not as told")
        }
        let bytes = state.withLock { state in
            let upload = state.uploads.removeValue(forKey: upload.id)
            return parts.reduce(into: Data()) { $0 += upload?.parts[$1.number] ?? Data() }
        }
        let file = newFile()
        try bytes.write(to: file)
        try keep(file, as: upload.key)
    }

    /// Forgets it.
    public func abortUpload(_ upload: ObjectUpload) async throws {
        _ = state.withLock { $0.uploads.removeValue(forKey: upload.id) }
    }
}
