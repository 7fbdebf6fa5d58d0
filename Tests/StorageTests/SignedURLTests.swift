import Foundation
import PortholeCore
import Storage
import Testing

@Suite("Signed object URLs")
final class SignedURLTests: Sendable {
    private struct Parts {
        var key = ""
        var expires = ""
        var filename: String?
        var signature = ""
    }

    private static let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let directory: TemporaryDirectory
    private let store: DiskObjectStore
    private let key: ObjectKey

    init() async throws {
        directory = try TemporaryDirectory()
        store = try DiskObjectStore(
            dataDirectory: directory.path,
            publicURL: "https://porthole.example/",
            signingKey: Array(0..<32)
        )
        key = try #require(ObjectKey("recordings/a/b.webm"))
        let staged = try await store.stagingPath()
        try Data("video".utf8).write(to: URL(fileURLWithPath: staged))
        try await store.put(fileAt: staged, as: key, contentType: "video/webm")
    }

    deinit { directory.remove() }

    private func parts(filename: String? = nil) async throws -> Parts {
        let text = try await store.signedURL(
            for: key,
            expiresAt: Self.now.addingTimeInterval(900),
            filename: filename
        )
        let url = try #require(URLComponents(string: text))
        let items = url.queryItems ?? []
        func item(_ name: String) -> String? { items.first { $0.name == name }?.value }
        #expect(text.hasPrefix("https://porthole.example/objects/recordings/a/b.webm?"))
        return Parts(
            key: String(url.path.dropFirst("/objects/".count)),
            expires: try #require(item("expires")),
            filename: item("filename"),
            signature: try #require(item("signature"))
        )
    }

    private func open(_ parts: Parts, after seconds: TimeInterval = 0) async throws -> StoredObject {
        try await store.open(
            key: parts.key,
            expires: parts.expires,
            filename: parts.filename,
            signature: parts.signature,
            now: Self.now.addingTimeInterval(seconds)
        )
    }

    @Test func `opens the object with its facts until it expires`() async throws {
        let parts = try await parts(filename: "Mía & \"co\"/1.webm")
        let object = try await open(parts, after: 899)
        #expect(try String(contentsOfFile: object.path, encoding: .utf8) == "video")
        #expect(object.size == 5)
        #expect(object.contentType == "video/webm")
        #expect(object.filename == "Mía & \"co\"/1.webm")
        await #expect(throws: SignedURLError.expired) { _ = try await self.open(parts, after: 900) }
        #expect(try await open(self.parts()).filename == nil)
    }

    @Test func `every altered part is refused`() async throws {
        let genuine = try await parts(filename: "a.webm")
        var altered = [Parts](repeating: genuine, count: 7)
        altered[0].key = "recordings/a/c.webm"
        altered[1].expires = String((Int(genuine.expires) ?? 0) + 1)
        altered[2].filename = "b.webm"
        altered[3].filename = nil
        altered[4].signature = String(genuine.signature.reversed())
        altered[5].signature = ""
        altered[6].key = "../keys/master"
        for parts in altered {
            await #expect(throws: SignedURLError.badSignature) { _ = try await self.open(parts) }
        }
    }

    @Test func `a single changed bit of the signature is refused`() async throws {
        let genuine = try await parts()
        for index in genuine.signature.indices {
            var altered = genuine
            altered.signature.replaceSubrange(
                index...index,
                with: genuine.signature[index] == "A" ? "B" : "A"
            )
            await #expect(throws: SignedURLError.badSignature) { _ = try await self.open(altered) }
        }
    }

    @Test func `another server's key does not open`() async throws {
        let other = try DiskObjectStore(
            dataDirectory: directory.path,
            publicURL: "https://porthole.example",
            signingKey: Array(1...32)
        )
        let parts = try await parts()
        await #expect(throws: SignedURLError.badSignature) {
            _ = try await other.open(
                key: parts.key,
                expires: parts.expires,
                filename: nil,
                signature: parts.signature,
                now: Self.now
            )
        }
    }

    @Test func `a genuine URL of a deleted object says so`() async throws {
        let parts = try await parts()
        try await store.delete(key)
        await #expect(throws: SignedURLError.notFound) { _ = try await self.open(parts) }
    }

    @Test(arguments: [
        ("a/b.webm", "video/webm"), ("a/b.mp4", "video/mp4"), ("a/b.mkv", "video/x-matroska"),
        ("a/b.jpg", "image/jpeg"), ("a.webm/b", "application/octet-stream"),
        ("a/7", "application/octet-stream"),
    ])
    func `the content type follows the key's end`(text: String, expected: String) async throws {
        let key = try #require(ObjectKey(text))
        let staged = try await store.stagingPath()
        try Data("x".utf8).write(to: URL(fileURLWithPath: staged))
        try await store.put(fileAt: staged, as: key, contentType: expected)
        let url = try await store.signedURL(
            for: key,
            expiresAt: Self.now.addingTimeInterval(60),
            filename: nil
        )
        let items = try #require(URLComponents(string: url)?.queryItems)
        let object = try await store.open(
            key: text,
            expires: try #require(items.first { $0.name == "expires" }?.value),
            filename: nil,
            signature: try #require(items.first { $0.name == "signature" }?.value),
            now: Self.now
        )
        #expect(object.contentType == expected)
    }
}
