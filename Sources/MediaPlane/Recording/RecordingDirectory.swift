import Foundation
import PortholeCore
import Recorder

/// Where files of recordings are while they are made, and until the object store has them.
///
/// ```
/// DATA_DIR/recordings/{session}/{recording}/{number}.webm
/// ```
///
/// The names say what a crash must not lose: which session a file is of, and its place.
struct RecordingDirectory: Sendable {
    let root: String

    /// Makes the directory (0700) when it is missing.
    init(root: String) throws(RecordingFileError) {
        self.root = root
        try Self.make(root)
    }

    /// The files of a recording.
    func path(of recording: RecordingID, in room: MediaRoomID) -> String {
        "\(root)/\(room.text)/\(recording.text)"
    }

    /// Makes the file of a segment.
    static func makeFile(
        of segment: Recording.Segment,
        in directory: String
    ) throws(RecordingFileError) -> RecordingFile {
        try make(URL(fileURLWithPath: directory).deletingLastPathComponent().path)
        try make(directory)
        return try RecordingFile(path: "\(directory)/\(segment.number).\(segment.container.fileExtension)")
    }

    private static func make(_ path: String) throws(RecordingFileError) {
        guard mkdir(path, 0o700) != 0 else {
            // A file in a folder whose name is lost is lost, too.
            return try RecordingFile.syncDirectory(
                URL(fileURLWithPath: path).deletingLastPathComponent().path
            )
        }
        guard errno == EEXIST else { throw RecordingFileError(errno) }
    }

    /// Bytes that the disk leaves to this user; `nil` if it does not say.
    var freeBytes: Int64? {
        var facts = statvfs()
        guard statvfs(root, &facts) == 0 else { return nil }
        return Int64(clamping: UInt64(facts.f_bavail) * UInt64(facts.f_frsize))
    }

    /// What is there; what has other names is nobody's.
    func recordings() throws -> [LocalRecording] {
        var found: [LocalRecording] = []
        for name in try names(root) {
            guard let session = SessionID(name) else { continue }
            for name in try names(inside: "\(root)/\(session)") {
                guard let recording = RecordingID(name) else { continue }
                let path = "\(root)/\(session)/\(recording)"
                let segments = try names(inside: path).compactMap { Self.segment($0, in: path) }
                    .sorted { $0.segment.number < $1.segment.number }
                found.append(LocalRecording(id: recording, session: session, segments: segments))
            }
        }
        return found
    }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    /// Nothing of what was deleted since it was listed.
    private func names(inside path: String) throws -> [String] {
        do { return try names(path) } catch CocoaError.fileReadNoSuchFile { return [] }
    }

    private static func segment(_ name: String, in directory: String) -> LocalSegment? {
        let parts = name.split(separator: ".")
        guard parts.count == 2, let number = Int(parts[0]), number >= 0,
            let container = MediaContainer(rawValue: String(parts[1])), container != .matroska
        else { return nil }
        var segment = Recording.Segment(number: number, mimeType: "video/\(container.rawValue)", start: 0)
        let path = "\(directory)/\(name)"
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        segment.fileSize = Int64(facts.st_size)
        let modified = facts.st_mtim
        let seconds = Double(modified.tv_sec) + Double(modified.tv_nsec) / 1e9
        return LocalSegment(path: path, segment: segment, modifiedAt: Date(timeIntervalSince1970: seconds))
    }

    /// Deletes a file; one that is not there is no error.
    static func delete(_ path: String) throws(RecordingFileError) {
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw RecordingFileError(errno)
    }

    /// Deletes a recording's files, and what is empty then.
    func delete(_ recording: RecordingID, of session: SessionID) throws(RecordingFileError) {
        let path = "\(root)/\(session)/\(recording)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names { try Self.delete("\(path)/\(name)") }
        if rmdir(path) != 0, errno != ENOENT { throw RecordingFileError(errno) }
        // The session may have others.
        _ = rmdir("\(root)/\(session)")
    }
}
