public import Foundation
public import PortholeCore
import Synchronization

/// A store that keeps each object in one directory, named by the order of arrival.
public final class FakeObjectStore: ObjectStore {
    struct Upload {
        var key: ObjectKey
        var parts: [Int: Data] = [:]
    }

    struct State {
        var objects: [ObjectKey: URL] = [:]
        var partSize: Int?
        var uploads: [String: Upload] = [:]
        var names = 0
        var freeBytes: Int64 = .max
        var failures: [ObjectStoreError] = []
        var beforePut: (@Sendable () async throws -> Void)?
        var beforeDelete: (@Sendable () async throws -> Void)?
    }

    /// Needed to change what is stored, and to sign.
    public let permission = Permission(for: "the object store")
    private let directory: URL
    let state = Mutex(State())

    /// Makes an empty store in an existing directory.
    public init(in directory: URL) {
        self.directory = directory
    }

    /// The keys of all objects, sorted.
    public var keys: [String] { state.withLock { $0.objects.keys.map(\.text).sorted() } }

    /// How many files there are that are no objects.
    public func stagedFileCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).count - keys.count
    }

    /// An object's bytes as text; `nil` when there is no such object.
    public func text(of key: ObjectKey?) throws -> String? {
        guard let key, let file = state.withLock({ $0.objects[key] }) else { return nil }
        return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }

    /// How many uploads are neither complete nor aborted.
    public var openUploads: Int { state.withLock(\.uploads.count) }

    /// Sets what ``partSize`` says.
    public func setPartSize(_ size: Int?) {
        state.withLock { $0.partSize = size }
    }

    /// Forgets all uploads, as a store does with old ones.
    public func forgetUploads() {
        state.withLock { $0.uploads = [:] }
    }

    /// Loses the parts of a number.
    public func losePart(_ number: Int) {
        state.withLock { state in
            for id in state.uploads.keys { state.uploads[id]?.parts[number] = nil }
        }
    }

    /// Sets what ``freeBytes()`` says.
    public func setFreeBytes(_ bytes: Int64) {
        state.withLock { $0.freeBytes = bytes }
    }

    /// Lets the next object be refused.
    public func refuseNext(_ error: ObjectStoreError) {
        state.withLock { $0.failures.append(error) }
    }

    /// Lets something happen once, before the next object is stored.
    public func beforeNextPut(_ body: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.beforePut = body }
    }

    /// Lets something happen once, before the next object is deleted.
    public func beforeNextDelete(_ body: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.beforeDelete = body }
    }

    /// Puts a file on the store's disk, as an upload does.
    public func stage(_ text: String) async throws -> String {
        let path = try await stagingPath()
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    /// A fresh path.
    public func stagingPath() async throws -> String { newFile().path }

    /// Deletes a staged file.
    public func discard(stagedFileAt path: String) async {
        guard FileManager.default.fileExists(atPath: path) else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Keeps the file as an object, or refuses as told.
    public func put(fileAt path: String, as key: ObjectKey, contentType: String) async throws {
        permission.require("store \(key)")
        let (before, failure) = state.withLock { state in
            defer { state.beforePut = nil }
            return (state.beforePut, state.failures.isEmpty ? nil : state.failures.removeFirst())
        }
        try await before?()
        if let failure { throw failure }
        guard FileManager.default.fileExists(atPath: path) else {
            throw ObjectStoreError.failed(operation: "open", reason: "No such file")
        }
        let file = newFile()
        try FileManager.default.moveItem(at: URL(filePath: path), to: file)
        try keep(file, as: key)
    }

    /// The text of the bytes, which is not their digest but tells them apart.
    public func sha256(ofFileAt path: String, bytes: Range<Int64>?) async throws -> String {
        Self.sha256(try Self.read(path, bytes: bytes))
    }

    /// Bytes of an object.
    public func size(of key: ObjectKey) async throws -> Int64? {
        try text(of: key).map { Int64($0.utf8.count) }
    }

    /// Writes objects into a file.
    public func export(_ keys: [ObjectKey], into path: String) async throws {
        var bytes = Data()
        for key in keys {
            guard let text = try text(of: key) else { throw ObjectStoreError.notFound(key) }
            bytes += Data(text.utf8)
        }
        try bytes.write(to: URL(filePath: path))
    }

    /// Writes names and texts.
    public func archive(_ objects: [(name: String, key: ObjectKey)], into path: String) async throws {
        let parts = try objects.map { object in
            guard let text = try text(of: object.key) else { throw ObjectStoreError.notFound(object.key) }
            return "\(object.name): \(text)"
        }
        try Data(parts.joined(separator: "\n").utf8).write(to: URL(filePath: path))
    }

    /// Deletes an object.
    public func delete(_ key: ObjectKey) async throws {
        permission.require("delete \(key)")
        let before = state.withLock { state in
            defer { state.beforeDelete = nil }
            return state.beforeDelete
        }
        try await before?()
        let file = state.withLock { $0.objects.removeValue(forKey: key) }
        if let file { try FileManager.default.removeItem(at: file) }
    }

    /// A text that says what it opens.
    public func signedURL(for key: ObjectKey, expiresAt: Date, filename: String?) async throws -> String {
        permission.require("sign \(key)")
        return "signed:\(key)" + (filename.map { "?filename=\($0)" } ?? "")
    }

    /// What the test said.
    public func freeBytes() async -> Int64? { state.withLock(\.freeBytes) }

    /// All is well.
    public func check() async throws {}

    static func sha256(_ bytes: Data) -> String { "sha256 of " + String(decoding: bytes, as: UTF8.self) }

    static func read(_ path: String, bytes: Range<Int64>?) throws -> Data {
        let all = try Data(contentsOf: URL(filePath: path))
        guard let bytes else { return all }
        guard bytes.upperBound <= all.count else {
            throw ObjectStoreError.failed(operation: "read", reason: "The file ends too early")
        }
        return all[Int(bytes.lowerBound)..<Int(bytes.upperBound)]
    }

    func keep(_ file: URL, as key: ObjectKey) throws {
        let replaced = state.withLock { $0.objects.updateValue(file, forKey: key) }
        if let replaced { try FileManager.default.removeItem(at: replaced) }
    }

    func newFile() -> URL {
        let name = state.withLock { state in
            state.names += 1
            return state.names
        }
        return directory.appending(path: "\(name)")
    }
}
