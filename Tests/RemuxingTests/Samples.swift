import Foundation

/// Files as recorders write them, made by ffmpeg from its own test pictures and tones.
struct Samples {
    /// What to record.
    enum Kind {
        /// MediaRecorder's WebM: streamed, so without duration and seek index.
        case webm(codec: String, size: String)
        /// MediaRecorder's MP4: fragments.
        case fragmentedMP4
        /// H.264 in what Chromium calls WebM.
        case matroska
        /// Sound only.
        case sound

        fileprivate var arguments: [String] {
            let live = ["-live", "1", "pipe:1"]
            return switch self {
            case .webm(let codec, let size):
                Self.picture(size) + Self.tone
                    + ["-c:v", codec, "-deadline", "realtime", "-cpu-used", "8", "-b:v", "200k", "-g", "15"]
                    + ["-c:a", "libopus", "-f", "webm"] + live
            case .fragmentedMP4:
                Self.picture("320x240") + Self.tone
                    + ["-c:v", "libx264", "-preset", "ultrafast", "-g", "15", "-c:a", "aac", "-f", "mp4"]
                    + ["-movflags", "frag_keyframe+empty_moov+default_base_moof", "pipe:1"]
            case .matroska:
                Self.picture("320x240") + Self.tone
                    + ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "libopus", "-f", "matroska"] + live
            case .sound:
                Self.tone + ["-c:a", "libopus", "-f", "webm"] + live
            }
        }

        private static func picture(_ size: String) -> [String] {
            ["-f", "lavfi", "-i", "testsrc2=size=\(size):rate=15:duration=3"]
        }
        private static var tone: [String] { ["-f", "lavfi", "-i", "sine=duration=3"] }
    }

    /// VP8 and Opus, what every browser can record.
    static var usual: Kind { .webm(codec: "libvpx", size: "320x240") }

    let directory: String

    func make(_ kind: Kind, named name: String = "run") throws -> String {
        let path = "\(directory)/\(name)"
        let file = try emptyFile(path)
        try Self.run(["ffmpeg", "-nostdin", "-loglevel", "error"] + kind.arguments, output: file)
        return path
    }

    /// The first bytes of a file.
    func prefix(of path: String, bytes: Int, named name: String = "cut") throws -> String {
        let cut = "\(directory)/\(name)"
        try Data(contentsOf: URL(fileURLWithPath: path)).prefix(bytes).write(to: URL(fileURLWithPath: cut))
        return cut
    }

    func file(_ bytes: Data, named name: String) throws -> String {
        let path = "\(directory)/\(name)"
        try bytes.write(to: URL(fileURLWithPath: path))
        return path
    }

    /// What begins like a recording, and an ffprobe beside the tool that takes it for one.
    func stub() throws -> String {
        let answer =
            #"{"streams": [{"codec_type": "video", "codec_name": "vp8"}], "format": {"duration": "1"}}"#
        _ = try script("echo '\(answer)'", named: "ffprobe")
        return try file(Data([0x1A, 0x45, 0xDF, 0xA3]), named: "stub")
    }

    /// An executable shell script.
    func script(_ text: String, named name: String = "tool") throws -> String {
        let path = try file(Data("#!/bin/sh\n\(text)\n".utf8), named: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return path
    }

    private func emptyFile(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    /// Width and height of a picture.
    static func size(ofPicture path: String) throws -> [Int] {
        let pipe = Pipe()
        try run(
            ["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", path],
            output: pipe.fileHandleForWriting
        )
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        return text.split(whereSeparator: { ",\n".contains($0) }).compactMap { Int($0) }
    }

    private static func run(_ command: [String], output: FileHandle) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SampleError(command: command) }
    }
}

/// A sample could not be made: the machine lacks ffmpeg or one of its encoders.
struct SampleError: Error {
    let command: [String]
}
