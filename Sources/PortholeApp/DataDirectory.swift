import Foundation

/// The folder of everything that one server keeps; one server at a time.
final class DataDirectory: Sendable {
    /// Its path.
    let path: String
    private let lock: Int32

    /// Creates the folder for this user only, and locks it for the life of the process.
    ///
    /// - Throws: ``StartError`` with what to do.
    init(_ path: String) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw StartError("DATA_DIR \(path) cannot be made: check its parent folder's mode")
        }
        lock = open(path + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw StartError("DATA_DIR \(path) cannot be written: check its owner and mode")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw StartError(
                "Another server uses DATA_DIR \(path): stop it, or give this one a folder of its own"
            )
        }
    }

    deinit { close(lock) }

    /// The database's file.
    var databasePath: String { path + "/porthole.sqlite" }
}

/// Why the program does not start, in one line that says what to do.
public struct StartError: Error, CustomStringConvertible {
    /// The line.
    public let description: String

    /// Makes the error.
    public init(_ description: String) {
        self.description = description
    }
}
