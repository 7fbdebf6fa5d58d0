import RTP
import Testing

@testable import Recorder

@Suite("Opus (RFC 6716 §3, RFC 7587, RFC 2198)")
struct OpusTests {
    @Test(
        arguments: [
            // Each kind of frame: SILK, hybrid, CELT.
            ([0 << 3], 480), ([1 << 3], 960), ([2 << 3], 1_920), ([11 << 3], 2_880), ([12 << 3], 480),
            ([15 << 3], 960), ([16 << 3], 120), ([17 << 3], 240), ([22 << 3], 480), ([31 << 3], 960),
            // Stereo; two equal frames, two frames, three, as many as 120 ms have.
            ([31 << 3 | 4, 1], 960), ([31 << 3 | 1, 7, 7], 1_920), ([31 << 3 | 2, 1, 7, 7], 1_920),
            ([31 << 3 | 3, 3], 2_880), ([31 << 3 | 3, 0xC6], 5_760), ([16 << 3 | 3, 48], 5_760),
        ] as [([UInt8], Int64)]
    )
    func `packets last as long as they say`(packet: [UInt8], duration: Int64) {
        #expect(OpusPacket.duration(packet[...]) == duration)
    }

    @Test(
        arguments: [
            [], [31 << 3 | 1, 7], [31 << 3 | 2], [31 << 3 | 3], [31 << 3 | 3, 0], [31 << 3 | 3, 7],
            [16 << 3 | 3, 49],
        ] as [[UInt8]]
    )
    func `packets are refused that no decoder takes`(packet: [UInt8]) {
        #expect(OpusPacket.duration(packet[...]) == nil)
    }

    @Test func `sound is given packet by packet, over gaps, and needs no key frame`() {
        var assembler = FrameAssembler()
        let sound: [UInt8] = [31 << 3, 1, 2]
        var elements = assembler.receive(packet(1, 0, codec: .opus, at: 0, sound))
        elements += assembler.receive(packet(2, 960, codec: .opus, at: 20, []))
        elements += assembler.receive(packet(3, 960, codec: .opus, at: 20, [31 << 3 | 3, 0]))
        elements += assembler.receive(packet(6, 2_880, codec: .opus, at: 60, sound))
        elements += assembler.advance(to: milliseconds(560))
        let frame = { (ticks: Int64, arrival: Int64) in
            FrameAssembler.Element.frame(
                DepacketizedFrame(
                    codec: .opus,
                    ticks: ticks,
                    arrival: milliseconds(arrival),
                    isKeyFrame: true,
                    configuration: .opus(channels: 2),
                    duration: 960,
                    bytes: sound
                )
            )
        }
        #expect(elements == [frame(0, 0), .gap(packets: 2), frame(2_880, 60)])
        #expect(!assembler.needsKeyFrame)
        #expect(assembler.counters.frames == 2)
        #expect(assembler.counters.malformedPackets == 1)
    }

    @Test func `of redundant sound the newest block is taken, if it is Opus`() {
        var assembler = FrameAssembler(opusPayloadType: 111)
        let older: [UInt8] = [0x80 | 111, 0x0F, 0x00, 0x02]
        let redundant = { (type: UInt8) -> [UInt8] in older + [type, 9, 9, 31 << 3, 1] }
        let elements = assembler.all([
            packet(1, 960, codec: .red, redundant(111)), packet(2, 1_920, codec: .red, redundant(110)),
            packet(3, 2_880, codec: .red, [111, 30 << 3]), packet(4, 3_840, codec: .red, [0x80]),
            packet(5, 4_800, codec: .opus, [30 << 3]), packet(6, 5_760, codec: .red, [111, 31 << 3 | 3, 0]),
        ])
        #expect(elements.frames.map(\.bytes) == [[31 << 3, 1], [30 << 3], [30 << 3]])
        #expect(elements.frames.map(\.codec) == [.opus, .opus, .opus])
        #expect(elements.frames.map(\.ticks) == [960, 2_880, 4_800])
        #expect(assembler.counters.unsupportedPackets == 1)
        #expect(assembler.counters.malformedPackets == 2)
        #expect(assembler.counters.codecChanges == 0)
        assembler.opusPayloadType = nil
        #expect(assembler.receive(packet(7, codec: .red, redundant(110))).frames.count == 1)
    }
}
