import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("Rate limits")
struct RateLimiterTests {
    @Test func `allow so many in a window and then no more until it ends`() {
        let limiter = RateLimiter(limit: 3, window: 60)
        let start = ContinuousClock.now
        #expect(limiter.count("a", at: start) == .init(isAllowed: true, remaining: 2, resetAfter: 60))
        #expect(limiter.count("a", at: start + .seconds(10)).isAllowed)
        #expect(
            limiter.count("a", at: start + .seconds(20))
                == .init(isAllowed: true, remaining: 0, resetAfter: 40)
        )
        #expect(
            limiter.count("a", at: start + .seconds(59))
                == .init(isAllowed: false, remaining: 0, resetAfter: 1)
        )
        #expect(limiter.count("a", at: start + .seconds(60)).isAllowed)
    }

    @Test func `count everybody apart`() {
        let limiter = RateLimiter(limit: 1, window: 60)
        #expect(limiter.count("a").isAllowed)
        #expect(limiter.count("b").isAllowed)
        #expect(!limiter.count("a").isAllowed)
    }

    @Test func `remember a bounded number of keys, and forgive the oldest`() {
        let limiter = RateLimiter(limit: 1, window: 3600)
        let start = ContinuousClock.now
        #expect(limiter.count("first", at: start).isAllowed)
        for key in 0..<RateLimiter.maximumKeys { _ = limiter.count("\(key)", at: start + .seconds(1)) }
        #expect(!limiter.count("\(RateLimiter.maximumKeys - 1)", at: start + .seconds(2)).isAllowed)
        #expect(limiter.count("first", at: start + .seconds(2)).isAllowed)
    }

    @Test func `say themselves in headers`() {
        let headers = RateLimiter.Verdict(isAllowed: true, remaining: 5, resetAfter: 7)
            .headers("default", limit: 100, window: 900)
        #expect(headers[.rateLimitPolicy] == #""default";q=100;w=900"#)
        #expect(headers[.rateLimit] == #""default";r=5;t=7"#)
    }

    @Test func `sockets are counted by address, in and out`() {
        let counter = SocketCounter(limit: 2)
        #expect(counter.open("a") && counter.open("a"))
        #expect(!counter.open("a") && !counter.hasRoom(for: "a"))
        #expect(counter.open("b"))
        counter.close("a")
        #expect(counter.hasRoom(for: "a") && counter.open("a"))
    }
}
