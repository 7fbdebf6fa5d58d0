import RTP
import Testing

@Suite("NTP time (RFC 3550 §4)")
struct NTPTimeTests {
    @Test func `counts from 1900`() {
        #expect(NTPTime(sinceUnixEpoch: .zero) == NTPTime(seconds: 2_208_988_800, fraction: 0))
        // 2026-11-26 00:00:00.5 UTC.
        let time = NTPTime(sinceUnixEpoch: .milliseconds(1_795_651_200_500))
        #expect(time == NTPTime(seconds: 4_004_640_000, fraction: 0x8000_0000))
    }

    @Test func `gives the middle 32 bits`() {
        let time = NTPTime(rawValue: 0x1234_5678_9ABC_DEF0)
        #expect(time.seconds == 0x1234_5678)
        #expect(time.fraction == 0x9ABC_DEF0)
        #expect(time.compact == 0x5678_9ABC)
        #expect(time.rawValue == 0x1234_5678_9ABC_DEF0)
    }

    @Test func `adds and subtracts durations across the era of 2036`() {
        let last = NTPTime(seconds: .max, fraction: 0xC000_0000)
        let next = last + .milliseconds(500)
        #expect(next == NTPTime(seconds: 0, fraction: 0x4000_0000))
        #expect(next - last == .milliseconds(500))
        #expect(last - next == .milliseconds(-500))
        #expect(next + .milliseconds(-500) == last)
    }

    @Test(arguments: [0, 1, 999, 1_000, 123_456_789, -1, -999_999_999, 86_400_000_000_000])
    func `keeps nanoseconds on the way through units of 2^-32 s`(nanoseconds: Int64) {
        let time = NTPTime(seconds: 100_000, fraction: 12_345)
        let difference = (time + .nanoseconds(nanoseconds)) - time
        #expect(abs((difference - .nanoseconds(nanoseconds)).wholeNanoseconds) <= 1)
    }

    @Test func `gives durations in units of 2^-16 s`() {
        #expect(Duration.milliseconds(500).compactNTP == 0x8000)
        #expect(Duration(compactNTP: 0x1_8000) == .milliseconds(1_500))
        #expect(Duration.seconds(-1).compactNTP == 0)
        #expect(Duration.seconds(65_536).compactNTP == .max)
        #expect(Duration.seconds(Int64.max).compactNTP == .max)
    }

    @Test func `takes the example of the round trip from the standard`() {
        // RFC 3550 figure 2: 46,864.500 received, last report 46,853.125, delay 5.250, round trip 6.125.
        let arrival = NTPTime(seconds: 46_864, fraction: 0x8000_0000)
        var block = ReportBlock(ssrc: 1, lastSenderReport: 0xB705_2000, delaySinceLastSenderReport: 0x5_4000)
        #expect(arrival.compact == 0xB710_8000)
        #expect(block.roundTripTime(arrival: arrival) == .milliseconds(6_125))
        block.lastSenderReport = 0
        #expect(block.roundTripTime(arrival: arrival) == nil)
        block.lastSenderReport = arrival.compact
        #expect(block.roundTripTime(arrival: arrival) == nil)
    }
}
