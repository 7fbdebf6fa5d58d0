import RTP
import Testing

@testable import SFU

@Suite("A track's packets")
struct SourceTrackTests {
    @discardableResult
    private func store(
        _ track: SourceTrack,
        _ sequence: UInt16,
        timestamp: UInt32 = 0,
        payload: [UInt8] = deltaPayload,
        at now: MonotonicTime = milliseconds(0)
    ) -> Result<Int64, DropReason> {
        let datagram = packet(sequence, timestamp: timestamp, payload: payload)
        guard let header = try? RTPHeader(parsing: datagram.span) else { return .failure(.unknownTrack) }
        return payload.withUnsafeBytes {
            track.store(header, payload: $0, codec: .vp8, orientation: nil, isResend: false, at: now)
        }
    }

    @Test func `have indices that go on over wraps and sources`() throws {
        let track = SourceTrack(kind: .video)
        let first = try store(track, 65_535, payload: keyPayload).get()
        #expect(try store(track, 0).get() == first + 1)
        #expect(try store(track, 3).get() == first + 4)
        #expect(try store(track, 2).get() == first + 3)
        track.beginSource()
        #expect(!track.hasSource)
        let second = try store(track, 40_000, payload: keyPayload).get()
        #expect(track.epochStart == first + 5)
        #expect(second > first + 4)
        #expect(try store(track, 40_001).get() == second + 1)
    }

    @Test func `are dropped by name if they came before, are too old, or older than the source`() throws {
        let track = SourceTrack(kind: .audio)
        let first = try store(track, 1_000).get()
        #expect(store(track, 1_000) == .failure(.duplicate))
        #expect(try store(track, 990).get() == first - 10, "the first packet may have overtaken others")
        #expect(store(track, 900) == .failure(.beforeStart))
        for sequence in 1_001...1_400 as ClosedRange<UInt16> { store(track, sequence) }
        #expect(store(track, 1_010) == .failure(.tooOld))
        #expect(store(track, 1_401, payload: [UInt8](repeating: 0, count: 1_505)) == .failure(.tooLong))
    }

    @Test func `have timestamps that go on as time does`() throws {
        let track = SourceTrack(kind: .video)
        func timestamp(_ index: Int64) throws -> UInt32 { try #require(track.ring.info(at: index)).timestamp }
        let first = try store(track, 1, timestamp: 5_000, at: milliseconds(0)).get()
        #expect(try timestamp(first) == 5_000)
        track.beginSource()
        let second = try store(track, 9, timestamp: 4_000_000_000, at: milliseconds(2_000)).get()
        #expect(try timestamp(second) == 5_000 + 180_000)
        track.beginSource()
        // At once is no time, so a fiftieth of a second.
        let third = try store(track, 9, timestamp: 7, at: milliseconds(2_000)).get()
        #expect(try timestamp(third) == 5_000 + 180_000 + 1_800)
        track.beginSource()
        // After a day the difference still looks like a step forward.
        let fourth = try store(track, 9, timestamp: 0, at: milliseconds(86_400_000)).get()
        #expect(Int32(bitPattern: try timestamp(fourth) &- timestamp(third)) > 0)
    }

    @Test func `are joined at the running group if that is short, fresh and whole`() throws {
        let track = SourceTrack(kind: .video)
        #expect(track.joinPoint(at: milliseconds(0), anything: true) == nil)
        let start = try store(track, 1, timestamp: 1, payload: keyPayload).get()
        store(track, 2, timestamp: 1)
        #expect(track.joinPoint(at: milliseconds(3_000), anything: false) == start)
        #expect(track.joinPoint(at: milliseconds(3_001), anything: false) == nil)
        #expect(track.joinPoint(at: milliseconds(3_001), anything: true) == start)
        // A packet that is given up leaves a hole.
        store(track, 4, timestamp: 1)
        #expect(track.joinPoint(at: milliseconds(400), anything: false) == start)
        _ = track.dueLosses(at: milliseconds(600))
        #expect(track.joinPoint(at: milliseconds(600), anything: false) == nil)
        // The next group is as good as new.
        let next = try store(track, 5, timestamp: 2, payload: keyPayload, at: milliseconds(700)).get()
        #expect(track.joinPoint(at: milliseconds(700), anything: false) == next)
        // Parameter sets and slices of one key frame are one beginning.
        store(track, 6, timestamp: 2, payload: keyPayload, at: milliseconds(700))
        #expect(track.joinPoint(at: milliseconds(700), anything: false) == next)
        for sequence in 7..<1_010 as Range<UInt16> { store(track, sequence, timestamp: 3) }
        #expect(track.joinPoint(at: milliseconds(700), anything: false) == nil)
        track.beginSource()
        #expect(track.joinPoint(at: milliseconds(700), anything: true) == nil)
    }

    @Test func `of one batch are made equally long where that costs little`() throws {
        let track = SourceTrack(kind: .video)
        func lengths(_ sizes: [Int], from sequence: UInt16) throws -> [Int] {
            var indices: [Int64] = []
            for (offset, size) in sizes.enumerated() {
                let payload = [UInt8](repeating: 1, count: size)
                indices.append(try store(track, sequence + UInt16(offset), payload: payload).get())
            }
            track.equalise(indices)
            return try indices.map { Int(try #require(track.ring.info(at: $0)).length) }
        }
        #expect(try lengths([1_000, 999, 996, 995, 300, 0], from: 1) == [1_000, 1_000, 1_000, 995, 300, 0])
        let longest = SFULimits.longestExtended
        #expect(try lengths([longest, longest - 1], from: 10) == [longest, longest])
        #expect(try lengths([longest + 1, longest], from: 20) == [longest + 1, longest])
    }
}

@Suite("Reception statistics (RFC 3550 §6.4.1, §A.3, §A.8)")
struct ReceptionStatisticsTests {
    @Test func `tell loss since the last report and since the start`() {
        var statistics = ReceptionStatistics()
        #expect(statistics.interval() == (0, 0))
        for index in 0..<100 as Range<Int64> where index % 4 != 3 || index > 97 {
            statistics.received(
                index,
                timestamp: UInt32(index) * 3_000,
                clockRate: 90_000,
                at: milliseconds(index * 33)
            )
        }
        var (fraction, lost) = statistics.interval()
        #expect((61...64).contains(fraction))
        #expect(lost == 24)
        for index in 100..<200 as Range<Int64> {
            statistics.received(
                index,
                timestamp: UInt32(index) * 3_000,
                clockRate: 90_000,
                at: milliseconds(index * 33)
            )
        }
        (fraction, lost) = statistics.interval()
        #expect(fraction == 0)
        #expect(lost == 24)
        #expect(statistics.interval() == (0, 24))
    }

    @Test func `tell jitter of arrivals, not of a jump of timestamps`() {
        var statistics = ReceptionStatistics()
        for index in 0..<500 as Range<Int64> {
            let shift: Int64 = index % 2 == 0 ? 0 : 10
            let jump: UInt32 = index < 250 ? 0 : 0x8000_0000
            statistics.received(
                index,
                timestamp: UInt32(index) * 3_000 &+ jump,
                clockRate: 90_000,
                at: milliseconds(index * 100 / 3 + shift)
            )
        }
        #expect((800...1_000).contains(statistics.jitter))
    }
}
