import Foundation
import PortholeCore
import Subprocess

extension FFmpegRemuxer {
    /// Every picture and sound, as it is, with nothing of the time or the library's version in it.
    static let copy =
        ["-map", "0:v?", "-map", "0:a?", "-c", "copy", "-map_metadata", "-1"]
        + ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]

    /// Keeps a path from being read as an option or another protocol.
    static func url(_ path: String) -> String { "file:" + path }

    /// To the millisecond, and never with an exponent, which the tool does not know.
    static func seconds(_ time: Double) -> String {
        let milliseconds = Int64((min(max(0, time), 1e9) * 1000).rounded())
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(milliseconds / 1000).\(fraction)"
    }

    static func missing(_ tool: String) -> RemuxError {
        .failed(reason: "\(tool) is missing: install it (Debian: apt-get install ffmpeg) or set FFMPEG_PATH")
    }

    func ffmpeg(_ arguments: [String], hiding paths: [String]) async throws {
        guard let tool = tools.ffmpeg() else { throw Self.missing("ffmpeg") }
        let common = ["-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe"]
        let outcome = try await process.run(tool, common + arguments)
        guard outcome.status.isSuccess else { throw Self.failure(of: outcome, hiding: paths) }
    }

    /// Makes one JPEG of a file's pictures.
    ///
    /// - Parameter options: What is said before the input.
    func draw(
        _ input: String,
        _ format: MediaFormat,
        _ options: [String],
        filter: String,
        quality: Int,
        into output: String
    ) async throws {
        try await ffmpeg(
            ["-threads", "1"] + options + ["-f", format.rawValue, "-i", Self.url(input)]
                + ["-map", "0:v:0", "-frames:v", "1", "-vf", filter, "-q:v", "\(quality)"]
                + ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "image2", "-update", "1"]
                + ["-y", Self.url(output)],
            hiding: [input, output]
        )
        guard FileFacts.size(output) > 0 else { throw RemuxError.notMedia }
    }

    /// What the file is made of.
    ///
    /// - Throws: ``RemuxError/notMedia`` when no part of it can be seen or heard.
    func examine(_ path: String) async throws -> (probe: MediaProbe, format: MediaFormat) {
        // Before anything is said about the file: a machine without tools can judge none.
        try await check()
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw RemuxError.failed(reason: "a file to read is gone")
        }
        guard let format = MediaFormat(firstBytesOf: path) else { throw RemuxError.notMedia }
        guard let tool = tools.ffprobe() else { throw Self.missing("ffprobe") }
        let outcome = try await process.run(tool, MediaProbe.arguments(for: path, format))
        guard outcome.status.isSuccess else {
            if Self.isTrouble(outcome) { throw Self.failure(of: outcome, hiding: [path]) }
            throw RemuxError.notMedia
        }
        guard let probe = try? MediaProbe(json: outcome.output) else {
            throw RemuxError.failed(reason: "ffprobe's answer is not JSON")
        }
        guard !probe.codecs.isEmpty else { throw RemuxError.notMedia }
        return (probe, format)
    }

    func facts(ofResult path: String) async throws -> MediaFacts {
        guard let facts = try await examine(path).probe.facts else { throw RemuxError.notMedia }
        return facts
    }

    /// Whether the machine was at fault, not the file.
    static func isTrouble(_ outcome: ChildProcess.Outcome) -> Bool {
        guard case .exited(let code) = outcome.status, code != 126, code != 127 else { return true }
        return [
            "No space left", "Cannot allocate", "Permission denied", "Input/output error",
            "Too many open files",
        ]
        .contains { outcome.complaint.contains($0) }
    }

    static func failure(of outcome: ChildProcess.Outcome, hiding paths: [String]) -> RemuxError {
        if outcome.complaint.contains("No space left") { return .failed(reason: "the disk is full") }
        var text = outcome.complaint.trimmingCharacters(in: .whitespacesAndNewlines)
        for path in paths { text = text.replacingOccurrences(of: path, with: "…") }
        return .failed(reason: "the media tool \(outcome.status): \(text.suffix(500))")
    }
}

/// The size of what a tool wrote.
enum FileFacts {
    static func size(_ path: String) -> Int {
        // A file that is not there holds nothing.
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}
