import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("Reordering")
struct ReorderBufferTests {
    /// Indices given; gaps negative.
    private static func transcript(_ elements: [ReorderBuffer.Element]) -> [Int64] {
        elements.map { element in
            switch element {
            case .packet(let packet): packet.index
            case .gap(let packets): -packets
            }
        }
    }

    /// What is given of packets with these indices, one each millisecond.
    private static func transcript(_ indices: [Int64]) -> [[Int64]] {
        var buffer = ReorderBuffer()
        return indices.enumerated()
            .map { time, index in transcript(buffer.receive(packet(index, at: Int64(time)))) }
    }

    @Test(
        arguments: [
            ([5, 6, 7], [[5], [6], [7]]),
            ([5, 7, 6, 8], [[5], [], [6, 7], [8]]),
            ([5, 9, 7, 8, 6], [[5], [], [], [], [6, 7, 8, 9]]),
            ([5, 8, 6, 7], [[5], [], [6], [7, 8]]),
            // What comes before the first, or again.
            ([5, 4, 5, 6, 6], [[5], [], [], [6], []]),
            ([5, 7, 7, 6, 7, 8], [[5], [], [], [6, 7], [], [8]]),
            ([-1, 0, 1], [[-1], [0], [1]]),
        ] as [([Int64], [[Int64]])]
    )
    func `gives packets in order, and each once`(indices: [Int64], expected: [[Int64]]) {
        #expect(Self.transcript(indices) == expected)
    }

    @Test func `goes past a gap when what is behind it was held for half a second, and not before`() {
        var buffer = ReorderBuffer()
        #expect(buffer.nextDeadline == nil)
        _ = buffer.receive(packet(1, at: 0))
        #expect(buffer.nextDeadline == nil)
        #expect(buffer.receive(packet(4, at: 100)).isEmpty)
        #expect(buffer.receive(packet(6, at: 200)).isEmpty)
        #expect(buffer.nextDeadline == milliseconds(600))
        #expect(buffer.advance(to: milliseconds(599)).isEmpty)
        #expect(Self.transcript(buffer.advance(to: milliseconds(600))) == [-2, 4])
        #expect(buffer.nextDeadline == milliseconds(700))
        #expect(Self.transcript(buffer.receive(packet(7, at: 700))) == [-1, 6, 7])
        #expect(buffer.nextDeadline == nil)
        #expect(buffer.receive(packet(3, at: 701)).isEmpty)
        #expect(buffer.counters.late == 1)
        #expect(buffer.counters.gaps == 2)
        #expect(buffer.counters.missing == 3)
    }

    @Test func `takes what fills a gap at the last moment`() {
        var buffer = ReorderBuffer()
        _ = buffer.receive(packet(1, at: 0))
        _ = buffer.receive(packet(3, at: 0))
        #expect(Self.transcript(buffer.receive(packet(2, at: 900))) == [2, 3])
        #expect(buffer.counters == ReorderBuffer.Counters())
    }

    @Test func `leaves every gap behind that is before a packet held too long`() {
        var buffer = ReorderBuffer()
        _ = buffer.receive(packet(1, at: 0))
        _ = buffer.receive(packet(7, at: 10))
        // This one was resent.
        _ = buffer.receive(packet(4, at: 400))
        #expect(Self.transcript(buffer.advance(to: milliseconds(510))) == [-2, 4, -2, 7])
    }

    @Test func `reckons from arrivals, also if time was ahead of them`() {
        var buffer = ReorderBuffer()
        _ = buffer.receive(packet(1, at: 0))
        #expect(buffer.advance(to: milliseconds(1_000)).isEmpty)
        #expect(buffer.receive(packet(3, at: 501)).isEmpty)
        #expect(buffer.advance(to: milliseconds(0)).isEmpty)
        #expect(Self.transcript(buffer.receive(packet(5, at: 500))) == [-1, 3, -1, 5])
    }

    @Test func `holds so many packets at most`() {
        var buffer = ReorderBuffer()
        _ = buffer.receive(packet(0))
        for index in 0..<Int64(ReorderBuffer.mostPackets) {
            #expect(buffer.receive(packet(2 + index * 2)).isEmpty)
        }
        #expect(Self.transcript(buffer.receive(packet(1_000_001))) == [-1, 2])
        #expect(buffer.counters.overflows == 1)
    }

    @Test func `holds so many bytes at most`() {
        var buffer = ReorderBuffer()
        let large = [UInt8](repeating: 0, count: ReorderBuffer.mostBytes / 4)
        _ = buffer.receive(packet(0))
        for index in 0..<Int64(4) {
            #expect(buffer.receive(packet(10 + index, 0, large)).isEmpty)
        }
        #expect(Self.transcript(buffer.receive(packet(20, 0, [0]))) == [-9, 10, 11, 12, 13])
        #expect(buffer.receive(packet(30, 0, large + large)).isEmpty)
        #expect(Self.transcript(buffer.receive(packet(32, 0, large + large + large))) == [-6, 20, -9, 30])
        #expect(buffer.counters.overflows == 3)
    }

