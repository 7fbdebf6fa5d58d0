import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("Where samples are and when (ISO/IEC 14496-12 §8.6, §8.7)")
struct MP4SampleTableTests {
    private static func fragment(
        _ track: MP4Track,
        start: Int64,
        durations: [UInt32],
        size: UInt32 = 100
    ) -> MP4FragmentSummary {
        let samples = durations.map {
            MP4FragmentSummary.Sample(duration: $0, size: size, isKeyFrame: track == .audio)
        }
        let run = MP4FragmentSummary.Run(track: track, start: start, offset: 8, samples: samples)
        return MP4FragmentSummary(size: 8 + run.byteCount, runs: [run])
    }

    private static func bytes(of table: MP4SampleTable) -> [UInt8] {
        var writer = BoxWriter()
        table.write(to: &writer)
        return writer.bytes
    }

    @Test(arguments: [(Int64(UInt32.max), "stco"), (Int64(UInt32.max) + 1, "co64"), (1 << 50, "co64")])
    func `has offsets of 64 bits where 32 do not reach`(offset: Int64, type: String) {
        var table = MP4SampleTable(.audio)
        table.add(Self.fragment(.audio, start: 0, durations: [960]).runs[0], at: 1_000)
        table.add(Self.fragment(.audio, start: 960, durations: [960]).runs[0], at: offset - 8)
        let walk = MP4Walk(Self.bytes(of: table))
        let box = walk.top.first { $0.type == type }?.content.lowerBound ?? 0
        #expect(walk.number(box + 4, 4) == 2)
        let width = type == "stco" ? 4 : 8
        #expect(walk.number(box + 8, width) == 1_008)
        #expect(walk.number(box + 8 + width, width) == UInt64(offset))
    }

    @Test func `makes of a gap what the sample before it lasts longer, as far as that can be said`() {
        var table = MP4SampleTable(.video)
        table.add(Self.fragment(.video, start: 50, durations: [10, 10, 10]).runs[0], at: 0)
        table.add(Self.fragment(.video, start: 100, durations: [10]).runs[0], at: 308)
        table.add(Self.fragment(.video, start: 1 << 40, durations: [10]).runs[0], at: 416)
        #expect(table.start == 50)
        #expect(table.count == 5)
        #expect(table.duration == 20 + 30 + Int64(UInt32.max) + 10)
        let walk = MP4Walk(Self.bytes(of: table))
        let box = walk.top.first { $0.type == "stts" }?.content.lowerBound ?? 0
        let values = (0..<8).map { walk.number(box + 8 + 4 * $0, 4) }
        #expect(values == [2, 10, 1, 30, 1, UInt64(UInt32.max), 1, 10])
    }

    @Test func `takes less than 6 MB for an hour, even if no two pictures last equally long`() {
        var index = MP4Index(MP4Head(video: MP4Frames.videoFormat, audio: MP4AudioFormat()))
        var random = SplitMix64(seed: 5)
        var time: Int64 = 0
        for number in 0..<14_400 {
            let durations = (0..<(number % 2 == 0 ? 7 : 8))
                .map { _ in UInt32.random(in: 2_900...3_100, using: &random) }
            index.add(Self.fragment(.video, start: time, durations: durations))
            time += durations.reduce(0) { $0 + Int64($1) }
            let sounds = [UInt32](repeating: 960, count: number % 2 == 0 ? 12 : 13)
            index.add(
                Self.fragment(
                    .audio,
                    start: Int64(number / 2 * 25 + number % 2 * 12) * 960,
                    durations: sounds
                )
            )
        }
        // What is remembered is about what is written, in arrays that are at least half full.
        guard case .append(let movie) = index.changes()[0] else {
            Issue.record("no tables")
            return
        }
        print("tables of an hour: \(movie.count) bytes")
        #expect(movie.count < 3_000_000)
    }

    @Test func `has room for so many samples of a track`() {
        var index = MP4Index(MP4Head(video: MP4Frames.videoFormat, audio: nil), most: 5)
        let fragment = Self.fragment(.video, start: 0, durations: [1, 1, 1])
        #expect(index.hasRoom(for: fragment))
        index.add(fragment)
        #expect(index.hasRoom(for: 2, of: .video))
        #expect(!index.hasRoom(for: fragment))
    }
}
