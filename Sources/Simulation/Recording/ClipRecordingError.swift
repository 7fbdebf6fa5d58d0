import Foundation

/// Why a clip was not recorded.
public enum ClipRecordingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is something of that name, which is left alone.
    case exists(path: String)
    /// The system refuses.
    case system(operation: String, path: String, code: Int32)
    /// The name promises another kind of file than is made of this codec.
    case wrongExtension(path: String, container: String)
    /// The clip changes to what needs another file.
    case severalFiles
    /// Not one picture was whole.
    case empty
    /// The task was cancelled.
    case interrupted

    /// For a person at a terminal.
    public var description: String {
        switch self {
        case .exists(let path): "\(path) exists, and is not overwritten"
        case .system(let operation, let path, let code):
            "could not \(operation) \(path): \(String(cString: strerror(code)))"
        case .wrongExtension(let path, let container):
            "a recording of this codec is a .\(container) file, which \(path) does not say"
        case .severalFiles: "the clip changes its format, and its recording would be several files"
        case .empty: "too short: there is not one picture to record"
        case .interrupted: "interrupted; what was made of the file is removed"
        }
    }
}
