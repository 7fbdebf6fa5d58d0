import TestSupport
import Testing

@testable import WebRTC

@Suite("SRTP replay window (RFC 3711 §3.3.2)")
struct ReplayWindowTests {
    @Test func `an index is fresh once`() {
        var window = ReplayWindow()
        for index: UInt64 in [5, 7, 6, 100, 99, 3000, 0x1_0000_0000] {
            #expect(window.verdict(on: index) == .fresh)
            window.insert(index)
            #expect(window.verdict(on: index) == .replayed)
        }
        #expect(window.highest == 0x1_0000_0000)
    }

    @Test func `what is older than 2,048 indexes is too old`() {
        var window = ReplayWindow()
        window.insert(10_000)
        #expect(window.verdict(on: 10_000 - 2047) == .fresh)
        #expect(window.verdict(on: 10_000 - 2048) == .tooOld)
        #expect(window.verdict(on: 0) == .tooOld)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `it says what a set of all indexes would say`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var window = ReplayWindow()
        var seen: Set<UInt64> = []
        var highest: UInt64 = 1_000_000
        for step in 0..<20_000 {
            let jump: UInt64 =
                switch generator.next() % 200 {
                case 0: 2000 + generator.next() % 5000
                case 1...20: 60 + generator.next() % 140
                default: generator.next() % 3
                }
            let candidate = highest &+ jump &- generator.next() % 2500
            let verdict = window.verdict(on: candidate)
            let known = step > 0 ? window.highest ?? 0 : 0
            let expected: ReplayWindow.Verdict =
                step > 0 && candidate + ReplayWindow.width <= known
                ? .tooOld : seen.contains(candidate) ? .replayed : .fresh
            guard verdict == expected else {
                Issue.record("seed \(seed), step \(step): \(candidate) is \(verdict), not \(expected)")
                return
            }
            if verdict == .fresh {
                window.insert(candidate)
                seen.insert(candidate)
            }
            highest = max(highest, candidate)
        }
    }
}

@Suite("SRTP packet index (RFC 3711 §3.3.1)")
struct RolloverCounterTests {
    private static let cases: [(UInt16, UInt64?, UInt64?)] = [
        (5, nil, 5), (65_535, nil, 65_535), (0, 65_535, 65_536), (65_535, 65_536, 65_535),
        (6, 65_541, 65_542), (40_000, 75_536, 105_536), (50_000, 75_536, 50_000), (60_000, 10, nil),
        (10, 256_608, 262_154), (0, 0xFFFF_FFFF_FFFF, nil),
    ]

    @Test(arguments: cases)
    func `the index nearest to the newest one is meant`(
        sequenceNumber: UInt16,
        highest: UInt64?,
        index: UInt64?
    ) {
        #expect(RolloverCounter.index(of: sequenceNumber, highest: highest) == index)
    }
}
