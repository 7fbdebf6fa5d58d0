/// Why a file is not repaired.
public enum MP4RepairError: Error, Equatable, Sendable {
    /// It ends within its head: nothing of it can be played.
    case headIncomplete
    /// It was not written by ``MP4Writer``.
    case unknownFile
    /// Fewer bytes were read than the file has.
    case readIncomplete
}
