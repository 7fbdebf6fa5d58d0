import Glibc
import PortholeCore
import Recorder

/// Makes a file whole that a crash left behind, in place.
enum RecordingRepair {
    /// - Returns: `nil` if it holds nothing that can be played.
    /// - Throws: ``RecordingFileError``.
    static func mend(_ segment: LocalSegment) throws -> LocalSegment? {
        let file = try RecordingFile(existing: segment.path)
        guard let (length, changes, duration) = try look(at: file, segment.segment.container) else {
            return nil
        }
        if length < file.length { try file.truncate(to: length) }
        for change in changes { try file.apply(change) }
        try file.flush()
        _ = try file.sync()
        var mended = segment
        mended.segment.fileSize = file.length
        mended.segment.duration = Double(duration) / 1_000_000
        return mended
    }

    private static func look(
        at file: RecordingFile,
        _ container: MediaContainer
    ) throws -> (length: Int64, changes: [FileChange], duration: Int64)? {
        do {
            let found: (length: Int64, changes: [FileChange], duration: Int64)
            switch container {
            case .mp4:
                let repair = try MP4Repair(of: Source(file: file))
                found = (repair.length, repair.changes, repair.duration)
            case .webm, .matroska:
                let repair = try WebMRepair(length: file.length) { try file.read(at: $0, count: $1) }
                found = (repair.length, repair.changes, repair.duration)
            }
            return found.duration > 0 ? found : nil
        } catch is WebMRepairError {
            return nil
        } catch MP4RepairError.readIncomplete {
            throw RecordingFileError(EIO)
        } catch is MP4RepairError {
            return nil
        }
    }

    private struct Source: MP4Source {
        let file: RecordingFile
        var length: Int64 { file.length }

        func read(offset: Int64, count: Int) throws -> [UInt8] { try file.read(at: offset, count: count) }
    }
}
