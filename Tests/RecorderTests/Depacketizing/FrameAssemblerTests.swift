import RTP
import Testing

@testable import Recorder

@Suite("Assembling frames")
struct FrameAssemblerTests {
    private static let key = VP8Sample.payloads(VP8Sample.keyFrame(body: Array(0..<30)), length: 12)
    private static let inter = VP8Sample.payloads(VP8Sample.frame(body: Array(0..<30)), length: 12)

    /// Ticks of the frames given.
    private static func ticks(_ elements: [FrameAssembler.Element]) -> [Int64] {
        elements.frames.map(\.ticks)
    }

    @Test func `gives frames whole, with all that is known of them`() {
        var assembler = FrameAssembler()
        var track = packets([Self.key, Self.inter], codec: .vp8)
        // The first packet of the first frame was resent.
        track[0].arrival = milliseconds(40)
        track.swapAt(0, 1)
        let first = packet(0, 90_000, codec: .vp8, at: 0, [])
        let elements = assembler.all([first] + track.sorted { $0.arrival < $1.arrival })
        #expect(
            elements == [
                .frame(
                    DepacketizedFrame(
                        codec: .vp8,
                        ticks: 0,
                        arrival: milliseconds(2),
                        isKeyFrame: true,
                        configuration: .vp8,
                        size: PictureSize(width: 64, height: 48),
                        bytes: VP8Sample.keyFrame(body: Array(0..<30))
                    )
                ),
                .frame(
                    DepacketizedFrame(
                        codec: .vp8,
                        ticks: 3_000,
                        arrival: milliseconds(5),
                        isKeyFrame: false,
                        bytes: VP8Sample.frame(body: Array(0..<30))
                    )
                ),
            ]
        )
        #expect(assembler.counters.frames == 2)
        #expect(assembler.counters.keyFrames == 1)
        #expect(assembler.counters.reordering == ReorderBuffer.Counters())
        #expect(assembler.ticks(of: 2_000) == 2_000)
    }

    @Test func `drops all from a lost packet to the next key frame, whichever packet it is`() {
        let frames = [Self.key, Self.inter, Self.inter, Self.key, Self.inter]
        let track = packets(frames, codec: .vp8)
        for lost in track.indices {
            expectLoss(of: lost, in: track)
        }
    }

    @Test func `ends a frame without marker where the timestamp changes, or another begins`() {
        var track = packets([Self.key, Self.inter, Self.inter, Self.inter], codec: .vp8)
        for position in track.indices { track[position].marker = false }
        var assembler = FrameAssembler()
        #expect(Self.ticks(assembler.all(track)) == [0, 3_000, 6_000])
        #expect(assembler.finish().isEmpty)
        #expect(assembler.counters.incompleteFrames == 1)
        // Two frames of one timestamp.
        for position in track.indices.dropFirst(7) { track[position].timestamp = 3_000 }
        assembler = FrameAssembler()
        #expect(Self.ticks(assembler.all(track)) == [0, 3_000, 3_000])
    }

    @Test func `passes over padding, wherever it is`() {
        var track = packets([Self.key, Self.inter], codec: .vp8)
        let padding = track.indices.map { position in
            packet(Int64(position * 2 + 2), track[position].timestamp, codec: .vp8, [])
        }
        for position in track.indices { track[position].index = Int64(position * 2 + 1) }
        var assembler = FrameAssembler()
        let mixed = zip(track, padding).flatMap { [$0, $1] }
        #expect(Self.ticks(assembler.all(mixed)) == [0, 3_000])
    }

    @Test func `wishes for a key frame until one is coming`() {
        var assembler = FrameAssembler()
        #expect(!assembler.needsKeyFrame)
        let track = packets([Self.inter, Self.key, Self.inter, Self.inter, Self.key], codec: .vp8)
        var wishes: [Bool] = []
        for packet in track where packet.index != 10 {
            _ = assembler.receive(packet)
            wishes.append(assembler.needsKeyFrame)
            if packet.index == 13 {
                _ = assembler.advance(to: milliseconds(1_000))
                wishes.append(assembler.needsKeyFrame)
            }
        }
        let expected: [(Bool, Int)] = [(true, 3), (false, 9), (true, 1), (false, 4)]
        // A frame without; a key frame, and all up to the end of patience; the next key frame.
        #expect(Self.key.count == 4)
        #expect(Self.inter.count == 3)
        #expect(wishes == expected.flatMap { Array(repeating: $0.0, count: $0.1) })
        #expect(assembler.counters.undecodableFrames == 2)
        #expect(assembler.counters.incompleteFrames == 1)
    }

    @Test func `begins anew with another codec`() {
        let sequence = AV1Sample().sequenceHeader
        let unit: [UInt8] = [0x28, UInt8(sequence.count)] + sequence + AV1Sample.keyFrame
        let frames: [(Codec, [[UInt8]])] = [
            (.vp8, Self.key), (.vp8, Self.inter.dropLast()), (.av1, [[0x10] + AV1Sample.frame]),
            (.av1, [unit]), (.vp8, Self.inter), (.vp8, Self.key),
        ]
        var track = packets(frames.map(\.1), codec: .vp8)
        for position in track.indices {
            let frame = Int(track[position].timestamp) / 3_000
            track[position].codec = frames[frame].0
            if frame == 1 { track[position].marker = false }
        }
        var assembler = FrameAssembler()
        let given = assembler.all(track).frames
        #expect(given.map(\.codec) == [.vp8, .av1, .vp8])
        #expect(given.map(\.ticks) == [0, 9_000, 15_000])
        #expect(given.map(\.isKeyFrame) == [true, true, true])
        #expect(assembler.counters.codecChanges == 2)
        #expect(assembler.counters.incompleteFrames == 1)
        #expect(assembler.counters.undecodableFrames == 2)
    }

    @Test func `gives up frames that are too long`() {
        var assembler = FrameAssembler()
        let part = [UInt8](repeating: 1, count: VideoAssembler.mostBytes / 3)
        let long = [[0x10] + VP8Sample.keyFrame(body: part), [0x00] + part, [0x00] + part, [0x00, 1]]
        let elements = assembler.all(packets([Self.key, long, Self.inter, Self.key], codec: .vp8))
        #expect(Self.ticks(elements) == [0, 9_000])
        #expect(assembler.counters.oversizedFrames == 1)
        #expect(assembler.counters.incompleteFrames == 1)
        #expect(assembler.counters.undecodableFrames == 1)
    }

    @Test func `counts packets that it cannot read, and goes on with the next key frame`() {
        var assembler = FrameAssembler()
        let unit: [[UInt8]] = [H264Sample().unit, [0x68, 0xCE], [0x65, 0x88, 1]]
        let slice: [UInt8] = [0x41, 0x9A]
        let track = packets(
            [unit, [[0x1E, 1], slice], [[0x1D, 0x81, 0, 0, 1]], [slice], unit, [[0x78, 9]]],
            codec: .h264
        )
        #expect(Self.ticks(assembler.all(track)) == [0, 3_000, 12_000])
        #expect(assembler.needsKeyFrame)
        #expect(assembler.counters.unsupportedPackets == 2)
        #expect(assembler.counters.malformedPackets == 1)
        #expect(assembler.counters.incompleteFrames == 2)
        #expect(assembler.counters.undecodableFrames == 1)
    }

    @Test func `at the end of a source gives what is held, and waits for nothing of it`() {
        var assembler = FrameAssembler()
        var elements = assembler.all(packets([Self.key, Self.inter], codec: .vp8).filter { $0.index != 4 })
        #expect(elements.isEmpty)
        #expect(assembler.nextDeadline == milliseconds(505))
        elements = assembler.finish()
        #expect(elements == [.gap(packets: 1)])
        #expect(assembler.counters.incompleteFrames == 1)
        #expect(assembler.counters.undecodableFrames == 1)
        #expect(assembler.nextDeadline == nil)
        var next = packets([Self.key], codec: .vp8, from: 72)
        for position in next.indices { next[position].timestamp = 90_000 }
        elements = assembler.all(next)
        #expect(elements.gaps == [64])
        #expect(Self.ticks(elements) == [90_000])
    }

    @Test func `unwraps timestamps`() {
        var assembler = FrameAssembler()
        var track = packets([Self.key, Self.inter, Self.inter], codec: .vp8)
        for position in track.indices { track[position].timestamp &-= 4_000 }
        let start: Int64 = 0x1_0000_0000 - 4_000
        #expect(Self.ticks(assembler.all(track)) == [start, start + 3_000, start + 6_000])
    }
}

/// Without one packet, all is given that came before its frame, and all from the next key frame on.
func expectLoss(of lost: Int, in track: [TrackPacket]) {
    var whole = FrameAssembler()
    let frames = whole.all(track).frames
    let first = track[0].timestamp
    let ticks = { (packet: TrackPacket) in Int64(packet.timestamp &- first) + Int64(first) }
    let damaged = frames.firstIndex { $0.ticks == ticks(track[lost]) } ?? 0
    let next = frames.indices.first { $0 > damaged && frames[$0].isKeyFrame } ?? frames.count
    var assembler = FrameAssembler()
    var elements: [FrameAssembler.Element] = []
    for (position, packet) in track.enumerated() where position != lost {
        elements += assembler.receive(packet)
    }
    elements += assembler.finish()
    #expect(elements.frames == Array(frames[..<damaged]) + Array(frames[next...]), "without packet \(lost)")
    // What is missing before the first packet or behind the last is not known to be.
    let isKnown = lost > 0 && lost < track.count - 1
    #expect(elements.gaps == (isKnown ? [1] : []))
    #expect(assembler.counters.reordering.missing == (isKnown ? 1 : 0))
}
