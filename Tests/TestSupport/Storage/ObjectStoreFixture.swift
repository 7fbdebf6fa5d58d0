import Foundation
import PortholeCore
import Testing

/// Files and keys for the conformance suite.
struct ObjectStoreFixture {
    let store: any ObjectStore
    /// A key that nobody used before.
    let key: ObjectKey

    init(_ store: any ObjectStore, key: ObjectKey? = nil) throws {
        self.store = store
        let fresh = ObjectKey("conformance/\(UUID().uuidString.lowercased())/film.webm")
        self.key = try #require(key ?? fresh)
    }

    /// A key beside the first one.
    func other(_ name: String) throws -> ObjectKey { try #require(ObjectKey("\(key)-\(name)")) }

    /// So many bytes that look like nothing, the same for each seed; letters, since a double may take them for text.
    static func bytes(_ count: Int, seed: UInt64 = 1) -> Data {
        var random = SplitMix64(seed: seed)
        return Data((0..<count).map { _ in UInt8(ascii: "a") + UInt8(random.next() % 26) })
    }

    /// A local file.
    func file(_ bytes: Data) async throws -> String {
        let path = try await store.stagingPath()
        try bytes.write(to: URL(filePath: path))
        return path
    }

    func put(_ bytes: Data, as key: ObjectKey? = nil) async throws {
        try await store.put(fileAt: try await file(bytes), as: key ?? self.key, contentType: "video/webm")
    }

    /// The bytes of objects as the store gives them back.
    func exported(_ keys: [ObjectKey]? = nil) async throws -> Data {
        let path = try await store.stagingPath()
        try await store.export(keys ?? [key], into: path)
        let bytes = try Data(contentsOf: URL(filePath: path))
        await store.discard(stagedFileAt: path)
        return bytes
    }

    // MARK: - Parts

    func begin() async throws -> ObjectUpload {
        try await store.beginUpload(as: key, contentType: "video/webm")
    }

    func partSize() throws -> Int { try #require(store.partSize) }

    /// The bytes of a part in a file of so many.
    func range(ofPart number: Int, length: Int) throws -> Range<Int64> {
        let partSize = try partSize()
        return Int64((number - 1) * partSize)..<Int64(min(number * partSize, length))
    }

    /// Sends a part of a file, with the checksum of another one if that is asked for.
    @discardableResult
    func send(
        _ number: Int,
        of path: String,
        length: Int,
        to upload: ObjectUpload,
        sha256: String? = nil
    ) async throws -> ObjectPart {
        let bytes = try range(ofPart: number, length: length)
        let digest = try await store.sha256(ofFileAt: path, bytes: bytes)
        return try await store.putPart(
            number,
            of: upload,
            fileAt: path,
            bytes: bytes,
            sha256: sha256 ?? digest
        )
    }

    /// Two parts and a piece of a third.
    func film(seed: UInt64 = 1) throws -> Data {
        let partSize = try partSize()
        return Self.bytes(2 * partSize + max(1, partSize / 3), seed: seed)
    }
}
