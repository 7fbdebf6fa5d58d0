import RTP
import TestSupport
import Testing

@Suite("Sequence numbers across wraps (RFC 3550 §A.1)")
struct SequenceUnwrapperTests {
    @Test func `starts so high that overtaken numbers stay positive`() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.highest == nil)
        #expect(unwrapper.unwrap(3) == 65_539)
        #expect(unwrapper.unwrap(65_535) == 65_535)
        #expect(unwrapper.highest == 65_539)
    }

    @Test func `follows wraps in both directions`() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.unwrap(65_534) == 131_070)
        #expect(unwrapper.unwrap(1) == 131_073)
        #expect(unwrapper.unwrap(65_535) == 131_071)
        #expect(unwrapper.unwrap(0) == 131_072)
        #expect(unwrapper.unwrap(2) == 131_074)
    }

    @Test func `takes a number for the nearest to the highest`() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.unwrap(0) == 65_536)
        #expect(unwrapper.unwrap(32_767) == 98_303)
        // 32,768 behind rather than ahead.
        #expect(unwrapper.unwrap(65_535) == 65_535)
        #expect(unwrapper.highest == 98_303)
    }

    @Test func `peeks without counting as seen`() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.peek(5) == nil)
        _ = unwrapper.unwrap(10)
        #expect(unwrapper.peek(12) == 65_548)
        #expect(unwrapper.peek(8) == 65_544)
        #expect(unwrapper.highest == 65_546)
    }

    @Test(arguments: [1, 2, 3])
    func `restores a shuffled run of numbers`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var unwrapper = SequenceUnwrapper()
        let first = Int64(65_536 + 65_000)
        _ = unwrapper.unwrap(65_000)
        for block in 0..<4_000 {
            let numbers = (0..<64).map { first + Int64(block * 64 + $0) }.shuffled(using: &generator)
            for number in numbers {
                #expect(unwrapper.unwrap(UInt16(truncatingIfNeeded: number)) == number)
            }
        }
    }

    @Test func `compares modulo 2^16`() {
        #expect(UInt16(1).isNewer(than: 0))
        #expect(UInt16(0).isNewer(than: 65_535))
        #expect(!UInt16(65_535).isNewer(than: 0))
        #expect(!UInt16(7).isNewer(than: 7))
        #expect(UInt16(32_767).isNewer(than: 0))
        #expect(!UInt16(32_768).isNewer(than: 0))
    }
}
