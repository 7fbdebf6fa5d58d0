import Foundation
import Testing

@testable import Identity

@Suite("Keys of the server")
struct KeyRingTests {
    /// Mailed links depend on these: a change of derivation is a change of version, not of vectors.
    @Test(
        arguments: [
            (.watch, "65a7117f719ac915ab42c75ed56eec9131fe8a4b51cae85d037b3b2f91c7fe49"),
            (.ticket, "cabef844cfa4ed10971955d96433a07d80b8e09582de119660d81419c2b4f6cb"),
            (.unsubscribe, "f33979022c3ae93b741f25e218b9dc0db96452987251b57a7c468fb85f58ed38"),
            (.object, "e80705498e819124db99e689b4a37e5bbb78c5ecbc0ad651b453c1768c01a42f"),
            (.tombstone, "ae3e89b390ea8c086f34618d8353421e22ef9899b7afc513a4384729bcce15a9"),
        ] as [(KeyRing.Purpose, String)]
    )
    func `derives each purpose's key from the secret`(purpose: KeyRing.Purpose, key: String) {
        let keys = KeyRing(secret: "a secret of the operator")
        #expect(keys.key(for: purpose).map { String(format: "%02x", $0) }.joined() == key)
    }

    @Test
    func `makes the master secret once, for nobody else to read`() async throws {
        try await withTemporaryDirectory { directory in
            let first = try KeyRing(dataDirectory: directory)
            let second = try KeyRing(dataDirectory: directory)
            #expect(first.key(for: .watch) == second.key(for: .watch))
            #expect(try permissions("\(directory)/keys") == 0o700)
            #expect(try permissions("\(directory)/keys/master") == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/keys") == ["master"])
            #expect(try Data(contentsOf: URL(filePath: "\(directory)/keys/master")).count == 32)
        }
    }

    @Test
    func `gives servers that start at once the same secret`() async throws {
        try await withTemporaryDirectory { directory in
            let keys = try await withThrowingTaskGroup { group in
                for _ in 0..<16 {
                    group.addTask { try KeyRing(dataDirectory: directory).key(for: .ticket) }
                }
                return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
            }
            #expect(keys.count == 1)
        }
    }

    @Test(arguments: [0, 31, 33])
    func `refuses a master file of another size and leaves it alone`(size: Int) async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/keys/master"
            try FileManager.default.createDirectory(
                atPath: "\(directory)/keys",
                withIntermediateDirectories: true
            )
            try Data(repeating: 7, count: size).write(to: URL(filePath: path))
            #expect(throws: KeyFileError.unusable(path: path)) { try KeyRing(dataDirectory: directory) }
            #expect(try Data(contentsOf: URL(filePath: path)) == Data(repeating: 7, count: size))
        }
    }

    @Test
    func `says what failed where a key cannot be made`() async throws {
        try await withTemporaryDirectory { directory in
            try Data().write(to: URL(filePath: "\(directory)/keys"))
            #expect(
                throws: KeyFileError.failed(operation: "open", path: "\(directory)/keys/jwt", errno: ENOTDIR)
            ) {
                try KeyRing.developmentJWTSecret(dataDirectory: directory)
            }
        }
    }

    @Test
    func `makes a JWT secret for development once`() async throws {
        try await withTemporaryDirectory { directory in
            let secret = try KeyRing.developmentJWTSecret(dataDirectory: directory)
            #expect(Base64URL.decode(secret)?.count == 32)
            #expect(try KeyRing.developmentJWTSecret(dataDirectory: directory) == secret)
            #expect(try permissions("\(directory)/keys/jwt") == 0o600)
        }
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

private func withTemporaryDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let directory = try temporaryDirectory()
    defer { removeDirectory(directory) }
    return try await body(directory)
}

private func temporaryDirectory() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "porthole-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}

private func removeDirectory(_ path: String) {
    do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
}
