import Crypto
import Foundation
import NIOCore
import NIOPosix
import PortholeCore

/// A file that grows while its upload comes in: written on a thread pool, hashed on the way, never held in memory.
struct StagedUpload {
    let path: String
    private let handle: FileHandle
    private var hash = SHA256()
    private var size: Int64 = 0

    init(path: String) throws {
        self.path = path
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: nil,
                attributes: [.posixPermissions: 0o600]
            ),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw DomainError.unavailable("The server cannot store uploads now", retryAfter: 60) }
        self.handle = handle
    }

    /// - Throws: ``DomainError/unavailable(_:retryAfter:)`` when the disk takes no more.
    mutating func append(_ bytes: [UInt8], limit: Int64) async throws {
        guard size + Int64(bytes.count) <= limit else {
            throw DomainError.tooLarge("A chunk is at most \(limit) bytes")
        }
        size += Int64(bytes.count)
        hash.update(data: bytes)
        let handle = handle
        do {
            try await NIOThreadPool.singleton.runIfActive { try handle.write(contentsOf: bytes) }
        } catch {
            throw DomainError.unavailable("The server's disk is full", retryAfter: 60)
        }
    }

    /// Closes the file.
    func finish() throws -> StagedFile {
        try handle.close()
        return StagedFile(path: path, size: size, digest: Array(hash.finalize()))
    }

    func cancel() {
        // The file is discarded either way; a handle that cannot be closed is closed already.
        try? handle.close()
    }
}
