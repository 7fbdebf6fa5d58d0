import RTP
import Testing

@Suite("Monotonic time")
struct MonotonicTimeTests {
    private let start = MonotonicTime(nanoseconds: 5_000_000_000)

    @Test func `adds and subtracts durations`() {
        #expect(start + .milliseconds(1_500) == MonotonicTime(nanoseconds: 6_500_000_000))
        #expect(start + .milliseconds(-1_500) == MonotonicTime(nanoseconds: 3_500_000_000))
        #expect(start - .milliseconds(1_500) == MonotonicTime(nanoseconds: 3_500_000_000))
        #expect(start.advanced(bySeconds: 2) == start + .seconds(2))
        #expect(start.advanced(byMilliseconds: -2) == start - .milliseconds(2))
        #expect(start.advanced(byNanoseconds: 7).nanoseconds == 5_000_000_007)
    }

    @Test func `tells the time between two moments with its sign`() {
        let later = start + .microseconds(250)
        #expect(later - start == .microseconds(250))
        #expect(start - later == .microseconds(-250))
        #expect(later.nanoseconds(since: start) == 250_000)
        #expect(start.nanoseconds(since: later) == -250_000)
        #expect(start < later)
    }

    @Test func `stops at the ends of the clock`() {
        let last = MonotonicTime(nanoseconds: .max)
        #expect(start - .seconds(6) == .zero)
        #expect(last + .nanoseconds(1) == last)
        #expect(start + .seconds(Int64.max) == MonotonicTime(nanoseconds: 5_000_000_000 + UInt64(Int64.max)))
        #expect(start - .seconds(Int64.max) == .zero)
        #expect(start - .seconds(Int64.min) == MonotonicTime(nanoseconds: 5_000_000_000 + UInt64(Int64.max)))
        #expect(start.advanced(bySeconds: .max) == start.advanced(byNanoseconds: .max))
        #expect(start.advanced(byMilliseconds: .min) == .zero)
        #expect(last.nanoseconds(since: .zero) == .max)
        #expect(MonotonicTime.zero.nanoseconds(since: last) == -.max)
    }

    @Test func `gives the nanoseconds of a duration`() {
        #expect(Duration.milliseconds(-3).wholeNanoseconds == -3_000_000)
        #expect(
            (Duration.nanoseconds(7) + Duration(secondsComponent: 0, attosecondsComponent: 5))
                .wholeNanoseconds == 7
        )
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
    }
}
