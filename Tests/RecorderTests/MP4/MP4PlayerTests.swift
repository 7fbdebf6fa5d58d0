import Foundation
import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("What FFmpeg makes of a file")
struct MP4PlayerTests {
    private static func file(
        _ pictures: [EncodedFrame],
        _ sound: [EncodedFrame],
        duration: Int64
    ) throws -> MP4TestFile {
        let first = try #require(pictures.first)
        let format = try #require(MP4VideoFormat(h264: first))
        return MP4Frames.file(MP4Frames.merged(pictures, sound), video: format, duration: duration)
    }

    private static func expect(
        _ file: MP4TestFile,
        seconds: Double,
        pictures: Int,
        packets: Int
    ) throws {
        #expect(MP4Walk(file.bytes).problems == [])
        #expect(try MP4Clips.complaints(about: file) == "")
        let probe = try MP4Clips.probe(file)
        #expect(abs(probe.duration - seconds) <= 0.02)
        #expect(probe.frames["video"] == pictures)
        #expect(probe.packets["audio"] == packets)
    }

    @Test(arguments: [30, 300], [[], ["-profile:v", "baseline"]])
    func `plays it with short and with long groups of pictures`(group: Int, options: [String]) throws {
        let pictures = try MP4Clips.video(seconds: 5, group: group, options: options)
        let sound = try MP4Clips.audio(seconds: 5).prefix(250)
        let file = try Self.file(pictures, Array(sound), duration: 5_000_000)
        try Self.expect(file, seconds: 5, pictures: 150, packets: 250)
    }

    @Test func `plays from anywhere to the end`() throws {
        let pictures = try MP4Clips.video(seconds: 6, group: 70, size: "160x120")
        let file = try Self.file(pictures, try MP4Clips.audio(seconds: 6), duration: 6_000_000)
        for number in [0, 1, 69, 70, 100, 139, 179] {
            let times = try MP4Clips.pictures(of: file, from: (Double(number) - 0.3) / 30)
            #expect(times.count == 180 - number)
            #expect(times.first.map { abs($0 - Double(number) / 30) < 0.001 } == true)
        }
    }

    @Test(arguments: [60, 300, 100_000])
    func `finds the key frame before a time, at any place`(group: Int) throws {
        let pictures = try MP4Clips.video(seconds: 31, group: group, size: "160x120")
        let sound = try MP4Clips.audio(seconds: 31)
        let file = try Self.file(pictures, sound, duration: 31_000_000)
        for seconds in [0, 1, 6, 9.9, 10, 15.5, 30.5] {
            let first = try MP4Clips.firstPacket(of: file, from: seconds)
            let key = Double(Int(seconds * 30) / group * group) / 30
            #expect(first.isKeyFrame)
            #expect(abs(first.time - key) < 0.001)
        }
    }

    @Test func `plays pictures in time that begin later than the sound, and sound that does`() throws {
        let pictures = try MP4Clips.video(seconds: 3, group: 60, size: "160x120")
        let sound = try MP4Clips.audio(seconds: 3).prefix(150)
        func later(_ frames: some Sequence<EncodedFrame>) -> [EncodedFrame] {
            frames.map { frame in
                var later = frame
                later.time += 700_000
                return later
            }
        }
        for (pictures, sound, start) in [
            (later(pictures), Array(sound), ["video": 0.7, "audio": 0]),
            (pictures, later(sound), ["video": 0, "audio": 0.7]),
            (later(pictures), later(sound), ["video": 0.7, "audio": 0.7]),
        ] {
            let file = try Self.file(pictures, sound, duration: 3_700_000)
            #expect(try MP4Clips.complaints(about: file) == "")
            let probe = try MP4Clips.probe(file)
            #expect(probe.frames["video"] == 90)
            #expect(probe.packets["audio"] == 150)
            for (type, time) in start {
                #expect(probe.starts[type].map { abs($0 - time) < 0.01 } == true)
            }
        }
    }

    @Test func `counts the same before the end and after`() throws {
        let pictures = try MP4Clips.video(seconds: 4, group: 45, size: "160x120")
        let format = try #require(pictures.first.flatMap { MP4VideoFormat(h264: $0) })
        var writer = MP4Writer(video: format, audio: MP4AudioFormat())
        var file = MP4TestFile()
        let frames = MP4Frames.merged(pictures, Array(try MP4Clips.audio(seconds: 4).prefix(200)))
        for frame in frames { file.apply(writer.append(frame)) }
        let changes = writer.finish(duration: 4_000_000)
        file.apply([changes[0]])
        let before = try MP4Clips.probe(file)
        #expect(before.frames["video"] == 120)
        #expect(before.packets["audio"] == 200)
        // A reader that comes between the changes.
        file.apply([changes[1]])
        #expect(try MP4Clips.probe(file).frames["video"] == 120)
        file.apply([changes[2]])
        try Self.expect(file, seconds: 4, pictures: 120, packets: 200)
    }

