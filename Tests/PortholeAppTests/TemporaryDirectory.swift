import Foundation

/// A directory of one test's own.
struct TemporaryDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "porthole-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func remove() {
        // What a test leaves behind in the temporary directory harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }
}
