import Foundation
import RTP
import Recorder

/// Frames that FFmpeg encoded, and what it says of files.
enum MP4Clips {
    struct Failure: Error {
        var complaint: String
    }

    /// Pictures of 30 a second, without B frames.
    static func video(
        seconds: Int,
        group: Int,
        size: String = "320x240",
        options: [String] = []
    ) throws -> [EncodedFrame] {
        let stream = try ffmpeg(
            ["-f", "lavfi", "-i", "testsrc2=size=\(size):rate=30", "-t", "\(seconds)", "-c:v", "libx264"]
                + ["-preset", "ultrafast", "-bf", "0", "-g", "\(group)", "-keyint_min", "\(group)"]
                + ["-sc_threshold", "0", "-x264-params", "aud=1", "-threads", "1"] + options + ["-f", "h264"]
        )
        let parts = size.split(separator: "x").compactMap { Int($0) }
        return accessUnits(of: stream).enumerated()
            .map { number, units in
                let isKey = units.contains { $0[0] & 31 == 5 }
                let bytes = units.flatMap { unit in
                    (0..<4).map { UInt8(truncatingIfNeeded: unit.count >> (24 - 8 * $0)) } + unit
                }
                return EncodedFrame(
                    codec: .h264,
                    time: Int64(number) * 1_000_000 / 30,
                    isKeyFrame: isKey,
                    size: isKey ? PictureSize(width: parts[0], height: parts[1]) : nil,
                    bytes: bytes
                )
            }
    }

    /// Packets of 20 ms.
    static func audio(seconds: Int) throws -> [EncodedFrame] {
        let stream = try ffmpeg(
            ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "\(seconds)", "-ac", "2"]
                + ["-c:a", "libopus", "-b:a", "48k", "-frame_duration", "20", "-f", "ogg"]
        )
        return oggPackets(of: stream).dropFirst(2).enumerated()
            .map { number, packet in
                EncodedFrame(codec: .opus, time: Int64(number) * 20_000, isKeyFrame: true, bytes: packet)
            }
    }

    /// The NAL units of each picture, without the delimiters that say where one begins (ITU-T H.264 annex B).
    static func accessUnits(of stream: [UInt8]) -> [[[UInt8]]] {
        var starts: [(code: Int, unit: Int)] = []
        var index = 0
        while index + 2 < stream.count {
            if stream[index] == 0, stream[index + 1] == 0, stream[index + 2] == 1 {
                let isLong = index > 0 && stream[index - 1] == 0
                starts.append((isLong ? index - 1 : index, index + 3))
                index += 3
            } else {
                index += 1
            }
        }
        var pictures: [[[UInt8]]] = []
        for (number, start) in starts.enumerated() {
            let end = number + 1 < starts.count ? starts[number + 1].code : stream.count
            let unit = Array(stream[start.unit..<end])
            if unit[0] & 31 == 9 {
                pictures.append([])
            } else if let last = pictures.indices.last {
                pictures[last].append(unit)
            }
        }
        return pictures
    }

    /// The packets of one Ogg stream (RFC 3533 §6).
    static func oggPackets(of stream: [UInt8]) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var packet: [UInt8] = []
        var page = 0
        while page + 27 <= stream.count {
            let segments = Int(stream[page + 26])
            var offset = page + 27 + segments
            for length in stream[page + 27..<offset] {
                packet += stream[offset..<offset + Int(length)]
                offset += Int(length)
                if length < 255 {
                    packets.append(packet)
                    packet = []
                }
            }
            page = offset
        }
        return packets
    }
}

extension MP4Clips {
    /// Runs FFmpeg, and returns what it writes to its standard output.
    static func ffmpeg(_ arguments: [String]) throws -> [UInt8] {
        let outcome = try run("ffmpeg", ["-nostdin", "-v", "error"] + arguments + ["-"])
        guard outcome.complaint.isEmpty else { throw Failure(complaint: outcome.complaint) }
        return outcome.output
    }

