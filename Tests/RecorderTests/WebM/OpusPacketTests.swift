import Testing

@testable import Recorder

@Suite("Length of Opus packets")
struct OpusPacketTests {
    @Test(
        arguments: [
            // SILK of 10 and 60 ms, hybrid of 20 ms, CELT of 2.5 and 20 ms.
            (0 << 3, nil, 10_000), (3 << 3, nil, 60_000), (11 << 3, nil, 60_000), (13 << 3, nil, 20_000),
            (16 << 3, nil, 2_500), (31 << 3, nil, 20_000), (31 << 3 | 4, nil, 20_000),
            // Two frames, alike or not; as many as the second byte says, which may be missing or lie.
            (31 << 3 | 1, nil, 40_000), (31 << 3 | 2, 0, 40_000), (31 << 3 | 3, 3, 60_000),
            (31 << 3 | 3, 0xC3, 60_000), (31 << 3 | 3, nil, 0), (3 << 3 | 3, 63, 120_000),
        ] as [(UInt8, UInt8?, Int64)]
    )
    func `by their first bytes`(first: UInt8, second: UInt8?, microseconds: Int64) {
        #expect(OpusPacket.duration(first: first, second: second) == microseconds)
    }
}
