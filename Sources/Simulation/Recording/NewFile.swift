import Glibc

/// A file that was not there before, written from its begin and now and then mended; what is appended is gathered.
final class NewFile {
    private static let mostGathered = 1 << 20

    let path: String
    /// Bytes, with what is gathered.
    private(set) var length: Int64 = 0
    private let descriptor: Int32
    private var gathered: [UInt8] = []

    /// - Throws: `exists` for a name that is taken, by whatever it may be.
    init(_ path: String) throws(ClipRecordingError) {
        self.path = path
        descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? .exists(path: path) : .system(operation: "make", path: path, code: errno)
        }
    }

    deinit { close(descriptor) }

    /// What stands behind the last dot of its name, in lower case; `nil` if there is none.
    var pathExtension: String? {
        let parts = path.split(separator: "/").last?.split(separator: ".") ?? []
        return parts.count > 1 ? parts.last?.lowercased() : nil
    }

    func append(_ bytes: [UInt8]) throws(ClipRecordingError) {
        gathered += bytes
        length += Int64(bytes.count)
        if gathered.count >= Self.mostGathered { try flush() }
    }

    func overwrite(_ bytes: [UInt8], at offset: Int64) throws(ClipRecordingError) {
        // What is gathered may be what is overwritten.
        try flush()
        try write(bytes, at: offset)
    }

    /// Writes what is gathered.
    func flush() throws(ClipRecordingError) {
        try write(gathered, at: length - Int64(gathered.count))
        gathered.removeAll(keepingCapacity: true)
    }

    /// Takes its name away.
    func remove() { unlink(path) }

    private func write(_ bytes: [UInt8], at offset: Int64) throws(ClipRecordingError) {
        var written = 0
        while written < bytes.count {
            let (count, code) = bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
                return (pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + written), errno)
            }
            guard count > 0 else {
                if count < 0, code == EINTR { continue }
                throw .system(operation: "write", path: path, code: code)
            }
            written += count
        }
    }
}
