public import Foundation

/// The name of one stored object: slash-separated segments of `[A-Za-z0-9._-]`, none of them `.` or `..`.
public struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
    /// The key's text, at most 512 bytes.
    public let text: String

    /// - Returns: `nil` when the text is not a key.
    public init?(_ text: String) {
        guard (1...512).contains(text.utf8.count) else { return nil }
        for segment in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard !segment.isEmpty, segment != ".", segment != "..", segment.utf8.allSatisfy(Self.isAllowed) else {
                return nil
            }
        }
        self.text = text
    }

    /// A recording's file.
    public static func recording(_ recording: Recording, fileExtension: String, revision: String) -> ObjectKey {
        trusted("recordings/\(recording.sessionID)/\(recording.id)-\(revision).\(fileExtension)")
    }

    /// A recording's poster picture.
    public static func thumbnail(_ recording: Recording, revision: String) -> ObjectKey {
        trusted("recordings/\(recording.sessionID)/\(recording.id)-\(revision).jpg")
    }

    /// A chunk of a run.
    public static func chunk(sessionID: SessionID, runID: RecordingRunID, number: Int) -> ObjectKey {
        trusted("chunks/\(sessionID)/\(runID)/\(number)")
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

    public var description: String { text }
}

/// Where files live.
public protocol ObjectStore: Sendable {
    /// A local directory on which files are prepared, so that ``put(fileAt:as:contentType:)`` can be a rename.
    var stagingDirectory: String { get }

    /// Stores a local file under a key, replacing what was there; the file is consumed. Durable on return.
    func put(fileAt path: String, as key: ObjectKey, contentType: String) async throws

    /// Bytes, or `nil` when there is no such object.
    func size(of key: ObjectKey) async throws -> Int64?

    /// Gives a path at which the object's bytes can be read until `body` returns.
    func withLocalFile<Value: Sendable>(
        of key: ObjectKey,
        _ body: @Sendable (String) async throws -> Value
    ) async throws -> Value

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
