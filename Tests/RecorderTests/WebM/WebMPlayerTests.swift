import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("WebM in a player that is not ours")
struct WebMPlayerTests {
    private static let counts = [
        "-count_frames", "-show_entries", "format=duration:stream=codec_name,nb_read_frames",
    ]

    @Test(arguments: [Codec.vp8, .vp9, .av1])
    func `plays: whole, while it grows, and cut anywhere and repaired`(codec: Codec) throws {
        let frames = try MediaTool.frames(codec)
        let pictures = frames.filter { $0.track == .video }
        #expect(pictures.count == 90)
        let first = try #require(pictures.first)
        let video = VideoTrackFormat(
            codec: codec,
            size: PictureSize(width: 160, height: 120),
            codecPrivate: codec == .av1 ? ElementaryStreams.av1Configuration(first.bytes) : nil
        )
        let finished = try WebMWriter.file(frames, video: video)
        let live = try WebMWriter.file(frames, video: video, isFinished: false)
        try MediaTool.withFile(finished) { path in
            try expectPlays(path, codec, blocks: WebMFile(finished.bytes).blocks)
            // By its cues: one packet at the key frame before the wanted moment.
            let sought = try MediaTool.probe(
                path,
                [
                    "-read_intervals", "2.5%+#1", "-select_streams", "v", "-show_entries",
                    "packet=pts_time,flags",
                ]
            )
            #expect(sought["pts_time"].flatMap(Double.init) == 2)
            #expect(sought["flags"]?.hasPrefix("K") == true)
        }
        let complaints = try MediaTool.withFile(live) { try MediaTool.complaints($0) }
        #expect(complaints == "")

        let blocks = try WebMFile(live.bytes).blocks
        var random = SplitMix64(seed: 20)
        let earliest = blocks[9].end
        for _ in 0..<7 {
            let length = Int.random(in: earliest...live.bytes.count, using: &random)
            let whole = blocks.filter { $0.end <= length }
            let repaired = try MemoryFile(Array(live.bytes.prefix(length))).repaired()
            try MediaTool.withFile(repaired) { try expectPlays($0, codec, blocks: whole) }
        }
    }

    private func expectPlays(_ path: String, _ codec: Codec, blocks: [WebMFile.Block]) throws {
        let found = try MediaTool.probe(path, Self.counts)
        let pictures = blocks.count { $0.track == 1 }
        #expect(found["codec_name"] == "\(codec.rawValue.lowercased()),opus")
        #expect(found["nb_read_frames"] == "\(pictures),\(blocks.count - pictures)")
        let length = try #require(found["duration"].flatMap(Double.init))
        let ends = blocks.map { Double($0.time) / 1_000 + ($0.track == 1 ? 1 / 30 : 0.02) }
        #expect(abs(length - (ends.max() ?? 0)) < 0.02)
        #expect(try MediaTool.complaints(path) == "")
    }

    @Test func `sound by itself plays`() throws {
        let frames = try MediaTool.frames(.vp8).filter { $0.track == .audio }
        let file = try WebMWriter.file(frames, video: nil)
        try MediaTool.withFile(file) { path in
            let found = try MediaTool.probe(path, Self.counts)
            #expect(found["nb_read_frames"] == "\(frames.count)")
            let length = try #require(found["duration"].flatMap(Double.init))
            #expect(abs(length - Double(frames.count) * 0.02) < 0.02)
            #expect(try MediaTool.complaints(path) == "")
        }
    }
}
