import Foundation
import RTP

@testable import Recorder

/// ffmpeg and ffprobe, which know nothing of us.
enum MediaTool {
    struct Failure: Error {
        let command: [String]
        let complaint: String
    }

    /// What a program says, and what it complains of.
    static func run(_ command: [String]) throws -> (output: String, complaint: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let (output, complaint) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = complaint
        try process.run()
        // Both say little: neither pipe fills up while the other is read.
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        let complained = try complaint.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: complained, as: UTF8.self)
        guard process.terminationStatus == 0 else { throw Failure(command: command, complaint: text) }
        return (String(decoding: said, as: UTF8.self), text)
    }

    /// Lines of `key=value`; a key that comes again is joined by commas.
    static func probe(_ path: String, _ options: [String]) throws -> [String: String] {
        let (output, _) = try run(["ffprobe", "-v", "error"] + options + ["-of", "default=nw=1", path])
        let pairs = output.split(separator: "\n")
            .map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { "\($0),\($1)" }
    }

    /// What ffmpeg complains of when it decodes all of a file.
    static func complaints(_ path: String) throws -> String {
        try run(["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", path, "-f", "null", "-"]).complaint
    }

    static func withFile<Result>(_ file: MemoryFile, _ body: (String) throws -> Result) throws -> Result {
        let path = NSTemporaryDirectory() + "recorder-\(UUID().uuidString).webm"
        try Data(file.bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    /// Three seconds of pictures with a key frame a second, and of sound, in the order of their time.
    static func frames(_ codec: Codec) throws -> [EncodedFrame] {
        let encoder: [String] =
            switch codec {
            case .vp9: ["libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]
            case .av1: ["libaom-av1", "-usage", "realtime", "-cpu-used", "8"]
            default: ["libvpx", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0"]
            }
        let pictures = try encoded(
            ["testsrc=size=160x120:rate=30:duration=3", "-c:v"] + encoder
                + ["-lag-in-frames", "0", "-g", "30", "-b:v", "200k", "-pix_fmt", "yuv420p", "-f", "ivf"]
        )
        let sound = try encoded(
            ["sine=frequency=440:duration=3", "-ac", "2", "-c:a", "libopus", "-b:a", "32k", "-f", "ogg"]
        )
        let frames = ElementaryStreams.oggOpus(sound) + ElementaryStreams.ivf(pictures, codec: codec)
        return frames.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    private static func encoded(_ arguments: [String]) throws -> [UInt8] {
        let path = NSTemporaryDirectory() + "recorder-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i"] + arguments + [path])
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
