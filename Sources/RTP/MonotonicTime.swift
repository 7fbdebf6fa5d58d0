/// A moment on a clock that only runs forward, in nanoseconds since a start that means nothing.
///
/// Engines never read a clock: whoever drives them says what time it is, so that tests run in virtual time.
public struct MonotonicTime: Hashable, Sendable {
    /// Nanoseconds since the clock's own start.
    public var nanoseconds: UInt64

    /// A moment this many nanoseconds after the clock's start.
    @inlinable
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// The start of the clock.
    public static let zero = MonotonicTime(nanoseconds: 0)
}

extension MonotonicTime: Comparable {
    /// Whether the left moment comes before the right one.
    @inlinable
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

extension MonotonicTime {
    /// The moment `duration` later (or earlier, if it is negative); stops at the ends of the clock.
    @inlinable
    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        time.advanced(byNanoseconds: duration.wholeNanoseconds)
    }

    /// The moment `duration` earlier; stops at the ends of the clock.
    @inlinable
    public static func - (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let amount = duration.wholeNanoseconds
        return time.advanced(byNanoseconds: amount == .min ? .max : -amount)
    }

    /// The time from the right moment to the left one; negative if the left one is the earlier.
    @inlinable
    public static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        .nanoseconds(left.nanoseconds(since: right))
    }

    /// Nanoseconds from `other` to this moment; negative if this one is the earlier.
    ///
    /// The cheap form of `-` for the packet path. Stops at the ends of `Int64` (292 years).
    @inlinable
    public func nanoseconds(since other: MonotonicTime) -> Int64 {
        self >= other
            ? Int64(clamping: nanoseconds &- other.nanoseconds)
            : -Int64(clamping: other.nanoseconds &- nanoseconds)
    }

    /// The moment so many nanoseconds later; stops at the ends of the clock.
    @inlinable
    public func advanced(byNanoseconds amount: Int64) -> MonotonicTime {
        let (sum, overflow) =
            amount < 0
            ? nanoseconds.subtractingReportingOverflow(amount.magnitude)
            : nanoseconds.addingReportingOverflow(amount.magnitude)
        guard overflow else { return MonotonicTime(nanoseconds: sum) }
        return MonotonicTime(nanoseconds: amount < 0 ? .min : .max)
    }

    /// The moment so many milliseconds later; stops at the ends of the clock.
    @inlinable
    public func advanced(byMilliseconds amount: Int64) -> MonotonicTime {
        advanced(byNanoseconds: amount.saturatingMultiplied(by: 1_000_000))
    }

    /// The moment so many seconds later; stops at the ends of the clock.
    @inlinable
    public func advanced(bySeconds amount: Int64) -> MonotonicTime {
        advanced(byNanoseconds: amount.saturatingMultiplied(by: 1_000_000_000))
    }
}

extension Int64 {
    @usableFromInline
    func saturatingMultiplied(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        guard overflow else { return product }
        return (self < 0) == (factor < 0) ? .max : .min
    }
}

extension Duration {
    /// The duration in nanoseconds, without the fraction of one; stops at the ends of `Int64` (292 years).
    @inlinable
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard isTooLong || overflow else { return sum }
        return seconds < 0 ? .min : .max
    }
}
