public import Foundation
public import PortholeCore

/// Keeps objects as files below one directory, and hands them out by URLs that it signs.
///
/// ```
/// DATA_DIR/objects/…   one file for each object, named by its key
/// DATA_DIR/staging/…   files in the making, on the same file system: storing one is a rename
/// DATA_DIR/recordings/…   what the server records now, readable by keys that begin with `live/`
/// DATA_DIR/uploads/…   objects that are put part by part, if that is asked for
/// ```
public struct DiskObjectStore: ObjectStore {
    /// `nil`, unless local files are to be copied part by part, as to a store that is elsewhere.
    public let partSize: Int?

    private let stagingDirectory: String
    private let objectsDirectory: String
    private let liveDirectory: String
    let uploadsDirectory: String
    private let publicURL: String
    private let signer: URLSigner
    let workers = FileWorkers()

    /// Makes the directories (0700) when they are missing, blocking meanwhile.
    ///
    /// - Parameters:
    ///   - dataDirectory: `DATA_DIR`.
    ///   - publicURL: `PUBLIC_URL`, the base of signed URLs.
    ///   - signingKey: 32 bytes that no other use shares.
    ///   - partSize: Bytes of a part, to take large objects in parts.
    /// - Throws: ``ObjectStoreError``.
    public init(
        dataDirectory: String,
        publicURL: String,
        signingKey: [UInt8],
        partSize: Int? = nil
    ) throws {
        let root = URL(fileURLWithPath: dataDirectory).standardizedFileURL.path
        objectsDirectory = root + "/objects"
        stagingDirectory = root + "/staging"
        liveDirectory = root + "/recordings"
        uploadsDirectory = root + "/uploads"
        self.partSize = partSize
        self.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
        signer = URLSigner(key: signingKey)
        try Disk.makePrivateDirectory(objectsDirectory)
        try Disk.makePrivateDirectory(stagingDirectory)
    }

    /// A new name in `DATA_DIR/staging`.
    public func stagingPath() async throws -> String {
        "\(stagingDirectory)/\(UUID().uuidString.lowercased())"
    }

    /// Deletes a staged file.
    public func discard(stagedFileAt path: String) async {
        // What cannot be deleted now is swept later.
        _ = try? await workers.run { unlink(path) }
    }

    /// Syncs the file, renames it into place, and syncs the directory.
    public func put(fileAt path: String, as key: ObjectKey, contentType: String) async throws {
        let target = self.path(of: key)
        try await workers.run { try Disk.moveDurably(path, to: target) }
    }

    /// Bytes of the object's file.
    public func size(of key: ObjectKey) async throws -> Int64? {
        let path = path(of: key)
        return try await workers.run { try Disk.size(path) }
    }

    /// Reads the file.
    public func sha256(ofFileAt path: String, bytes: Range<Int64>?) async throws -> String {
        try await workers.run { try Disk.sha256(path, bytes: bytes) }
    }

    /// Copies the objects' files one after another.
    public func export(_ keys: [ObjectKey], into path: String) async throws {
        let sources = keys.map { self.path(of: $0) }
        try await workers.run {
            try Disk.concatenate(sources, into: path, missing: { .notFound(keys[$0]) })
        }
    }

    /// Reads the objects' files in place.
    public func archive(_ objects: [(name: String, key: ObjectKey)], into path: String) async throws {
        let files = objects.map { (name: $0.name, path: self.path(of: $0.key)) }
        try await workers.run {
            for (file, object) in zip(files, objects) {
                guard try Disk.size(file.path) != nil else { throw ObjectStoreError.notFound(object.key) }
            }
            try ZipArchive.write(files, to: path)
        }
    }

    /// Deletes the file and the directories that it leaves empty.
    public func delete(_ key: ObjectKey) async throws {
        let path = path(of: key)
        let root = objectsDirectory
        try await workers.run { try Disk.remove(path, upTo: root) }
    }

    /// A URL that ``open(key:expires:filename:signature:now:)`` accepts until `expiresAt`.
    public func signedURL(for key: ObjectKey, expiresAt: Date, filename: String?) async throws -> String {
        "\(publicURL)/objects/\(key)?\(signer.query(for: key, expiresAt: expiresAt, filename: filename))"
    }

    /// What the file system of `DATA_DIR/objects` leaves to this user.
    public func freeBytes() async -> Int64? {
        let directory = objectsDirectory
        // The call itself cannot throw; `nil` is the port's word for "not known".
        return try? await workers.run { Disk.freeBytes(directory) }
    }

    /// Does with a small file what storing does with a large one.
    public func check() async throws {
        let name = ".check-\(UUID().uuidString)"
        let (source, target, root) = (
            stagingDirectory + "/" + name, objectsDirectory + "/" + name, objectsDirectory
        )
        try await workers.run {
            defer { unlink(source) }
            try Disk.write(Array(repeating: 0, count: 4096), to: source)
            try Disk.moveDurably(source, to: target)
            try Disk.remove(target, upTo: root)
        }
    }

    func path(of key: ObjectKey) -> String {
        key.liveName.map { "\(liveDirectory)/\($0)" } ?? "\(objectsDirectory)/\(key)"
    }
}

extension DiskObjectStore {
    /// Finds the object that a signed URL's parts, as they stand in the request, allow to read.
    ///
    /// - Parameters:
    ///   - key: What follows `/objects/`.
    ///   - expires: The query's `expires`.
    ///   - filename: The query's `filename`, percent-decoded.
    ///   - signature: The query's `signature`.
    /// - Throws: ``SignedURLError``, or ``ObjectStoreError`` when the disk fails.
    public func open(
        key text: String,
        expires: String,
        filename: String?,
        signature: String,
        now: Date
    ) async throws -> StoredObject {
        guard signer.isGenuine(key: text, expires: expires, filename: filename, signature: signature),
            let key = ObjectKey(text), let deadline = Int64(expires)
        else { throw SignedURLError.badSignature }
        guard now.timeIntervalSince1970 < Double(deadline) else { throw SignedURLError.expired }
        guard let size = try await size(of: key) else { throw SignedURLError.notFound }
        return StoredObject(
            path: path(of: key),
            size: size,
            contentType: StoredObject.contentType(ofKey: text),
            filename: filename
        )
    }

    /// Removes what a crash or a broken upload left in staging.
    ///
    /// - Parameter age: Seconds since the last change; younger files may still be in the making. `0` right after the
    ///   start, when nothing is.
    /// - Returns: How many files went.
    @discardableResult
    public func sweepStaging(olderThan age: TimeInterval = 24 * 60 * 60) async throws -> Int {
        let directory = stagingDirectory
        return try await workers.run {
            let limit = Date(timeIntervalSinceNow: -age)
            let manager = FileManager.default
            var removed = 0
            for name in try manager.contentsOfDirectory(atPath: directory) {
                let path = directory + "/" + name
                // A file that goes away meanwhile was somebody's to move or remove.
                guard let changed = try? manager.attributesOfItem(atPath: path)[.modificationDate] as? Date,
                    changed <= limit, (try? manager.removeItem(atPath: path)) != nil
                else { continue }
                removed += 1
            }
            return removed
        }
    }
}