    @Test func `after a flush waits for nothing that was before`() {
        var buffer = ReorderBuffer()
        _ = buffer.receive(packet(1, at: 0))
        _ = buffer.receive(packet(3, at: 1))
        #expect(Self.transcript(buffer.flush()) == [-1, 3])
        #expect(buffer.receive(packet(2, at: 2)).isEmpty)
        #expect(Self.transcript(buffer.receive(packet(68, at: 3))) == [-64, 68])
        #expect(buffer.receive(packet(70, at: 4)).isEmpty)
        #expect(Self.transcript(buffer.flush()) == [-1, 70])
        #expect(Self.transcript(buffer.receive(packet(71, at: 5))) == [71])
        #expect(buffer.receive(packet(73, at: 6)).isEmpty)
    }

    @Test func `takes any index`() {
        var buffer = ReorderBuffer()
        #expect(Self.transcript(buffer.receive(packet(.min))) == [.min])
        #expect(buffer.receive(packet(.max)).isEmpty)
        #expect(Self.transcript(buffer.receive(packet(.min + 1))) == [.min + 1])
        #expect(Self.transcript(buffer.flush()) == [-.max, .max])
        #expect(buffer.receive(packet(0)).isEmpty)
        #expect(buffer.receive(packet(.max)).isEmpty)
        #expect(buffer.counters.missing == .max)
        #expect(buffer.counters.late == 2)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `gives what a network shuffles, doubles and loses as far as it can`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var arrivals: [TrackPacket] = []
        for index in Int64(100)..<400 where index == 100 || random.next() % 10 != 0 {
            let delay = Int64(random.next() % 4 == 0 ? random.next() % 700 : random.next() % 3)
            let arrival = index * 5 + (index == 100 ? -5 : delay)
            arrivals.append(packet(index, at: arrival))
            if random.next() % 8 == 0 {
                arrivals.append(packet(index, at: arrival + Int64(random.next() % 300)))
            }
        }
        arrivals.sort { ($0.arrival, $0.index) < ($1.arrival, $1.index) }
        var buffer = ReorderBuffer()
        var last: Int64 = 99
        var (given, missing) = (0, Int64(0))
        let check = { (element: ReorderBuffer.Element, now: MonotonicTime) in
            switch element {
            case .packet(let packet):
                #expect(packet.index == last + 1)
                #expect(now <= packet.arrival + ReorderBuffer.patience)
                last = packet.index
                given += 1
            case .gap(let packets):
                #expect(packets > 0)
                last += packets
                missing += packets
            }
        }
        var rest = arrivals[...]
        for time in Int64(0)...3_600 {
            while let next = rest.first, next.arrival <= milliseconds(time) {
                for element in buffer.receive(rest.removeFirst()) { check(element, next.arrival) }
            }
            for element in buffer.advance(to: milliseconds(time)) { check(element, milliseconds(time)) }
        }
        #expect(rest.isEmpty)
        #expect(buffer.nextDeadline == nil)
        #expect(given + buffer.counters.late + buffer.counters.duplicates == arrivals.count)
        #expect(missing == buffer.counters.missing)
        #expect(Int64(given) + missing == last - 99)
    }
}

@Suite("RTP timestamps")
struct TimestampUnwrapperTests {
    @Test(
        arguments: [
            ([10, 3_010, 10], [10, 3_010, 10]),
            ([0xFFFF_FFF0, 0x10, 0xFFFF_FFF0], [0xFFFF_FFF0, 0x1_0000_0010, 0xFFFF_FFF0]),
            ([0, 0xFFFF_FFFF], [0, -1]),
            ([0, 0x7FFF_FFFF, 0xFFFF_FFFE, 0x7FFF_FFFD], [0, 0x7FFF_FFFF, 0xFFFF_FFFE, 0x1_7FFF_FFFD]),
            ([0, 0x8000_0000], [0, -0x8000_0000]),
        ] as [([UInt32], [Int64])]
    )
    func `are extended by the nearest way`(timestamps: [UInt32], expected: [Int64]) {
        var unwrapper = TimestampUnwrapper()
        #expect(unwrapper.peek(7) == nil)
        for (timestamp, expected) in zip(timestamps, expected) {
            if let peeked = unwrapper.peek(timestamp) { #expect(peeked == expected) }
            #expect(unwrapper.unwrap(timestamp) == expected)
            #expect(unwrapper.last == expected)
        }
    }
}
