/// Lets a burst through, and in the long run so many a second.
struct TokenBucket: Sendable {
    private let rate: Double
    private let burst: Double
    private var tokens: Double
    private var updatedAt: ContinuousClock.Instant

    /// - Parameters:
    ///   - rate: How many a second in the long run.
    ///   - burst: How many at once after a pause.
    init(rate: Double, burst: Double, at now: ContinuousClock.Instant) {
        self.rate = rate
        self.burst = burst
        tokens = burst
        updatedAt = now
    }

    /// Whether one more may pass now.
    mutating func take(at now: ContinuousClock.Instant) -> Bool {
        tokens = min(burst, tokens + (now - updatedAt) / .seconds(1) * rate)
        updatedAt = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
