import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Codes of failed system calls that are told apart.
enum SystemError {
    static let noSpace = ENOSPC
    static let quotaExceeded = EDQUOT
    static let readOnlyFileSystem = EROFS
}

/// The database's file on disk.
struct DatabaseFile {
    let path: String

    /// Makes the file and its directory where missing, and keeps others on this machine out of both.
    ///
    /// SQLite gives the files beside it (`-wal`, `-shm`) the mode of the database's file.
    func prepare() throws {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try check(makeDirectory(directory))

        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try check(descriptor)
        defer { close(descriptor) }
        try check(fchmod(descriptor, 0o600))
    }

    private func makeDirectory(_ directory: String) -> Int32 {
        if mkdir(directory, 0o700) == 0 || errno == EEXIST { return 0 }
        guard errno == ENOENT else { return -1 }
        let parent = URL(fileURLWithPath: directory).deletingLastPathComponent().path
        guard parent != directory, makeDirectory(parent) == 0 else { return -1 }
        return mkdir(directory, 0o700) == 0 || errno == EEXIST ? 0 : -1
    }

    private func check(_ result: Int32) throws {
        guard result >= 0 else { throw PersistenceError.unusableFile(path: path, errno: errno) }
    }
}
