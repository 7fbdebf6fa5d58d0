public import Foundation
public import PortholeCore
import Synchronization

/// A store that is far away: what is asked of another one goes through a connection that fails as a test says.
///
/// Only calls that would go over the network fail; paths and checksums of local files are not among them.
public final class FaultyObjectStore: ObjectStore {
    /// What is wrong.
    public enum Fault: Sendable {
        /// Nothing is reached until this moment.
        case down(until: Date)
        /// Every second call fails before it does anything, the first included.
        case everySecondFails
        /// Every second call is done, and its answer is lost.
        case everySecondAnswerIsLost
        /// So many parts and objects are damaged on their way.
        case damages(Int)
        /// So many objects that are made of parts lose their end there.
        case truncates(Int)
        /// Each call takes so many seconds.
        case slow(seconds: TimeInterval)
        /// So many calls are done; all others fail.
        case diesAfter(calls: Int)
    }

    /// A call that was done.
    public enum Call: Hashable, Sendable {
        case put
        case begin
        case part(Int)
        case parts
        case complete
        case abort
        case size
        case export
        case delete
        case sign
        case check
    }

    private struct State {
        var fault: Fault?
        var attempts = 0
        var failures = 0
        var calls: [Call] = []
        var meanwhile: (@Sendable (Call) async throws -> Void)?
    }

    private let store: any ObjectStore
    private let clock: ManualClock
    private let state = Mutex(State())

    /// Makes one without faults, over another.
    public init(_ store: any ObjectStore, clock: ManualClock) {
        self.store = store
        self.clock = clock
    }

    /// Lets something go wrong from now on; `nil`: nothing does.
    public func set(_ fault: Fault?) {
        state.withLock { state in
            state.fault = fault
            state.attempts = 0
        }
    }

    /// The calls that the other store did, in order.
    public var calls: [Call] { state.withLock(\.calls) }

    /// How many calls failed by a fault.
    public var failures: Int { state.withLock(\.failures) }

    /// Lets something happen before every call, whether it fails or not.
    public func meanwhile(_ body: @escaping @Sendable (Call) async throws -> Void) {
        state.withLock { $0.meanwhile = body }
    }

    private static let refused = ObjectStoreError.failed(operation: "connect", reason: "Connection refused")
    private static let broken = ObjectStoreError.failed(operation: "call", reason: "Internal server error")
    private static let lost = ObjectStoreError.failed(operation: "call", reason: "Connection reset by peer")

    private func through<Value: Sendable>(
        _ call: Call,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let (attempt, fault, meanwhile) = state.withLock { state in
            state.attempts += 1
            return (state.attempts, state.fault, state.meanwhile)
        }
        try await meanwhile?(call)
        switch fault {
        case .down(let end) where clock.now < end: throw fail(Self.refused)
        case .diesAfter(let calls) where attempt > calls: throw fail(Self.refused)
        case .everySecondFails where attempt % 2 == 1: throw fail(Self.broken)
        case .slow(let seconds): clock.advance(by: seconds)
        default: break
        }
        let value = try await body()
        state.withLock { $0.calls.append(call) }
        if case .everySecondAnswerIsLost = fault, attempt % 2 == 1 { throw fail(Self.lost) }
        return value
    }

    private func fail(_ error: ObjectStoreError) -> ObjectStoreError {
        state.withLock { $0.failures += 1 }
        return error
    }

    /// Whether the next transfer is damaged.
    private func damagesNext() -> Bool {
        state.withLock { state in
            guard case .damages(let count) = state.fault, count > 0 else { return false }
            state.fault = .damages(count - 1)
            state.failures += 1
            return true
        }
    }

    private func truncatesNext() -> Bool {
        state.withLock { state in
            guard case .truncates(let count) = state.fault, count > 0 else { return false }
            state.fault = .truncates(count - 1)
            state.failures += 1
            return true
        }
    }

    // MARK: On this machine

    /// The other's.
    public var partSize: Int? { store.partSize }