    @Test func `plays on where the resolution changes`() throws {
        let small = try MP4Clips.video(seconds: 2, group: 300)
        let large = try MP4Clips.video(seconds: 2, group: 300, size: "640x480")
            .map { frame in
                var later = frame
                later.time += 2_000_000
                return later
            }
        let sound = try MP4Clips.audio(seconds: 4).prefix(200)
        let file = try Self.file(small + large, Array(sound), duration: 4_000_000)
        try Self.expect(file, seconds: 4, pictures: 120, packets: 200)
    }

    @Test func `plays a file that was cut anywhere and repaired`() throws {
        let pictures = try MP4Clips.video(seconds: 3, group: 40, size: "160x120")
        let sound = try MP4Clips.audio(seconds: 3)
        let format = try #require(pictures.first.flatMap { MP4VideoFormat(h264: $0) })
        var writer = MP4Writer(video: format, audio: MP4AudioFormat())
        var live = MP4TestFile()
        for frame in MP4Frames.merged(pictures, sound) { live.apply(writer.append(frame)) }
        let head = try #require(MP4Walk(live.bytes).fragments.first).end
        var random = SplitMix64(seed: 11)
        for _ in 0..<20 {
            let cut = Int.random(in: head..<live.bytes.count, using: &random)
            let file = try MP4TestFile(bytes: Array(live.bytes.prefix(cut))).repaired()
            let walk = MP4Walk(file.bytes)
            try Self.expect(
                file,
                seconds: Double(try MP4Repair(of: file).duration) / 1_000_000,
                pictures: walk.samples(of: 1).count,
                packets: walk.samples(of: 2).count
            )
        }
    }

    @Test func `plays a file whose samples are behind the first 4 GiB`() throws {
        let pictures = try MP4Clips.video(seconds: 2, group: 30, size: "160x120")
        let format = try #require(pictures.first.flatMap { MP4VideoFormat(h264: $0) })
        var writer = MP4Writer(video: format, audio: nil)
        var live = MP4TestFile()
        for frame in pictures { live.apply(writer.append(frame)) }
        // A hole, as if there were fragments, in a file that has holes.
        let hole: Int64 = 5 << 30
        let head = try MP4HeadReader(live).head
        var index = MP4Index(head)
        index.add(MP4FragmentSummary(size: hole, runs: []))
        var reader = MP4FragmentReader(head.tracks.map(\.track))
        while let fragment = try reader.next(at: index.end - hole, of: live) { index.add(fragment) }
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).mp4")
        try Data(head.bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        let file = try FileHandle(forWritingTo: url)
        try file.seek(toOffset: UInt64(head.end + hole))
        try file.write(contentsOf: live.bytes[Int(head.end)...])
        for change in index.changes() {
            switch change {
            case .append(let bytes): try file.write(contentsOf: bytes)
            case .overwrite(let offset, let bytes):
                try file.seek(toOffset: UInt64(offset))
                try file.write(contentsOf: bytes)
            }
        }
        try file.close()
        #expect(try MP4Clips.complaints(about: url.path) == "")
        #expect(try MP4Clips.probe(url.path).frames["video"] == MP4Walk(live.bytes).samples(of: 1).count)
    }

    @Test func `plays a file that nobody has finished or repaired`() throws {
        let pictures = try MP4Clips.video(seconds: 2, group: 30)
        let format = try #require(pictures.first.flatMap { MP4VideoFormat(h264: $0) })
        var writer = MP4Writer(video: format, audio: nil)
        var live = MP4TestFile()
        for frame in pictures { live.apply(writer.append(frame)) }
        #expect(try MP4Clips.complaints(about: live) == "")
        #expect(try MP4Clips.probe(live).frames["video"] == MP4Walk(live.bytes).samples(of: 1).count)
    }

    @Test func `skips what the Opus encoder has put before the sound, and no more`() throws {
        let sound = try MP4Clips.audio(seconds: 2)
        let file = MP4Frames.file(sound, video: nil, duration: 10_000_000)
        let walk = MP4Walk(file.bytes)
        #expect(walk.problems == [])
        let probe = try MP4Clips.probe(file)
        #expect(probe.packets["audio"] == sound.count)
        #expect(abs(probe.duration - Double(sound.count) * 0.02) <= 0.02)
        #expect(probe.starts["audio"].map { abs($0) < 0.01 } == true)
    }
}
