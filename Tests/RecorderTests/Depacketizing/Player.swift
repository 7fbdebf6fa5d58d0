import Foundation
import RTP

@testable import Recorder

/// Decodes frames as a player does.
enum Player {
    /// How many pictures of 64 × 48 there are in frames of one codec, and what was wrong with them.
    static func decode(_ frames: [DepacketizedFrame]) throws -> (pictures: Int, errors: String) {
        guard let first = frames.first else { return (0, "") }
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).bin")
        defer { try? FileManager.default.removeItem(at: file) }
        let isH264 = first.codec == .h264
        try Data(isH264 ? annexB(frames) : ivf(frames, first.codec)).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "ffmpeg", "-v", "error", "-nostdin", "-f", isH264 ? "h264" : "ivf", "-i", file.path,
            // Pictures are counted, whatever their times are.
            "-vf", "setpts=N", "-fps_mode", "passthrough", "-pix_fmt", "yuv420p", "-f", "rawvideo", "-",
        ]
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let samples = output.fileHandleForReading.readDataToEndOfFile()
        let complaints = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (samples.count / (64 * 48 * 3 / 2), String(bytes: complaints, encoding: .utf8) ?? "")
    }

    /// Units behind start codes instead of lengths (ITU-T H.264 annex B).
    private static func annexB(_ frames: [DepacketizedFrame]) -> [UInt8] {
        var output: [UInt8] = []
        for frame in frames {
            var rest = frame.bytes[...]
            while rest.count >= 4 {
                let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
                output += [0, 0, 0, 1] + rest.dropFirst(4).prefix(length)
                rest = rest.dropFirst(4 + length)
            }
        }
        return output
    }

    private static func ivf(_ frames: [DepacketizedFrame], _ codec: Codec) -> [UInt8] {
        let name = codec == .vp8 ? "VP80" : codec == .vp9 ? "VP90" : "AV01"
        var output = Array("DKIF".utf8) + [0, 0, 32, 0] + Array(name.utf8) + [64, 0, 48, 0]
        output += little(90_000, 4) + little(1, 4) + little(frames.count, 4) + little(0, 4)
        for frame in frames {
            // A temporal unit of AV1 begins with a delimiter.
            let bytes = codec == .av1 ? [0x12, 0] + frame.bytes : frame.bytes
            output += little(bytes.count, 4) + little(Int(frame.ticks - frames[0].ticks), 8) + bytes
        }
        return output
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
