import RTP
import Testing

@testable import SFU

@Suite("Loss detection (RFC 4585 §6.2.1)")
struct LossDetectorTests {
    @Test func `asks when reordering is over, again after the round trip, urgently then, and gives up`() {
        var detector = LossDetector(patience: .milliseconds(500))
        #expect(detector.gap(after: 10, before: 13, at: milliseconds(0)) == true)
        #expect(detector.isWaiting)
        #expect(detector.due(at: milliseconds(3)).ask == [])
        #expect(detector.due(at: milliseconds(4)).ask == [11, 12])
        #expect(detector.due(at: milliseconds(73)).ask == [])
        #expect(detector.due(at: milliseconds(74)).ask == [11, 12])
        detector.arrived(11, at: milliseconds(80))
        #expect(detector.due(at: milliseconds(103)).ask == [])
        #expect(detector.due(at: milliseconds(110)).ask == [12])
        #expect(detector.due(at: milliseconds(500)).gaveUp == [])
        #expect(detector.due(at: milliseconds(501)).gaveUp == [12])
        #expect(!detector.isWaiting)
        #expect(detector.lost == 1)
        #expect(detector.recovered == 1)
    }

    @Test func `does not ask for what was only overtaken`() {
        var detector = LossDetector()
        _ = detector.gap(after: 1, before: 3, at: milliseconds(0))
        detector.arrived(2, at: milliseconds(3))
        #expect(detector.due(at: milliseconds(100)).ask == [])
        #expect(detector.recovered == 0)
        #expect(detector.lost == 0)
    }

    @Test(arguments: [25, 60, 200])
    func `learns the round trip, also one that is longer than assumed`(milliseconds roundTrip: Int64) {
        var detector = LossDetector()
        var now: Int64 = 0
        for index in stride(from: 0, to: 400, by: 2) as StrideTo<Int64> {
            _ = detector.gap(after: index, before: index + 2, at: milliseconds(now))
            let asked = now + 4
            while now < asked + roundTrip {
                now += 1
                _ = detector.due(at: milliseconds(now))
            }
            detector.arrived(index + 1, at: milliseconds(now))
        }
        let learned = detector.roundTrip / .milliseconds(1)
        #expect(abs(learned - Double(roundTrip)) < 6)
    }

    @Test func `waits for so many at most, and for none of a gap that is longer`() {
        var detector = LossDetector()
        let most = Int64(LossDetector.maximumMissing)
        #expect(detector.gap(after: 0, before: most + 1, at: milliseconds(0)) == true)
        #expect(detector.gap(after: most + 1, before: most + 4, at: milliseconds(1)) == true)
        #expect(detector.lost == 2)
        // One request takes so many; the others are next.
        let first = detector.due(at: milliseconds(10)).ask
        let second = detector.due(at: milliseconds(10)).ask
        #expect(first == (3..<3 + Int64(SFULimits.mostAskedAtOnce)).map { $0 })
        #expect(second.first == first.last.map { $0 + 1 })
        #expect(detector.gap(after: 2_000, before: 2_002 + most, at: milliseconds(20)) == false)
        #expect(!detector.isWaiting)
        #expect(detector.lost == 2 + UInt64(most) + UInt64(most) + 1)
    }

    @Test func `forgets when the source changes`() {
        var detector = LossDetector()
        _ = detector.gap(after: 0, before: 3, at: milliseconds(0))
        detector.reset()
        #expect(!detector.isWaiting)
        #expect(detector.due(at: milliseconds(900)).gaveUp == [])
    }
}

@Suite("Requests for key frames")
struct KeyFrameRequestsTests {
    @Test
    func
        `are one a second for all, the first one repeated after half of that, and marked as ignored after two`()
    {
        var requests = KeyFrameRequests()
        #expect(requests.take(at: milliseconds(0)) == false)
        requests.want()
        requests.want()
        #expect(requests.take(at: milliseconds(0)) == true)
        #expect(requests.take(at: milliseconds(499)) == false)
        #expect(requests.take(at: milliseconds(500)) == true)
        #expect(!requests.isIgnored)
        #expect(requests.take(at: milliseconds(1_499)) == false)
        #expect(requests.take(at: milliseconds(1_500)) == true)
        #expect(requests.isIgnored)
        #expect(requests.count == 3)
        requests.answered()
        #expect(!requests.isIgnored)
        #expect(requests.take(at: milliseconds(9_000)) == false)
    }

    @Test func `come at most once a second even if each is answered`() {
        var requests = KeyFrameRequests()
        var made = 0
        for time in 0..<5_000 as Range<Int64> {
            requests.want()
            if requests.take(at: milliseconds(time)) {
                made += 1
                requests.answered()
            }
        }
        #expect(made == 5)
    }

    @Test func `are forgone when nobody needs one any more`() {
        var requests = KeyFrameRequests(count: 3)
        requests.want()
        requests.forgo()
        #expect(requests.take(at: milliseconds(0)) == false)
        #expect(requests.count == 3)
    }
}
