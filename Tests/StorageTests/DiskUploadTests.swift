import Foundation
import PortholeCore
import Storage
import Testing

@Suite("Uploads in parts on disk")
final class DiskUploadTests: Sendable {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    deinit { directory.remove() }

    private func store(partSize: Int?) throws -> DiskObjectStore {
        try DiskObjectStore(
            dataDirectory: directory.path,
            publicURL: "https://porthole.example",
            signingKey: Array(0..<32),
            partSize: partSize
        )
    }

    private var uploads: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory.path + "/uploads") }
    }

    private func put(
        _ number: Int,
        _ bytes: Range<Int64>,
        of path: String,
        to upload: ObjectUpload,
        in store: DiskObjectStore
    ) async throws -> ObjectPart {
        try await store.putPart(
            number,
            of: upload,
            fileAt: path,
            bytes: bytes,
            sha256: try await store.sha256(ofFileAt: path, bytes: bytes)
        )
    }

    @Test func `a store that was asked for none begins none`() async throws {
        let store = try store(partSize: nil)
        let key = try #require(ObjectKey("recordings/a/b.webm"))
        await #expect(throws: ObjectStoreError.self) {
            try await store.beginUpload(as: key, contentType: "video/webm")
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/uploads"))
    }

    @Test func `an upload goes on after a restart, the sweep of which it outlives`() async throws {
        let key = try #require(ObjectKey("recordings/a/b.webm"))
        let first = try store(partSize: 4)
        let path = directory.path + "/film"
        try Data("abcdefg".utf8).write(to: URL(filePath: path))
        let upload = try await first.beginUpload(as: key, contentType: "video/webm")
        let tail = try await put(2, 4..<7, of: path, to: upload, in: first)
        let second = try store(partSize: 4)
        try await second.sweepStaging(olderThan: 0)
        #expect(try await second.parts(of: upload) == [tail])
        let head = try await put(1, 0..<4, of: path, to: upload, in: second)
        try await second.completeUpload(upload, parts: [head, tail])
        #expect(try String(contentsOfFile: directory.path + "/objects/\(key)", encoding: .utf8) == "abcdefg")
        #expect(try uploads.isEmpty)
    }

    @Test func `a part that the disk changed is not completed, and is to be sent again`() async throws {
        let key = try #require(ObjectKey("recordings/a/b.webm"))
        let store = try store(partSize: 4)
        let path = directory.path + "/film"
        try Data("abcdefg".utf8).write(to: URL(filePath: path))
        let upload = try await store.beginUpload(as: key, contentType: "video/webm")
        let head = try await put(1, 0..<4, of: path, to: upload, in: store)
        let tail = try await put(2, 4..<7, of: path, to: upload, in: store)
        let kept = URL(filePath: directory.path + "/uploads/\(upload.id)/bytes")
        try Data("abcdeXg".utf8).write(to: kept)
        await #expect(throws: ObjectStoreError.wrongChecksum) {
            try await store.completeUpload(upload, parts: [head, tail])
        }
        #expect(try await store.parts(of: upload) == [head])
        #expect(try await put(2, 4..<7, of: path, to: upload, in: store) == tail)
        try await store.completeUpload(upload, parts: [head, tail])
        #expect(try await store.size(of: key) == 7)
    }

    @Test func `ids that are none lead nowhere`() async throws {
        let key = try #require(ObjectKey("recordings/a/b.webm"))
        let store = try store(partSize: 4)
        let upload = ObjectUpload(key: key, id: "../objects")
        await #expect(throws: ObjectStoreError.noSuchUpload) { try await store.parts(of: upload) }
        try await store.abortUpload(upload)
        #expect(FileManager.default.fileExists(atPath: directory.path + "/objects"))
    }
}
