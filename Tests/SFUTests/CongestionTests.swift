import RTP
import TestSupport
import Testing

@testable import SFU

/// Sends 250 packets a second, and reports each 100 ms as browsers do.
private struct PathDriver {
    var history = TransportHistory()
    var path = PathEstimate()
    var builder = TransportFeedbackBuilder()
    var time: Int64 = 0
    var nextPacket: Int64 = 0

    /// How many reports said that the path is overused.
    mutating func overuses(
        milliseconds duration: Int64,
        delay: (Int64) -> Int64 = { _ in 20 },
        isLost: (Int64) -> Bool = { _ in false }
    ) -> Int {
        run(milliseconds: duration, delay: delay, isLost: isLost).count { $0 }
    }

    mutating func run(
        milliseconds duration: Int64,
        delay: (Int64) -> Int64 = { _ in 20 },
        isLost: (Int64) -> Bool = { _ in false },
        isReportLost: Bool = false
    ) -> [Bool] {
        var verdicts: [Bool] = []
        let end = time + duration
        while time < end {
            if time % 4 == 0 {
                let sequence = history.add(
                    bytes: 1_000,
                    sentAt: TransportHistory.microseconds(milliseconds(time))
                )
                if !isLost(nextPacket) {
                    builder.record(sequence: sequence, at: milliseconds(time + delay(nextPacket)))
                }
                nextPacket += 1
            }
            if time % 100 == 99, let feedback = builder.build(sender: 1, media: 2), !isReportLost {
                path.update(
                    feedback,
                    history: &history,
                    now: TransportHistory.microseconds(milliseconds(time))
                )
                verdicts.append(path.isOverused)
            }
            time += 1
        }
        return verdicts
    }
}

@Suite("What a path carries")
struct PathEstimateTests {
    @Test func `a steady path is not overused, nor one with jitter, nor one that loses a tenth`() {
        var random = SplitMix64(seed: 1)
        var driver = PathDriver()
        let delays = (0..<20_000).map { _ in Int64(random.next() % 50) }
        let losses = (0..<20_000).map { _ in random.happens(0.1) }
        #expect(driver.overuses(milliseconds: 20_000, delay: { 20 + delays[Int($0)] }) == 0)
        #expect(driver.overuses(milliseconds: 20_000, isLost: { losses[Int($0)] }) == 0)
        #expect((0.05...0.15).contains(driver.path.averageLoss))
    }

    @Test func `a queue that grows is found within half a second`() {
        var driver = PathDriver()
        _ = driver.run(milliseconds: 5_000)
        let begun = driver.nextPacket
        let verdicts = driver.run(milliseconds: 1_500, delay: { 20 + ($0 - begun) * 5 })
        #expect(verdicts.firstIndex(of: true).map { $0 <= 6 } == true)
    }

    @Test func `loss that lasts is found within half a second, an outage of any length is none`() {
        var driver = PathDriver()
        _ = driver.run(milliseconds: 5_000)
        for outage in [50, 100, 200, 300, 500, 1_000] as [Int64] {
            #expect(driver.overuses(milliseconds: outage, isLost: { _ in true }) == 0)
            #expect(driver.overuses(milliseconds: 2_000) == 0, "after \(outage) ms")
        }
        let verdicts = driver.run(milliseconds: 1_000, isLost: { $0 % 2 == 0 })
        #expect(verdicts.firstIndex(of: true).map { $0 <= 5 } == true)
    }

    @Test func `delay and loss together are a queue that overflows, where neither alone is`() {
        let isLost: (Int64) -> Bool = { $0 % 6 == 0 }
        var driver = PathDriver()
        _ = driver.run(milliseconds: 5_000)
        #expect(driver.overuses(milliseconds: 3_000, isLost: isLost) == 0)
        #expect(driver.overuses(milliseconds: 3_000, delay: { _ in 220 }) == 0)
        driver = PathDriver()
        _ = driver.run(milliseconds: 5_000)
        let verdicts = driver.run(milliseconds: 1_000, delay: { _ in 220 }, isLost: isLost)
        #expect(verdicts.firstIndex(of: true).map { $0 <= 6 } == true)
    }

    @Test func `reports that are lost say nothing`() {
        var driver = PathDriver()
        _ = driver.run(milliseconds: 3_000)
        for _ in 0..<10 {
            _ = driver.run(milliseconds: 300, isReportLost: true)
            #expect(driver.overuses(milliseconds: 500) == 0)
        }
        #expect(driver.path.loss == 0)
    }

    @Test func `a clock that wraps, or jumps, is no queue`() {
        var driver = PathDriver()
        _ = driver.run(milliseconds: 2_000)
        #expect(driver.overuses(milliseconds: 3_000, delay: { _ in 500_000_000 }) == 0)
        #expect(driver.overuses(milliseconds: 3_000) == 0)
        // The microseconds of 32 bits wrap every 71 minutes.
        driver = PathDriver()
        driver.time = 4_294_967 - 12_000
        #expect(driver.overuses(milliseconds: 6_000) == 0)
    }

