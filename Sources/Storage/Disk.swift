import Crypto
import Foundation
import PortholeCore

/// The file calls that storage is made of: they block, and leave behind what survives a loss of power.
enum Disk {
    /// Makes a directory with its parents, for this user only.
    ///
    /// Existing directories keep their mode, except the last one: it may be older than this rule.
    static func makePrivateDirectory(_ path: String) throws(ObjectStoreError) {
        try makeDirectories(path)
        guard chmod(path, 0o700) == 0 else { throw .last("chmod") }
    }

    /// Makes what is missing of a path, and syncs each new entry into its parent.
    static func makeDirectories(_ path: String) throws(ObjectStoreError) {
        if mkdir(path, 0o700) == 0 {
            return try syncDirectory(parent(of: path))
        }
        switch errno {
        case EEXIST:
            return
        case ENOENT:
            try makeDirectories(parent(of: path))
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last("mkdir") }
            try syncDirectory(parent(of: path))
        default:
            throw .last("mkdir")
        }
    }

    /// SHA-256 of a file, or of some of its bytes, in hexadecimal digits, read in pieces.
    static func sha256(_ path: String, bytes: Range<Int64>? = nil) throws(ObjectStoreError) -> String {
        var hash = SHA256()
        try read(path, bytes: bytes) { piece throws(ObjectStoreError) in
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Writes some bytes of a file over those that another one has at an offset, and syncs them.
    static func copy(
        _ source: String,
        bytes: Range<Int64>,
        into target: String,
        at offset: Int64
    ) throws(ObjectStoreError) {
        let output = open(target, O_WRONLY | O_CLOEXEC)
        guard output >= 0 else { throw .last("open") }
        defer { close(output) }
        guard lseek(output, off_t(offset), SEEK_SET) >= 0 else { throw .last("lseek") }
        try read(source, bytes: bytes) { piece throws(ObjectStoreError) in try writeAll(piece, to: output) }
        guard fsync(output) == 0 else { throw .last("fsync") }
    }

    /// Reads a file, or some of its bytes, in pieces.
    static func read(
        _ path: String,
        bytes: Range<Int64>? = nil,
        _ body: (ArraySlice<UInt8>) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .last("open") }
        defer { close(file) }
        if let bytes {
            guard lseek(file, off_t(bytes.lowerBound), SEEK_SET) >= 0 else { throw .last("lseek") }
        }
        let left = try read(from: file, most: bytes.map { $0.upperBound - $0.lowerBound } ?? .max, body)
        guard bytes == nil || left == 0 else {
            throw .failed(operation: "read", reason: "The file ends too early")
        }
    }

    /// - Returns: How much there was not.
    private static func read(
        from file: Int32,
        most: Int64,
        _ body: (ArraySlice<UInt8>) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> Int64 {
        var left = most
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while left > 0 {
            let wanted = Int(min(left, Int64(piece.count)))
            let count = Foundation.read(file, &piece, wanted)
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw .last("read")
            }
            if count == 0 { break }
            try body(piece[..<count])
            left -= Int64(count)
        }
        return left
    }

    /// Moves a file to its place so that it is there whole, or not at all, whenever power fails.
    static func moveDurably(_ source: String, to target: String) throws(ObjectStoreError) {
        try syncFile(source)
        try rename(source, into: target)
        try syncDirectory(parent(of: target))
    }

    /// Renames into a directory that a concurrent deletion may have removed because it was empty.
    private static func rename(_ source: String, into target: String) throws(ObjectStoreError) {
        var attemptsLeft = 10
        while true {
            try makeDirectories(parent(of: target))
            if Foundation.rename(source, target) == 0 { return }
            attemptsLeft -= 1
            guard errno == ENOENT, attemptsLeft > 0, access(source, F_OK) == 0 else { throw .last("rename") }
        }
    }

    /// Deletes a file, and the directories above it that became empty, up to `root`.
    static func remove(_ path: String, upTo root: String) throws(ObjectStoreError) {
        guard unlink(path) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return }
            throw .last("unlink")
        }
        var directory = parent(of: path)
        while directory.utf8.count > root.utf8.count, rmdir(directory) == 0 {
            directory = parent(of: directory)
        }
        try syncDirectory(directory)
    }

    /// Bytes of a regular file; `nil` when there is none.
    static func size(_ path: String) throws(ObjectStoreError) -> Int64? {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .last("stat")
        }
        guard facts.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(facts.st_size)
    }

    /// Bytes that this user may still write on the file system of `path`.
    static func freeBytes(_ path: String) -> Int64? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        return Int64(clamping: UInt64(facts.f_bavail) * UInt64(facts.f_frsize))
    }

    /// Writes the bytes of files, one after another, into a new or emptied one.
    ///
    /// - Throws: What `missing` says for the first file that is not there.
    static func concatenate(
        _ sources: [String],
        into target: String,
        missing: (Int) -> ObjectStoreError
    ) throws(ObjectStoreError) {
        let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw .last("open") }
        defer { close(output) }
        for (index, source) in sources.enumerated() {
            let input = open(source, O_RDONLY | O_CLOEXEC)
            guard input >= 0 else {
                throw errno == ENOENT || errno == ENOTDIR ? missing(index) : .last("open")
            }
            defer { close(input) }
            _ = try read(from: input, most: .max) { piece throws(ObjectStoreError) in
                try writeAll(piece, to: output)
            }
        }
    }

    /// Writes at the place where the file is.
    static func writeAll(_ bytes: ArraySlice<UInt8>, to file: Int32) throws(ObjectStoreError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            guard written > 0 else { throw .last("write") }
            rest = rest.dropFirst(written)
        }
    }

    /// Gives a file a length.
    static func truncate(_ path: String, to length: Int64) throws(ObjectStoreError) {
        guard Foundation.truncate(path, off_t(length)) == 0 else { throw .last("truncate") }
    }

    /// Writes a small new file.
    static func write(_ bytes: [UInt8], to path: String) throws(ObjectStoreError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .last("open") }
        defer { close(file) }
        try writeAll(bytes[...], to: file)
    }

    private static func syncFile(_ path: String) throws(ObjectStoreError) {
        let file = open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { throw .last("open") }
        defer { close(file) }
        guard fchmod(file, 0o600) == 0 else { throw .last("chmod") }
        guard fsync(file) == 0 else { throw .last("fsync") }
    }

    private static func syncDirectory(_ path: String) throws(ObjectStoreError) {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else {
            // A concurrent deletion removed it because it was empty; nothing is left to sync.
            if errno == ENOENT { return }
            throw .last("open")
        }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .last("fsync") }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
