import Foundation
import PortholeCore
import Storage
import Testing

@Suite("Objects on disk")
final class DiskObjectStoreTests: Sendable {
    private let directory: TemporaryDirectory
    private let store: DiskObjectStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try DiskObjectStore(
            dataDirectory: directory.path,
            publicURL: "https://porthole.example",
            signingKey: Array(0..<32)
        )
    }

    deinit { directory.remove() }

    private func key(_ text: String) throws -> ObjectKey { try #require(ObjectKey(text)) }

    private func put(_ bytes: String, as key: ObjectKey) async throws {
        let staged = try await store.stagingPath()
        try Data(bytes.utf8).write(to: URL(fileURLWithPath: staged))
        try await store.put(fileAt: staged, as: key, contentType: "video/webm")
        #expect(!FileManager.default.fileExists(atPath: staged))
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `only this user can read directories and files`() async throws {
        let key = try key("recordings/a/b.webm")
        try await put("x", as: key)
        for path in ["objects", "staging", "objects/recordings", "objects/recordings/a"] {
            #expect(try mode("\(directory.path)/\(path)") == 0o700)
        }
        #expect(try mode("\(directory.path)/objects/recordings/a/b.webm") == 0o600)
    }

    @Test func `directories that become empty go, others stay`() async throws {
        let (first, second) = (try key("chunks/s/one/0"), try key("chunks/s/two/0"))
        try await put("1", as: first)
        try await put("2", as: second)
        try await store.delete(first)
        let manager = FileManager.default
        #expect(!manager.fileExists(atPath: directory.path + "/objects/chunks/s/one"))
        #expect(try await store.size(of: second) == 1)
        try await store.delete(second)
        #expect(!manager.fileExists(atPath: directory.path + "/objects/chunks"))
        #expect(manager.fileExists(atPath: directory.path + "/objects"))
    }

    @Test func `putting and deleting in one directory at once loses nothing`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let key = try self.key("chunks/s/r/\(number)")
                    try await self.put("x", as: key)
                    if number % 2 == 1 { try await self.store.delete(key) }
                }
            }
            try await group.waitForAll()
        }
        for number in 0..<40 {
            let expected: Int64? = number % 2 == 1 ? nil : 1
            #expect(try await store.size(of: key("chunks/s/r/\(number)")) == expected)
        }
    }

    @Test func `storing a file that is not there fails with a reason and no path`() async throws {
        let key = try key("recordings/a/b.webm")
        await #expect(throws: ObjectStoreError.failed(operation: "open", reason: "No such file or directory"))
        {
            try await self.store.put(fileAt: "/nonexistent/file", as: key, contentType: "video/webm")
        }
    }

    @Test func `the sweep takes old leftovers only`() async throws {
        let (old, fresh) = (try await store.stagingPath(), try await store.stagingPath())
        for path in [old, fresh] { try Data("x".utf8).write(to: URL(fileURLWithPath: path)) }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -90_000)],
            ofItemAtPath: old
        )
        #expect(try await store.sweepStaging(olderThan: 86_400) == 1)
        #expect(!FileManager.default.fileExists(atPath: old))
        #expect(FileManager.default.fileExists(atPath: fresh))
        #expect(try await store.sweepStaging(olderThan: 0) == 1)
    }

    @Test func `the check leaves nothing behind and fails when the directory is gone`() async throws {
        try await store.check()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/objects").isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/staging").isEmpty)
        #expect(try #require(await store.freeBytes()) > 0)
        try FileManager.default.removeItem(atPath: directory.path + "/staging")
        await #expect(throws: ObjectStoreError.self) { try await self.store.check() }
    }
}