    @Test func `a train of packets shows what the path carries, once it has come or is late`() {
        for (gap, isLost) in [(1, false), (10, false), (1, true)] {
            var history = TransportHistory()
            var path = PathEstimate()
            var builder = TransportFeedbackBuilder()
            path.probed(first: history.next, count: 10, now: 0)
            for number in 0..<10 {
                let sequence = history.add(bytes: 1_000, sentAt: 0, isProbe: true)
                if !isLost || number < 5 {
                    builder.record(sequence: sequence, at: milliseconds(Int64(50 + number * gap)))
                }
            }
            #expect(path.takeProbe(now: 10_000) == nil)
            if let feedback = builder.build(sender: 1, media: 2) {
                path.update(feedback, history: &history, now: 100_000)
            }
            if isLost {
                #expect(path.takeProbe(now: 900_000) == nil)
                #expect(path.takeProbe(now: 1_100_000) == 0)
            } else {
                #expect(path.takeProbe(now: 150_000) == 8_000_000 / gap)
                #expect(path.takeProbe(now: 160_000) == nil)
            }
        }
    }
}

@Suite("Stopping video")
struct VideoGateTests {
    private func path(carries bps: Int, at now: MonotonicTime) -> PathEstimate {
        var history = TransportHistory()
        var path = PathEstimate()
        var builder = TransportFeedbackBuilder()
        path.probed(first: 0, count: 5, now: TransportHistory.microseconds(now))
        for number in 0..<5 {
            let sequence = history.add(bytes: 1_000, sentAt: 0, isProbe: true)
            let gap = Duration.seconds(Double(number) * 8_000 / Double(bps))
            builder.record(sequence: sequence, at: now + gap)
        }
        if let feedback = builder.build(sender: 1, media: 2) {
            path.update(feedback, history: &history, now: TransportHistory.microseconds(now))
        }
        return path
    }

    @Test func `lasts until two trains have shown that the path carries a quarter more than video`() {
        var gate = VideoGate()
        var path = PathEstimate()
        #expect(gate.isOpen)
        gate.close(at: milliseconds(0))
        #expect(!gate.isOpen)
        #expect(gate.advance(at: milliseconds(999), rate: 1_000_000, canProbe: true, path: &path) == .none)
        #expect(
            gate.advance(at: milliseconds(1_000), rate: 1_000_000, canProbe: true, path: &path)
                == .probe(packets: 8)
        )
        path = self.path(carries: 1_100_000, at: milliseconds(1_100))
        #expect(gate.advance(at: milliseconds(1_200), rate: 1_000_000, canProbe: true, path: &path) == .none)
        #expect(gate.advance(at: milliseconds(1_799), rate: 1_000_000, canProbe: true, path: &path) == .none)
        #expect(
            gate.advance(at: milliseconds(1_800), rate: 1_000_000, canProbe: true, path: &path)
                == .probe(packets: 8)
        )
        path = self.path(carries: 2_000_000, at: milliseconds(1_900))
        #expect(
            gate.advance(at: milliseconds(1_910), rate: 1_000_000, canProbe: true, path: &path)
                == .probe(packets: 24)
        )
        path = self.path(carries: 2_000_000, at: milliseconds(2_000))
        #expect(
            gate.advance(at: milliseconds(2_010), rate: 1_000_000, canProbe: true, path: &path) == .resume
        )
        #expect(gate.isOpen)
    }

    @Test func `lasts 1, 2 and 4 seconds where no train can be sent, and 1 again after a success`() {
        var gate = VideoGate()
        var path = PathEstimate()
        var now = milliseconds(0)
        for wait in [1, 2, 4, 4] as [Int64] {
            gate.close(at: now)
            now = now.advanced(byMilliseconds: wait * 1_000 - 1)
            #expect(gate.advance(at: now, rate: 1, canProbe: false, path: &path) == .none)
            now = now.advanced(byMilliseconds: 1)
            #expect(gate.advance(at: now, rate: 1, canProbe: false, path: &path) == .resume)
        }
        now = now.advanced(byMilliseconds: 8_001)
        gate.close(at: now)
        now = now.advanced(byMilliseconds: 1_000)
        #expect(gate.advance(at: now, rate: 1, canProbe: false, path: &path) == .resume)
    }
}

@Suite("Receiver reports of a viewer (RFC 3550 §6.4.1)")
struct ReportedReceptionTests {
    @Test func `give the round trip, from reports of ours only`() {
        var reception = ReportedReception()
        let ntp = NTPTime(seconds: 100, fraction: 0)
        reception.sentReport(ntp, at: milliseconds(0))
        var block = ReportBlock(ssrc: 1)
        block.lastSenderReport = 77
        reception.received(block, isVideo: true, at: milliseconds(400))
        #expect(reception.roundTrip == nil)
        block.lastSenderReport = ntp.compact
        block.delaySinceLastSenderReport = Duration.milliseconds(300).compactNTP
        reception.received(block, isVideo: true, at: milliseconds(400))
        let roundTrip = reception.roundTrip.map { $0 / .milliseconds(1) } ?? 0
        #expect(abs(roundTrip - 100) < 1)
        // A held time that is longer than the way is a lie.
        block.delaySinceLastSenderReport = .max
        reception.received(block, isVideo: true, at: milliseconds(400))
        #expect(reception.roundTrip == .milliseconds(1))
    }

    @Test func `are poor after two in a row that miss much of the video`() {
        var reception = ReportedReception()
        let poor = ReportBlock(ssrc: 1, fractionLost: 90)
        reception.received(poor, isVideo: true, at: milliseconds(0))
        #expect(!reception.isPoor)
        reception.received(poor, isVideo: false, at: milliseconds(0))
        #expect(!reception.isPoor)
        reception.received(poor, isVideo: true, at: milliseconds(0))
        #expect(reception.isPoor)
        reception.received(ReportBlock(ssrc: 1, fractionLost: 10), isVideo: true, at: milliseconds(0))
        #expect(!reception.isPoor)
    }
}
