import RTP
import TestSupport
import Testing

@Suite("Reporting arrivals (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1)")
struct TransportFeedbackBuilderTests {
    private func build(_ builder: inout TransportFeedbackBuilder) -> TransportFeedback? {
        builder.build(sender: 1, media: 2)
    }

    @Test func `reports nothing before the first packet and after the last`() {
        var builder = TransportFeedbackBuilder()
        #expect(!builder.isPending)
        #expect(build(&builder) == nil)
        builder.record(sequence: 5, at: milliseconds(100))
        #expect(builder.isPending)
        #expect(build(&builder)?.packets == [144])
        #expect(!builder.isPending)
        #expect(build(&builder) == nil)
    }

    @Test func `counts deltas from the reference time, then from packet to packet`() {
        var builder = TransportFeedbackBuilder()
        builder.record(sequence: 10, at: milliseconds(1_000))
        builder.record(sequence: 11, at: milliseconds(1_010))
        builder.record(sequence: 13, at: milliseconds(1_200))
        // 1,000 ms = 15 x 64 ms + 40 ms.
        #expect(
            build(&builder)
                == TransportFeedback(
                    sender: 1,
                    media: 2,
                    baseSequence: 10,
                    referenceTime: 15,
                    feedbackCount: 0,
                    packets: [160, 40, nil, 760]
                )
        )
    }

    @Test func `does not add up what it rounds`() {
        var builder = TransportFeedbackBuilder()
        // A third of a millisecond each: 1.33 units.
        for index in 0..<300 {
            builder.record(
                sequence: UInt16(index),
                at: MonotonicTime(nanoseconds: UInt64(index) * 333_333)
            )
        }
        var last: Int64?
        build(&builder)?.forEachPacket { _, ticks in last = ticks }
        #expect(last == 398)
    }

    @Test func `goes on where the last feedback ended, with what was missing between`() {
        var builder = TransportFeedbackBuilder()
        builder.record(sequence: 65_534, at: milliseconds(64))
        #expect(build(&builder)?.baseSequence == 65_534)
        builder.record(sequence: 1, at: milliseconds(128))
        let next = build(&builder)
        #expect(next?.baseSequence == 65_535)
        #expect(next?.packets == [nil, nil, 0])
        #expect(next?.feedbackCount == 1)
    }

    @Test func `reports packets in order that came out of order`() {
        var builder = TransportFeedbackBuilder()
        builder.record(sequence: 1, at: milliseconds(64))
        builder.record(sequence: 3, at: milliseconds(65))
        builder.record(sequence: 2, at: milliseconds(66))
        #expect(build(&builder)?.packets == [0, 8, -4])
    }

    @Test func `begins before the first packet if an overtaken one comes in time`() {
        var builder = TransportFeedbackBuilder()
        builder.record(sequence: 0, at: milliseconds(65))
        builder.record(sequence: 65_535, at: milliseconds(66))
        let feedback = build(&builder)
        #expect(feedback?.baseSequence == 65_535)
        #expect(feedback?.packets == [8, -4])
    }

    @Test func `reports a late packet again with what follows it`() {
        var builder = TransportFeedbackBuilder()
        builder.record(sequence: 1, at: milliseconds(64))
        builder.record(sequence: 3, at: milliseconds(64))
        _ = build(&builder)
        builder.record(sequence: 2, at: milliseconds(70))
        let again = build(&builder)
        #expect(again?.baseSequence == 2)
        #expect(again?.packets == [24, -24])
        #expect(!builder.isPending)
    }

    @Test func `counts the first copy of a packet`() {
        var builder = TransportFeedbackBuilder()
        builder.record(sequence: 1, at: milliseconds(64))
        builder.record(sequence: 1, at: milliseconds(99))
        #expect(build(&builder)?.packets == [0])
        builder.record(sequence: 1, at: milliseconds(101))
        #expect(!builder.isPending)
        #expect(build(&builder) == nil)
    }

    @Test func `takes a new reference after more than eight seconds`() {
        var builder = TransportFeedbackBuilder()
        builder.record(sequence: 1, at: milliseconds(0))
        builder.record(sequence: 2, at: milliseconds(8_191))
        builder.record(sequence: 4, at: milliseconds(8_191 + 8_192))
        #expect(build(&builder)?.packets == [0, 32_764])
        let next = build(&builder)
        #expect(next?.baseSequence == 3)
        #expect(next?.packets == [nil, 252])
        #expect(next?.referenceTime == 255)
    }

    @Test func `splits what is too long for one feedback`() {
        var builder = TransportFeedbackBuilder()
        for index: UInt16 in 0..<1_000 {
            builder.record(sequence: index, at: milliseconds(Int64(index)))
        }
        var counts: [Int] = []
        var numbers: [UInt16] = []
        while let feedback = build(&builder) {
            counts.append(feedback.packets.count)
            feedback.forEachPacket { number, ticks in
                #expect(ticks == Int64(number) * 4)
                numbers.append(number)
            }
            var bytes: [UInt8] = []
            feedback.write(to: &bytes)
            #expect(bytes.count <= 940)
        }
        #expect(counts == [400, 400, 200])
        #expect(numbers == Array(0..<1_000))
    }

    @Test func `keeps the largest feedback below 940 bytes`() {
        var builder = TransportFeedbackBuilder()
        var time: Int64 = 0
        for index: UInt16 in 0..<400 {
            // Six of seven deltas need two bytes, and the seventh is none of them: no run covers a vector.
            time = index % 7 == 0 ? time : 1_000 - time
            builder.record(sequence: index, at: milliseconds(time))
        }
        var bytes: [UInt8] = []
        build(&builder)?.write(to: &bytes)
        #expect((870...940).contains(bytes.count))
    }

    @Test func `tells only the end of a gap longer than a feedback`() {
        var builder = TransportFeedbackBuilder()
        builder.record(sequence: 0, at: milliseconds(0))
        builder.record(sequence: 1_500, at: milliseconds(10))
        #expect(build(&builder)?.packets == [0])
        let next = build(&builder)
        #expect(next?.baseSequence == 1_101)
        #expect(next?.packets.count == 400)
        #expect(next?.packets.last == 40)
        #expect(!builder.isPending)
    }

    @Test func `forgets what it could not report within its window`() {
        var builder = TransportFeedbackBuilder()
        builder.record(sequence: 0, at: milliseconds(0))
        builder.record(sequence: 1, at: milliseconds(1))
        builder.record(sequence: 3_000, at: milliseconds(2))
        // Older than the window: no place for it.
        builder.record(sequence: 2, at: milliseconds(3))
        var received: [UInt16] = []
        while let feedback = build(&builder) {
            feedback.forEachPacket { number, ticks in
                if ticks != nil { received.append(number) }
            }
        }
        #expect(received == [3_000])
    }

    @Test func `does not take arrivals of the last round for new ones`() {
        var builder = TransportFeedbackBuilder()
        builder.record(sequence: 7, at: milliseconds(0))
        _ = build(&builder)
        // The same slot, one window on, was passed over.
        builder.record(sequence: 7 + 2_048 + 1, at: milliseconds(10))
        #expect(build(&builder)?.packets.compactMap(\.self).count == 1)
    }

    @Test func `keeps the reference time within 24 bits`() {
        var builder = TransportFeedbackBuilder()
        // 2^23 x 64 ms: the sign changes.
        builder.record(sequence: 0, at: milliseconds(8_388_608 * 64 + 1))
        #expect(build(&builder)?.referenceTime == -8_388_608)
        builder.record(sequence: 1, at: milliseconds(16_777_216 * 64 + 1))
        #expect(build(&builder)?.referenceTime == 0)
    }

    @Test(arguments: 1...20)
    func `reports each packet with its arrival, whatever the order and loss`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var builder = TransportFeedbackBuilder()
        var arrivals: [UInt16: Int64] = [:]
        var reported: [UInt16: Int64] = [:]
        var time: Int64 = 1_000
        let first = UInt16(truncatingIfNeeded: generator.next())
        for block: UInt16 in 0..<60 {
            for offset in (0..<UInt16(20)).shuffled(using: &generator) {
                time += Int64.random(in: 0...3, using: &generator)
                guard Int.random(in: 0..<10, using: &generator) > 0 else { continue }
                let number = first &+ block &* 20 &+ offset
                builder.record(sequence: number, at: milliseconds(time))
                arrivals[number] = time * 4
                if Int.random(in: 0..<50, using: &generator) == 0 {
                    while let feedback = build(&builder) {
                        feedback.forEachPacket { if let ticks = $1 { reported[$0] = ticks } }
                    }
                }
            }
        }
        while let feedback = build(&builder) {
            feedback.forEachPacket { if let ticks = $1 { reported[$0] = ticks } }
        }
        #expect(reported == arrivals)
    }
}
