import Foundation

/// Why a key file could not be read or made.
public enum KeyFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The operation on this path failed with this `errno`.
    case failed(operation: String, path: String, errno: Int32)
    /// The file is there and holds something else than a key.
    case unusable(path: String)

    /// What failed, for the operator.
    public var description: String {
        switch self {
        case .failed(let operation, let path, let errno):
            "cannot \(operation) \(path): \(String(cString: strerror(errno)))"
        case .unusable(let path):
            "\(path) does not hold a key: restore it from a backup, or remove it to make a new one (links that were mailed stop working)"
        }
    }
}

/// A secret in a file of its own, made once and never overwritten.
struct KeyFile {
    let path: String

    /// What the file holds; made by `make` when there is no file yet.
    ///
    /// The bytes are on disk before the name is, and the name is given by `link`, which never replaces: of two
    /// servers that start at once both get the same key, and a crash leaves a whole file or none.
    func contents(orMake make: () -> [UInt8]) throws -> [UInt8] {
        if let existing = try read() { return existing }
        let directory = (path as NSString).deletingLastPathComponent
        try createDirectory(directory)
        let draft = "\(directory)/.\(UUID().uuidString)"
        try write(make(), to: draft)
        defer { unlink(draft) }
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure("make", path) }
        try synchronize(directory)
        guard let contents = try read() else { throw KeyFileError.unusable(path: path) }
        return contents
    }

    private func read() throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open", path)
        }
        defer { close(descriptor) }
        // No key is anywhere near this long.
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw failure("read", path) }
        return Array(bytes.prefix(count))
    }

    private func createDirectory(_ directory: String) throws {
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    private func write(_ bytes: [UInt8], to draft: String) throws {
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create", draft) }
        defer { close(descriptor) }
        let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count, fsync(descriptor) == 0 else {
            let error = failure("write", draft)
            unlink(draft)
            throw error
        }
    }

    private func synchronize(_ directory: String) throws {
        let descriptor = open(directory, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("write", directory) }
    }

    private func failure(_ operation: String, _ path: String) -> KeyFileError {
        .failed(operation: operation, path: path, errno: errno)
    }
}