    /// What decoding a file complains about.
    static func complaints(about file: MP4TestFile) throws -> String {
        try withPath(of: file, complaints(about:))
    }

    static func complaints(about path: String) throws -> String {
        try run("ffmpeg", ["-nostdin", "-v", "error", "-i", path, "-f", "null", "-"]).complaint
    }

    /// The times of the pictures from a time on, in seconds.
    static func pictures(of file: MP4TestFile, from seconds: Double) throws -> [Double] {
        let output = try withPath(of: file) { path in
            try ffmpeg(["-copyts", "-ss", "\(seconds)", "-i", path, "-an", "-vsync", "0", "-f", "framecrc"])
        }
        // Stream, decode time, presentation time, … in ticks of the rate.
        return String(decoding: output, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { line in
                let fields = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                return fields.count > 2 ? Double(fields[2]).map { $0 / 30 } : nil
            }
    }

    /// The first packet of video that is read after a seek.
    static func firstPacket(
        of file: MP4TestFile,
        from seconds: Double
    ) throws -> (time: Double, isKeyFrame: Bool) {
        let output = try withPath(of: file) { path in
            try run(
                "ffprobe",
                ["-v", "error", "-select_streams", "v", "-read_intervals", "\(seconds)%+0.5"]
                    + ["-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", path]
            )
            .output
        }
        let fields = String(decoding: output, as: UTF8.self).split(separator: "\n").first?
            .split(separator: ",")
        guard let fields, fields.count >= 2, let time = Double(fields[0]) else {
            throw Failure(complaint: "no packet at \(seconds)")
        }
        return (time, fields[1].hasPrefix("K"))
    }

    /// What a player is told of a file.
    struct Probe: Equatable {
        var duration = 0.0
        /// By type of the stream: frames that were decoded, packets that were read.
        var frames: [String: Int] = [:]
        var packets: [String: Int] = [:]
        var starts: [String: Double] = [:]
    }

    static func probe(_ file: MP4TestFile) throws -> Probe {
        try withPath(of: file, probe(_:))
    }

    static func probe(_ path: String) throws -> Probe {
        struct Answer: Decodable {
            struct Stream: Decodable {
                var codecType: String
                var nbReadFrames: String
                var nbReadPackets: String
                var startTime: String
            }
            struct Format: Decodable { var duration: String }
            var streams: [Stream]
            var format: Format
        }
        let entries = "stream=codec_type,nb_read_frames,nb_read_packets,start_time:format=duration"
        let counts = ["-v", "error", "-count_frames", "-count_packets"]
        let output = try run("ffprobe", counts + ["-show_entries", entries, "-of", "json", path]).output
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let answer = try decoder.decode(Answer.self, from: Data(output))
        var probe = Probe(duration: Double(answer.format.duration) ?? -1)
        for stream in answer.streams {
            probe.frames[stream.codecType] = Int(stream.nbReadFrames)
            probe.packets[stream.codecType] = Int(stream.nbReadPackets)
            probe.starts[stream.codecType] = Double(stream.startTime)
        }
        return probe
    }

    private static func withPath<Result>(
        of file: MP4TestFile,
        _ body: (String) throws -> Result
    ) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).mp4")
        try Data(file.bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url.path)
    }

    private static func run(
        _ program: String,
        _ arguments: [String]
    ) throws -> (output: [UInt8], complaint: String) {
        let folder = FileManager.default.temporaryDirectory
        let complaints = folder.appendingPathComponent("\(UUID().uuidString).txt")
        try Data().write(to: complaints)
        defer { try? FileManager.default.removeItem(at: complaints) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let complaint = try String(contentsOf: complaints, encoding: .utf8)
        guard process.terminationStatus == 0 else {
            throw Failure(complaint: "\(program) ended with \(process.terminationStatus): \(complaint)")
        }
        return (Array(bytes), complaint)
    }
}
