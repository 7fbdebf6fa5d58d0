import Foundation

extension Date {
    /// Microseconds from 1970 to `Date`'s own reference, 2001.
    private static let reference: Int64 = 978_307_200_000_000
    /// About three thousand years either way: what is further away (a token's absurd expiry) is as good as that.
    private static let horizon = 1e17

    /// What a column keeps: microseconds since 1970, rounded.
    var microseconds: Int64 {
        let microseconds = (timeIntervalSinceReferenceDate * 1_000_000).rounded()
        return Int64(min(max(microseconds, -Self.horizon), Self.horizon)) + Self.reference
    }

    /// The moment that a column keeps; its own ``microseconds`` are the same number again.
    init(microseconds: Int64) {
        self.init(timeIntervalSinceReferenceDate: Double(microseconds - Self.reference) / 1_000_000)
    }
}
