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

    /// All files of a recording that has several, in an archive.
    public static func archive(_ recording: Recording) -> ObjectKey {
        trusted("recordings/\(recording.sessionID)/\(recording.id).zip")
    }

    /// The pictures of a file for the seek bar.
    public static func strip(_ recording: Recording, segment: Int) -> ObjectKey {
        trusted("recordings/\(recording.sessionID)/\(recording.id)-\(segment)-strip.jpg")
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

    /// A file that the server is recording, on its own disk.
    public static func live(_ segment: Recording.Segment, of recording: Recording) -> ObjectKey {
        let name = "\(segment.number).\(segment.container.fileExtension)"
        return trusted("\(livePrefix)\(recording.sessionID)/\(recording.id)/\(name)")
    }

    private static let livePrefix = "live/"

    /// Of a key of ``live(_:of:)`` what follows the prefix.
    public var liveName: Substring? {
        text.hasPrefix(Self.livePrefix) ? text.dropFirst(Self.livePrefix.count) : nil
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

extension ObjectKey: Codable {
    /// Reads a key, and refuses what is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let key = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an object's key")
        }
        self = key
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
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

    /// SHA-256 of a local file, in hexadecimal digits.
    ///
    /// - Parameter bytes: Which of its bytes; `nil` for all of them.
    /// - Throws: ``ObjectStoreError``, also where the file ends before the bytes do.
    func sha256(ofFileAt path: String, bytes: Range<Int64>?) async throws -> String

    /// Bytes, or `nil` when there is no such object.
    func size(of key: ObjectKey) async throws -> Int64?

    /// Writes the bytes of these objects, one after another, into a local file.
    ///
    /// - Throws: ``ObjectStoreError/notFound(_:)`` when one is missing.
    func export(_ keys: [ObjectKey], into path: String) async throws

    /// Writes a ZIP archive of these objects, each under a name, into a local file.
    ///
    /// - Throws: ``ObjectStoreError/notFound(_:)`` when one is missing.
    func archive(_ objects: [(name: String, key: ObjectKey)], into path: String) async throws

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

    /// Bytes of every part but the last of a large object; `nil` where files are stored as they are, because that
    /// moves no bytes: there is no upload to begin then.
    ///
    /// A store picks one with which its number of parts suffices (S3: 10,000 parts of at least 5 MiB).
    var partSize: Int? { get }

    /// Begins to store a large object, part by part (S3: `CreateMultipartUpload`); under its key is what was there
    /// before, until ``completeUpload(_:parts:)``.
    ///
    /// The rules are those of S3 that all servers of its kind share, see
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>: parts come in any order, and again; every
    /// one but the last has ``partSize`` bytes, as R2 asks. A store may forget an upload that takes long, and throws
    /// ``ObjectStoreError/noSuchUpload`` from then on.
    func beginUpload(as key: ObjectKey, contentType: String) async throws -> ObjectUpload

    /// Stores a part, durably, or replaces it (S3: `UploadPart`); the file stays. No more than one part is in memory.
    ///
    /// - Parameters:
    ///   - number: From 1.
    ///   - bytes: Those of the local file that are the part.
    ///   - sha256: Their SHA-256 in hexadecimal digits.
    /// - Throws: ``ObjectStoreError/wrongChecksum`` when other bytes arrived; what was there under this number stays.
    func putPart(
        _ number: Int,
        of upload: ObjectUpload,
        fileAt path: String,
        bytes: Range<Int64>,
        sha256: String
    ) async throws -> ObjectPart

    /// The parts that are there, in order of number (S3: `ListParts`).
    func parts(of upload: ObjectUpload) async throws -> [ObjectPart]

    /// Makes the object of its parts, replacing what was under the key, and ends the upload (S3:
    /// `CompleteMultipartUpload`, whose answer may be an error with status 200).
    ///
    /// - Parameter parts: All parts from the first to the last, as they were put.
    /// - Throws: When one of them is not there, or is not what was put; the upload goes on.
    func completeUpload(_ upload: ObjectUpload, parts: [ObjectPart]) async throws

    /// Deletes the parts of an upload (S3: `AbortMultipartUpload`); one that is not there is no error.
    func abortUpload(_ upload: ObjectUpload) async throws
}

extension ObjectStore {
    /// SHA-256 of a whole local file, in hexadecimal digits.
    ///
    /// - Throws: ``ObjectStoreError``.
    public func sha256(ofFileAt path: String) async throws -> String {
        try await sha256(ofFileAt: path, bytes: nil)
    }
}

/// An object in the making.
public struct ObjectUpload: Hashable, Sendable {
    /// What it will be called.
    public let key: ObjectKey
    /// The store's own name for the upload.
    public let id: String

    /// Names an upload.
    public init(key: ObjectKey, id: String) {
        self.key = key
        self.id = id
    }
}

/// A part of an object in the making, as the store has it.
public struct ObjectPart: Equatable, Sendable {
    /// From 1.
    public let number: Int
    /// Bytes.
    public let size: Int64
    /// The store's own word for its bytes (S3: `ETag`): another one means other bytes.
    public let tag: String

    /// Makes one from its parts.
    public init(number: Int, size: Int64, tag: String) {
        self.number = number
        self.size = size
        self.tag = tag
    }
}

/// Why the store did not do as asked.
public enum ObjectStoreError: Error, Equatable, Sendable {
    case notFound(ObjectKey)
    /// The upload was completed or aborted, or the store forgot it.
    case noSuchUpload
    /// Other bytes arrived than were sent.
    case wrongChecksum
    /// No room for another object; what is stored stays readable.
    case outOfSpace
    /// With the operation and the system's reason, never a path or URL.
    case failed(operation: String, reason: String)
}
