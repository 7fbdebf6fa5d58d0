import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("WebM while it is written")
struct WebMWriterTests {
    @Test func `holds every frame, with its time, in the order of time`() throws {
        let frames = Streams.session(milliseconds: 12_000)
        let file = try WebMFile(try WebMWriter.file(frames).bytes)
        #expect(file.blocks.map(\.payload) == frames.map(\.bytes))
        #expect(file.blocks.map(\.time) == frames.map { $0.time / 1_000 })
        #expect(file.blocks.map(\.track) == frames.map { $0.track == .video ? 1 : 2 })
        #expect(file.blocks.map(\.isKeyFrame) == frames.map(\.isKeyFrame))
        #expect(file.isFinished)
    }

    @Test func `can be read at every moment, and what is settled does not change`() throws {
        var writer = try #require(WebMWriter(video: Streams.video, audio: Streams.audio))
        var file = MemoryFile()
        var settled: [UInt8] = []
        let head = Int(writer.headLength)
        for (index, frame) in Streams.session(milliseconds: 4_000).enumerated() {
            try file.apply(writer.write(frame))
            #expect(Int64(file.bytes.count) == writer.length)
            #expect(file.bytes.dropFirst(head).starts(with: settled))
            settled = Array(file.bytes[head..<Int(writer.settledLength)])
            if index % 10 == 0 { #expect(throws: Never.self) { try WebMFile(file.bytes) } }
        }
        #expect(!settled.isEmpty)
        let before = file.bytes
        try file.apply(writer.finish())
        #expect(file.bytes.dropFirst(head).starts(with: settled))
        #expect(Int64(file.bytes.count) == writer.length)
        #expect(writer.settledLength == writer.length)
        // But for the head and one size only something is appended.
        let changed = before.indices.filter { before[$0] != file.bytes[$0] }
        let size = head + settled.count..<head + settled.count + 12
        #expect(changed.allSatisfy { $0 < head || size.contains($0) })
    }

    @Test func `a frame is written at once, by itself, behind the header of its block`() throws {
        var writer = try #require(WebMWriter(video: nil, audio: Streams.audio))
        _ = writer.begin()
        let first = writer.write(Streams.sound(1_000, bytes: [0xFC, 7]))
        let cluster: [UInt8] = [0x1F, 0x43, 0xB6, 0x75] + .unknownEBMLSize + [0xE7, 0x82, 0x03, 0xE8]
        #expect(first == [.append(cluster + [0xA3, 0x86, 0x82, 0, 0, 0x80, 0xFC, 7])])
        #expect(writer.write(Streams.sound(1_300)) == [.append([0xA3, 0x87, 0x82, 1, 44, 0x80, 0xFC, 1, 2])])
    }

    @Test func `a cluster begins with a key frame, after five seconds, and before two megabytes`() throws {
        let keys = try WebMFile(try WebMWriter.file(Streams.session(milliseconds: 4_000)).bytes)
        // Sound of the first moment comes before the first picture.
        #expect(keys.clusters.map(\.time) == [0, 0, 990, 1_980, 2_970, 3_960])
        let endless = try WebMFile(
            try WebMWriter.file(Streams.session(milliseconds: 16_000, keyDistance: 10_000)).bytes
        )
        #expect(endless.clusters.map(\.time) == [0, 0, 5_000, 10_000, 15_000])
        let silent = try WebMFile(
            try WebMWriter.file(Streams.session(milliseconds: 11_000, hasVideo: false)).bytes
        )
        #expect(silent.clusters.map(\.time) == [0, 5_000, 10_000])
        let large = [UInt8](repeating: 9, count: 600_000)
        let huge = [UInt8](repeating: 9, count: 2_500_000)
        let frames = (0..<7).map { Streams.picture($0 * 10, isKey: $0 == 0, bytes: $0 == 5 ? huge : large) }
        let big = try WebMFile(try WebMWriter.file(frames, audio: nil).bytes)
        #expect(big.clusters.map(\.blocks.count) == [3, 2, 1, 1])
        #expect(big.cues.map(\.time) == [0])
    }

    @Test func `a gap is nothing but the distance of two blocks`() throws {
        let frames = [Streams.picture(0, isKey: true), Streams.picture(100_000), Streams.picture(100_033)]
        let file = try WebMFile(try WebMWriter.file(frames, audio: nil).bytes)
        #expect(file.blocks.map(\.time) == [0, 100_000, 100_033])
        #expect(file.clusters.count == 2)
        #expect(file.duration == 100_066)
    }

    @Test(arguments: [0, 40, 450] as [Int64])
    func `pictures may come later than their sound, and little is held back`(delay: Int64) throws {
        let frames = Streams.session(milliseconds: 3_000)
        let arrivals = frames.enumerated()
            .map { index, frame in
                (at: frame.time / 1_000 + (frame.track == .video ? delay : 0), index: index, frame: frame)
            }
        var writer = try #require(WebMWriter(video: Streams.video, audio: Streams.audio))
        var file = MemoryFile()
        var given = 0
        for arrival in arrivals.sorted(by: { ($0.at, $0.index) < ($1.at, $1.index) }) {
            try file.apply(writer.write(arrival.frame))
            given += 1
            guard given % 25 == 0 else { continue }
            let written = try WebMFile(file.bytes).blocks.last?.time ?? 0
            #expect(arrival.at - written <= 600)
        }
        try file.apply(writer.finish())
        let blocks = try WebMFile(file.bytes).blocks
        #expect(blocks.map(\.payload) == frames.map(\.bytes))
        #expect(blocks.map(\.time) == frames.map { $0.time / 1_000 })
    }

    @Test func `what comes later than others wait is of the time of the block before it`() throws {
        let sounds = (0..<50).map { Streams.sound(Int64($0) * 20) }
        let frames = sounds + [Streams.picture(100, isKey: true), Streams.sound(1_000), Streams.picture(700)]
        let file = try WebMFile(try WebMWriter.file(frames).bytes)
        let pictures = file.blocks.filter { $0.track == 1 }
        #expect(pictures.map(\.time) == [380, 700])
    }

    @Test func `each key frame has a cue, and sound before the first has others`() throws {
        let quiet = Streams.session(milliseconds: 12_000, hasVideo: false)
        let later = Streams.session(milliseconds: 4_000)
            .map { frame in
                var frame = frame
                frame.time += 12_000_000
                return frame
            }
        let file = try WebMFile(try WebMWriter.file(quiet + later).bytes)
        #expect(file.cues.map(\.time) == [0, 5_000, 10_000, 12_000, 12_990, 13_980, 14_970, 15_960])
        #expect(file.cues.map(\.track) == [2, 2, 2, 1, 1, 1, 1, 1])
    }

    @Test func `the duration is that of the frames, or longer`() throws {
        let frames = Streams.session(milliseconds: 3_000)
        func duration(_ given: Int64?) throws -> Double? {
            try WebMFile(try WebMWriter.file(frames, duration: given).bytes).duration
        }
        // The last picture begins at 2,970; the last sound ends at 3,000.
        #expect(try duration(nil) == 3_003)
        #expect(try duration(1_000_000) == 3_003)
        #expect(try duration(-1) == 3_003)
        #expect(try duration(10_000_500) == 10_000.5)
        #expect(try duration(.max) == Double(UInt32.max))
    }

    @Test func `nothing recorded is a file, too`() throws {
        let file = try WebMFile(try WebMWriter.file([]).bytes)
        #expect(file.isFinished)
        #expect(file.duration == nil)
        #expect(file.cues.isEmpty)
        let one = try WebMFile(try WebMWriter.file([Streams.picture(0, isKey: true)]).bytes)
        #expect(one.duration == 33)
    }

    @Test func `what cannot be decoded is not written`() throws {
        let frames: [EncodedFrame] = [
            Streams.picture(0), Streams.picture(33, isKey: true), Streams.picture(66, bytes: []),
            Streams.picture(99),
            EncodedFrame(codec: .vp9, time: 120_000, isKeyFrame: true, bytes: [1]),
            EncodedFrame(codec: .red, time: 120_000, isKeyFrame: true, bytes: [1]),
            Streams.sound(120, bytes: []),
        ]
        let file = try WebMFile(try WebMWriter.file(frames).bytes)
        #expect(file.blocks.map(\.time) == [33, 99])
        let deaf = try WebMFile(try WebMWriter.file(frames + [Streams.sound(150)], audio: nil).bytes)
        #expect(deaf.blocks.map(\.time) == [33, 99])
    }

    @Test func `after the end nothing comes`() throws {
        var writer = try #require(WebMWriter(video: Streams.video, audio: Streams.audio))
        _ = writer.write(Streams.sound(0))
        #expect(!writer.finish().isEmpty)
        #expect(writer.isFinished)
        #expect(writer.write(Streams.sound(20)).isEmpty)
        #expect(writer.flush().isEmpty)
        #expect(writer.finish().isEmpty)
        #expect(writer.begin().isEmpty)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `is sound whatever it is given`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let codecs: [Codec] = [.vp8, .vp8, .opus, .opus, .vp9, .red]
        var time: Int64 = 0
        var frames: [EncodedFrame] = []
        for _ in 0..<1_500 {
            switch random.next() % 40 {
            case 0: time = Int64(bitPattern: random.next() >> (random.next() % 64))
            case 1: time = [.min, .max, -1, 0].randomElement(using: &random) ?? 0
            case 2...6: time &-= Int64(random.next() % 700_000)
            default: time &+= Int64(random.next() % 40_000)
            }
            let count = random.happens(0.01) ? 300_000 : Int(random.next() % 40)
            frames.append(
                EncodedFrame(
                    codec: codecs.randomElement(using: &random) ?? .vp8,
                    time: time,
                    isKeyFrame: random.happens(0.1),
                    bytes: [UInt8](repeating: UInt8(truncatingIfNeeded: random.next()), count: count)
                )
            )
        }
        let live = try WebMWriter.file(frames, isFinished: false)
        #expect(throws: Never.self) { try WebMFile(live.bytes) }
        let finished = try WebMWriter.file(frames)
        #expect(throws: Never.self) { try WebMFile(finished.bytes) }
        #expect(try live.repaired() == finished)
    }
}
