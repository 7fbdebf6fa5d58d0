import Foundation
import PortholeCore
import Recorder
import Synchronization

/// A file of a recording while it is written.
///
/// Changes are gathered and written at once by ``flush()``; another thread syncs (``sync()``). Its directory is synced when
/// it is made, so that a crash does not lose the name.
final class RecordingFile: Sendable {
    let path: String
    private let descriptor: Int32
    private struct State {
        var gathered: [UInt8] = []
        /// Bytes of the file with what is gathered.
        var length: Int64 = 0
        var isDirty = false
    }
    private let state = Mutex(State())

    /// Makes the file, which must not be there, readable for this user only.
    ///
    /// - Throws: ``RecordingFileError``.
    init(path: String) throws(RecordingFileError) {
        self.path = path
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw RecordingFileError(errno) }
        self.descriptor = descriptor
        try Self.syncDirectory(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    /// Opens a file that is there.
    init(existing path: String) throws(RecordingFileError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw RecordingFileError(errno) }
        let length = lseek(descriptor, 0, SEEK_END)
        state.withLock { $0.length = Int64(length) }
    }

    deinit { close(descriptor) }

    /// Bytes of the file with what is gathered.
    var length: Int64 { state.withLock { $0.length } }

    /// Does a change, or gathers it.
    func apply(_ change: FileChange) throws(RecordingFileError) {
        switch change {
        case .append(let bytes):
            state.withLock { state in
                state.gathered.append(contentsOf: bytes)
                state.length += Int64(bytes.count)
            }
        case .overwrite(let offset, let bytes):
            // What is gathered may be what is overwritten.
            try flush()
            try write(bytes, at: offset)
        }
    }

    /// Writes what is gathered.
    func flush() throws(RecordingFileError) {
        let (bytes, offset) = state.withLock { state in
            defer { state.gathered = [] }
            return (state.gathered, state.length - Int64(state.gathered.count))
        }
        guard !bytes.isEmpty else { return }
        try write(bytes, at: offset)
    }

    private func write(_ bytes: [UInt8], at offset: Int64) throws(RecordingFileError) {
        var written = 0
        while written < bytes.count {
            let (count, error) = bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer.dropFirst(written))
                return (
                    pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(written)), errno
                )
            }
            guard count > 0 else {
                if error == EINTR { continue }
                throw RecordingFileError(error)
            }
            written += count
        }
        state.withLock { $0.isDirty = true }
    }

    /// Makes durable what was written, if anything was since the last time; returns whether.
    func sync() throws(RecordingFileError) -> Bool {
        let wasDirty = state.withLock { state in
            defer { state.isDirty = false }
            return state.isDirty
        }
        guard wasDirty else { return false }
        guard fdatasync(descriptor) == 0 else { throw RecordingFileError(errno) }
        return true
    }

    /// Cuts the file.
    func truncate(to length: Int64) throws(RecordingFileError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw RecordingFileError(errno) }
        state.withLock { state in
            state.length = length
            state.isDirty = true
        }
    }

    /// Reads so many bytes, fewer only where the file ends.
    func read(at offset: Int64, count: Int) throws(RecordingFileError) -> [UInt8] {
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let (got, error) = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer.dropFirst(filled))
                return (pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(filled)), errno)
            }
            if got == 0 { break }
            guard got > 0 else {
                if error == EINTR { continue }
                throw RecordingFileError(error)
            }
            filled += got
        }
        bytes.removeSubrange(filled...)
        return bytes
    }

    /// Makes durable which names a folder holds.
    static func syncDirectory(_ path: String) throws(RecordingFileError) {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw RecordingFileError(errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw RecordingFileError(errno) }
    }
}

/// The system's reason why a file of a recording could not be written or read.
struct RecordingFileError: Error, Equatable, CustomStringConvertible {
    let code: Int32

    init(_ code: Int32) { self.code = code }

    var failure: RecordingFailure { code == ENOSPC || code == EDQUOT ? .diskFull : .diskFailed }

    var description: String { String(cString: strerror(code)) }
}
