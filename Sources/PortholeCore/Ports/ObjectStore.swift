public import Foundation

/// The name of one stored object: slash-separated segments of `[A-Za-z0-9._-]`, none of them `.` or `..`.
public struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
    /// The key's text, at most 512 bytes.
    public let text: String

    /// - Returns: `nil` when the text is not a key.
    public init?(_ text: String) {
        guard (1...512).contains(text.utf8.count) else { return nil }
        for segment in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard !segment.isEmpty, segment != ".", segment != "..", segment.utf8.allSatisfy(Self.isAllowed)
            else {
                return nil
            }
        }
        self.text = text
    }

    /// A recording's file.
    public static func recording(_ recording: Recording, fileExtension: String, revision: String) -> ObjectKey
    {
        trusted("recordings/\(recording.sessionID)/\(recording.id)-\(revision).\(fileExtension)")
    }

    /// A recording's poster picture.
    public static func thumbnail(_ recording: Recording, revision: String) -> ObjectKey {
        trusted("recordings/\(recording.sessionID)/\(recording.id)-\(revision).jpg")
    }

    /// A chunk of a run.
    ///
    /// Part of the digest is in its name, so that different bytes under one number never overwrite each other.
    public static func chunk(
        sessionID: SessionID,
        runID: RecordingRunID,
        number: Int,
        digest: [UInt8]
    ) -> ObjectKey {
        let suffix = digest.prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return trusted("chunks/\(sessionID)/\(runID)/\(number)-\(suffix)")
    }

    private static func trusted(_ text: String) -> ObjectKey {
        guard let key = ObjectKey(text) else { preconditionFailure("ids and numbers make keys") }
        return key
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// The text itself.
    public var description: String { text }
}

/// Where files live.
public protocol ObjectStore: Sendable {
    /// A fresh path for a file that is being prepared, on the store's own disk, so that
    /// ``put(fileAt:as:contentType:)`` can be a rename.
    func stagingPath() async throws -> String

    /// Deletes a file that was prepared and is not wanted; one that is not there is no error.
    func discard(stagedFileAt path: String) async

    /// Stores a local file under a key, replacing what was there; the file is consumed. Durable on return.
    ///
    /// - Throws: ``ObjectStoreError``.
    func put(fileAt path: String, as key: ObjectKey, contentType: String) async throws

    /// Bytes, or `nil` when there is no such object.
    func size(of key: ObjectKey) async throws -> Int64?

    /// Writes the bytes of these objects, one after another, into a local file.
    ///
    /// - Throws: ``ObjectStoreError/notFound(_:)`` when one is missing.
    func export(_ keys: [ObjectKey], into path: String) async throws

    /// Deletes an object; one that is not there is no error.
    func delete(_ key: ObjectKey) async throws

    /// Where a browser may fetch the object until `expiresAt`, without any header, with Range.
    ///
    /// - Parameter filename: Given, the browser saves under this name instead of showing.
    func signedURL(for key: ObjectKey, expiresAt: Date, filename: String?) async throws -> String

    /// Bytes free for new objects; `nil` where that has no meaning.
    func freeBytes() async -> Int64?

    /// Throws when nothing can be stored now (for `/health`).
    func check() async throws
}

/// Why the store did not do as asked.
public enum ObjectStoreError: Error, Equatable, Sendable {
    case notFound(ObjectKey)
    /// No room for another object; what is stored stays readable.
    case outOfSpace
    /// With the operation and the system's reason, never a path or URL.
    case failed(operation: String, reason: String)
}
