import HTTPTypes
import PortholeCore
import Testing

@testable import HTTPAPI

@Suite("Rate limiter")
struct RateLimiterTests {
    private let start = ContinuousClock.now

    @Test func `counts down to zero, refuses, and begins anew with the next window`() {
        let limiter = RateLimiter(limit: 2, window: 60)
        #expect(limiter.count("a", at: start) == .init(isAllowed: true, remaining: 1, resetAfter: 60))
        let later = start + .seconds(20)
        #expect(limiter.count("a", at: later) == .init(isAllowed: true, remaining: 0, resetAfter: 40))
        #expect(limiter.count("a", at: later) == .init(isAllowed: false, remaining: 0, resetAfter: 40))
        let end = start + .milliseconds(59_999)
        #expect(limiter.count("a", at: end) == .init(isAllowed: false, remaining: 0, resetAfter: 1))
        let next = start + .seconds(60)
        #expect(limiter.count("a", at: next) == .init(isAllowed: true, remaining: 1, resetAfter: 60))
    }

    @Test func `counts each key by itself`() {
        let limiter = RateLimiter(limit: 1, window: 60)
        #expect(limiter.count("a", at: start).isAllowed)
        #expect(limiter.count("b", at: start).isAllowed)
        #expect(!limiter.count("a", at: start).isAllowed)
    }

    @Test func `a flood of keys forgets the oldest and no others`() {
        let limiter = RateLimiter(limit: 1, window: 1_000_000)
        let flood = RateLimiter.maximumKeys
        for number in 0..<flood { _ = limiter.count("\(number)", at: start + .milliseconds(number)) }
        let now = start + .milliseconds(flood)
        #expect(limiter.count("new", at: now).isAllowed)
        #expect(!limiter.count("\(flood - 1)", at: now).isAllowed)
        #expect(limiter.count("0", at: now).isAllowed)
    }

    @Test func `says so in the headers of draft 10`() {
        let verdict = RateLimiter.Verdict(isAllowed: true, remaining: 3, resetAfter: 9)
        let headers = verdict.headers("default", limit: 100, window: 900)
        #expect(headers[.rateLimitPolicy] == #""default";q=100;w=900"#)
        #expect(headers[.rateLimit] == #""default";r=3;t=9"#)
    }
}
