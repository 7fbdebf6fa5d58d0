import Foundation
public import PortholeCore

/// An upload is a directory with one file in which each part has its place, and a small one for each part that is there: its
/// number is the name, its size and SHA-256 are the text.
extension DiskObjectStore {
    /// Makes the directory.
    public func beginUpload(as key: ObjectKey, contentType: String) async throws -> ObjectUpload {
        guard partSize != nil else {
            throw ObjectStoreError.failed(operation: "begin an upload", reason: "Files are stored whole")
        }
        let upload = ObjectUpload(key: key, id: UUID().uuidString.lowercased())
        let folder = try folder(of: upload)
        try await workers.run {
            try Disk.makeDirectories(folder)
            try Disk.write([], to: Self.bytes(in: folder))
        }
        return upload
    }

    /// Copies the bytes to their place, and syncs them before they count.
    public func putPart(
        _ number: Int,
        of upload: ObjectUpload,
        fileAt path: String,
        bytes: Range<Int64>,
        sha256: String
    ) async throws -> ObjectPart {
        let folder = try folder(of: upload)
        guard let partSize, number > 0, bytes.count <= partSize else {
            throw ObjectStoreError.failed(operation: "put a part", reason: "It is none of this store's")
        }
        return try await workers.run {
            guard try Disk.size(Self.bytes(in: folder)) != nil else { throw ObjectStoreError.noSuchUpload }
            guard try Disk.sha256(path, bytes: bytes) == sha256 else { throw ObjectStoreError.wrongChecksum }
            let entry = "\(folder)/\(number)"
            try Disk.remove(entry, upTo: folder)
            try Disk.copy(
                path,
                bytes: bytes,
                into: Self.bytes(in: folder),
                at: Int64(number - 1) * Int64(partSize)
            )
            let part = ObjectPart(number: number, size: Int64(bytes.count), tag: sha256)
            try Disk.write(Array("\(part.size) \(part.tag)".utf8), to: entry)
            return part
        }
    }

    /// Reads the small files.
    public func parts(of upload: ObjectUpload) async throws -> [ObjectPart] {
        let folder = try folder(of: upload)
        return try await workers.run { try Self.parts(in: folder) }
    }

    /// Reads every part again, syncs the file that holds them, and renames it into place.
    public func completeUpload(_ upload: ObjectUpload, parts: [ObjectPart]) async throws {
        let folder = try folder(of: upload)
        let target = path(of: upload.key)
        let partSize = Int64(partSize ?? 0)
        try await workers.run {
            let there = try Self.parts(in: folder)
            guard !parts.isEmpty, parts.map(\.number) == Array(1...parts.count),
                parts.dropLast().allSatisfy({ $0.size == partSize }), parts.allSatisfy(there.contains)
            else {
                throw ObjectStoreError.failed(
                    operation: "complete an upload",
                    reason: "Parts are not as told"
                )
            }
            let file = Self.bytes(in: folder)
            for part in parts {
                let start = Int64(part.number - 1) * partSize
                guard try Disk.sha256(file, bytes: start..<(start + part.size)) == part.tag else {
                    // It is to be sent again.
                    try Disk.remove("\(folder)/\(part.number)", upTo: folder)
                    throw ObjectStoreError.wrongChecksum
                }
            }
            try Disk.truncate(file, to: parts.map(\.size).reduce(0, +))
            try Disk.moveDurably(file, to: target)
            try FileManager.default.removeItem(atPath: folder)
        }
    }

    /// Deletes the directory.
    public func abortUpload(_ upload: ObjectUpload) async throws {
        guard let folder = try? folder(of: upload) else { return }
        try await workers.run {
            let manager = FileManager.default
            guard manager.fileExists(atPath: folder) else { return }
            try manager.removeItem(atPath: folder)
        }
    }

    /// - Throws: ``ObjectStoreError/noSuchUpload`` if the id is none of this store's.
    private func folder(of upload: ObjectUpload) throws(ObjectStoreError) -> String {
        guard let id = UUID(uuidString: upload.id) else { throw .noSuchUpload }
        return "\(uploadsDirectory)/\(id.uuidString.lowercased())"
    }

    private static func bytes(in folder: String) -> String { folder + "/bytes" }

    private static func parts(in folder: String) throws -> [ObjectPart] {
        guard try Disk.size(bytes(in: folder)) != nil else { throw ObjectStoreError.noSuchUpload }
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .compactMap { name in
                guard let number = Int(name) else { return nil }
                let words = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
                    .split(separator: " ")
                // One that a loss of power cut short is not there.
                guard words.count == 2, let size = Int64(words[0]), words[1].utf8.count == 64 else {
                    return nil
                }
                return ObjectPart(number: number, size: size, tag: String(words[1]))
            }
            .sorted { $0.number < $1.number }
    }
}
