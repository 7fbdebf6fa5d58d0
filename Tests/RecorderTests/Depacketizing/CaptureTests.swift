import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("Streams of real encoders")
struct CaptureTests {
    private static let captures: [(Codec, Capture)] = [
        (.vp8, .vp8), (.vp9, .vp9), (.h264, .h264), (.av1, .av1),
    ]

    private static func track(_ codec: Codec) throws -> [TrackPacket] {
        let capture = try #require(captures.first { $0.0 == codec })
        return try capture.1.track(codec)
    }

    @Test(arguments: [Codec.vp8, .vp9, .h264, .av1])
    func `are given whole`(codec: Codec) throws {
        let track = try Self.track(codec)
        var assembler = FrameAssembler()
        let frames = assembler.all(track).frames
        let start = Int64(track[0].timestamp)
        #expect(frames.map(\.ticks) == (0..<10).map { start + $0 * 9_000 })
        #expect(frames.map(\.isKeyFrame) == (0..<10).map { $0 % 5 == 0 })
        for frame in frames {
            #expect(frame.codec == codec)
            #expect(frame.size == (frame.isKeyFrame ? PictureSize(width: 64, height: 48) : nil))
            #expect((frame.configuration != nil) == frame.isKeyFrame)
        }
        #expect(frames[0].configuration == frames[5].configuration)
        var counters = DepacketizingCounters()
        counters.frames = 10
        counters.keyFrames = 2
        #expect(assembler.counters == counters)
    }

    @Test(arguments: [Codec.vp8, .vp9, .h264, .av1])
    func `are given up to a lost packet, and from the next key frame on`(codec: Codec) throws {
        let track = try Self.track(codec)
        for lost in track.indices { expectLoss(of: lost, in: track) }
    }

    @Test(arguments: [Codec.vp8, .vp9, .h264, .av1], 0..<8 as Range<UInt64>)
    func `are given whole in whatever order they come`(codec: Codec, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let track = try Self.track(codec)
        var whole = FrameAssembler()
        let expected = whole.all(track).frames.map(\.bytes)
        var arrivals = [track[0]]
        for packet in track.dropFirst() {
            for _ in 0...(random.next() % 3) {
                var copy = packet
                copy.arrival = copy.arrival + .milliseconds(Int64(random.next() % 490))
                arrivals.append(copy)
            }
        }
        var assembler = FrameAssembler()
        let elements = assembler.all(arrivals.sorted { $0.arrival < $1.arrival })
        #expect(elements.frames.map(\.bytes) == expected)
        #expect(elements.gaps.isEmpty)
        let counters = assembler.counters.reordering
        #expect(counters.late + counters.duplicates == arrivals.count - track.count)
    }

    @Test func `of sound are given packet by packet`() throws {
        let track = try Capture.opus.track(.opus)
        var assembler = FrameAssembler()
        let frames = assembler.all(track).frames
        #expect(frames.map(\.bytes) == track.map(\.payload))
        #expect(frames.count == 11)
        for (frame, next) in zip(frames, frames.dropFirst()) {
            #expect(frame.duration == next.ticks - frame.ticks)
        }
    }

    @Test(arguments: [Codec.vp8, .vp9, .h264, .av1])
    func `are decoded by players, also after loss`(codec: Codec) throws {
        let track = try Self.track(codec)
        for lost in [nil, 2, track.count / 2 - 1] as [Int?] {
            var assembler = FrameAssembler()
            var elements: [FrameAssembler.Element] = []
            for (position, packet) in track.enumerated() where position != lost {
                elements += assembler.receive(packet)
            }
            elements += assembler.finish()
            let frames = elements.frames
            #expect(lost == nil ? frames.count == 10 : (5..<10).contains(frames.count))
            let decoded = try Player.decode(frames)
            #expect(decoded.errors == "")
            #expect(decoded.pictures == frames.count)
        }
    }

    @Test func `of VP9 are decoded by players as layers of superframes`() throws {
        // Pairs of frames become the layers of one picture; the player shows both.
        let track = try Self.track(.vp9)
        var assembler = FrameAssembler()
        let frames = assembler.all(track).frames
        let pairs = stride(from: 0, to: 10, by: 2)
            .map { [[0x2C, 0x00, 0] + frames[$0].bytes, [0x2C, 0x03, 0] + frames[$0 + 1].bytes] }
        var layered = FrameAssembler()
        let pictures = layered.all(packets(Array(pairs[..<2]), codec: .vp9)).frames
        #expect(pictures.count == 2)
        let decoded = try Player.decode(pictures)
        #expect(decoded.errors == "")
        #expect(decoded.pictures == 4)
    }
}
