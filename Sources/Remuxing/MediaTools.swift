import Foundation

/// Where the programs are, looked up for each use, so that installing one later is enough.
struct MediaTools: Sendable {
    /// `FFMPEG_PATH`: a path, or a name to be found on `PATH`.
    let configured: String

    /// A path to ffmpeg.
    func ffmpeg() -> String? {
        Self.find(configured)
    }

    /// The ffprobe that came with this ffmpeg, else the one on `PATH`.
    func ffprobe() -> String? {
        if let ffmpeg = ffmpeg(), let slash = ffmpeg.lastIndex(of: "/") {
            let sibling = ffmpeg[..<slash] + "/ffprobe"
            if Self.isExecutable(String(sibling)) { return String(sibling) }
        }
        return Self.find("ffprobe")
    }

    /// What execvp would run.
    static func find(_ name: String) -> String? {
        if name.contains("/") {
            let path = URL(fileURLWithPath: name).path
            return isExecutable(path) ? path : nil
        }
        return searchPath.split(separator: ":").lazy.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    /// `PATH`, or where a system without one keeps its programs.
    static var searchPath: String {
        ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    }

    private static func isExecutable(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && !isDirectory.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }
}