    /// The other's.
    public func stagingPath() async throws -> String { try await store.stagingPath() }

    /// The other's.
    public func discard(stagedFileAt path: String) async { await store.discard(stagedFileAt: path) }

    /// The other's.
    public func sha256(ofFileAt path: String, bytes: Range<Int64>?) async throws -> String {
        try await store.sha256(ofFileAt: path, bytes: bytes)
    }

    /// The other's.
    public func freeBytes() async -> Int64? { await store.freeBytes() }

    // MARK: Far away

    /// Stores it; one that is damaged on its way is refused.
    public func put(fileAt path: String, as key: ObjectKey, contentType: String) async throws {
        try await through(.put) {
            if damagesNext() { throw ObjectStoreError.wrongChecksum }
            try await store.put(fileAt: path, as: key, contentType: contentType)
        }
    }

    /// Bytes of an object.
    public func size(of key: ObjectKey) async throws -> Int64? {
        try await through(.size) { try await store.size(of: key) }
    }

    /// Writes objects into a file.
    public func export(_ keys: [ObjectKey], into path: String) async throws {
        try await through(.export) { try await store.export(keys, into: path) }
    }

    /// As the other store does.
    public func archive(_ objects: [(name: String, key: ObjectKey)], into path: String) async throws {
        let objects = objects.map { (name: $0.name, key: $0.key) }
        try await through(.export) { try await store.archive(objects, into: path) }
    }

    /// Deletes an object.
    public func delete(_ key: ObjectKey) async throws {
        try await through(.delete) { try await store.delete(key) }
    }

    /// The other's.
    public func signedURL(for key: ObjectKey, expiresAt: Date, filename: String?) async throws -> String {
        try await through(.sign) {
            try await store.signedURL(for: key, expiresAt: expiresAt, filename: filename)
        }
    }

    /// Whether it can be reached.
    public func check() async throws {
        try await through(.check) { try await store.check() }
    }

    /// Begins an upload.
    public func beginUpload(as key: ObjectKey, contentType: String) async throws -> ObjectUpload {
        try await through(.begin) { try await store.beginUpload(as: key, contentType: contentType) }
    }

    /// Puts a part; of one that is damaged on its way the other gets the damaged bytes with the true checksum.
    public func putPart(
        _ number: Int,
        of upload: ObjectUpload,
        fileAt path: String,
        bytes: Range<Int64>,
        sha256: String
    ) async throws -> ObjectPart {
        try await through(.part(number)) {
            guard damagesNext() else {
                return try await store.putPart(number, of: upload, fileAt: path, bytes: bytes, sha256: sha256)
            }
            let damaged = try await store.stagingPath()
            var copy = try Data(contentsOf: URL(filePath: path))
            copy[Int(bytes.lowerBound)] ^= 1
            try copy.write(to: URL(filePath: damaged))
            do {
                let part = try await store.putPart(
                    number,
                    of: upload,
                    fileAt: damaged,
                    bytes: bytes,
                    sha256: sha256
                )
                await store.discard(stagedFileAt: damaged)
                return part
            } catch {
                await store.discard(stagedFileAt: damaged)
                throw error
            }
        }
    }

    /// The parts of an upload.
    public func parts(of upload: ObjectUpload) async throws -> [ObjectPart] {
        try await through(.parts) { try await store.parts(of: upload) }
    }

    /// Completes an upload.
    public func completeUpload(_ upload: ObjectUpload, parts: [ObjectPart]) async throws {
        try await through(.complete) {
            try await store.completeUpload(upload, parts: parts)
            guard truncatesNext() else { return }
            let path = try await store.stagingPath()
            try await store.export([upload.key], into: path)
            try Data(contentsOf: URL(filePath: path)).dropLast().write(to: URL(filePath: path))
            try await store.put(fileAt: path, as: upload.key, contentType: "application/octet-stream")
        }
    }

    /// Aborts an upload.
    public func abortUpload(_ upload: ObjectUpload) async throws {
        try await through(.abort) { try await store.abortUpload(upload) }
    }
}
