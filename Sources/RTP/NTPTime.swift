/// A moment of the wall clock in the format of NTP: seconds since 1900 and a fraction of 2^-32 s.
///
/// Arithmetic is modulo 2^32 seconds, as on the wire. RFC 3550 §4.
public struct NTPTime: Hashable, Sendable {
    /// Seconds since 1900-01-01, modulo 2^32.
    public var seconds: UInt32
    /// Units of 2^-32 s.
    public var fraction: UInt32

    /// A moment of these two parts.
    public init(seconds: UInt32, fraction: UInt32) {
        self.seconds = seconds
        self.fraction = fraction
    }

    /// A moment of the 64 bits on the wire.
    public init(rawValue: UInt64) {
        seconds = UInt32(truncatingIfNeeded: rawValue >> 32)
        fraction = UInt32(truncatingIfNeeded: rawValue)
    }

    /// A moment given as time since 1970-01-01.
    public init(sinceUnixEpoch time: Duration) {
        self = NTPTime(seconds: Self.unixEpoch, fraction: 0) + time
    }

    /// 1970-01-01 in seconds since 1900 (RFC 868).
    static let unixEpoch: UInt32 = 2_208_988_800

    /// The 64 bits on the wire.
    public var rawValue: UInt64 { UInt64(seconds) << 32 | UInt64(fraction) }

    /// The middle 32 bits: 16 of seconds and 16 of fraction, as report blocks carry it.
    public var compact: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16) }

    /// The moment `duration` later, or earlier if it is negative.
    public static func + (time: NTPTime, duration: Duration) -> NTPTime {
        NTPTime(rawValue: time.rawValue &+ UInt64(bitPattern: duration.ntpUnits))
    }

    /// The time from the right moment to the left one, which lie at most 68 years apart.
    public static func - (left: NTPTime, right: NTPTime) -> Duration {
        Duration(ntpUnits: Int64(bitPattern: left.rawValue &- right.rawValue))
    }
}

extension Duration {
    /// Attoseconds in a second.
    private static let attoseconds: Int128 = 1_000_000_000_000_000_000

    /// A duration of so many 2^-32 s.
    init(ntpUnits units: Int64) {
        let seconds = units >> 32
        let fraction = Int128(units & 0xFFFF_FFFF)
        self.init(
            secondsComponent: seconds,
            attosecondsComponent: Int64(truncatingIfNeeded: (fraction * Self.attoseconds) >> 32)
        )
    }

    /// The duration in 2^-32 s, to the nearest, modulo 2^64.
    var ntpUnits: Int64 {
        let (seconds, attoseconds) = components
        let fraction = (Int128(attoseconds) << 33) / Self.attoseconds
        return seconds << 32 &+ Int64(truncatingIfNeeded: (fraction + 1) >> 1)
    }

    /// A duration in units of 2^-16 s, as in report blocks.
    public init(compactNTP units: UInt32) {
        self.init(ntpUnits: Int64(units) << 16)
    }

    /// The duration in units of 2^-16 s; 0 if it is negative, the largest if it does not fit (18 hours).
    public var compactNTP: UInt32 {
        guard self > .zero else { return 0 }
        guard components.seconds < 65_536 else { return .max }
        return UInt32(truncatingIfNeeded: ntpUnits >> 16)
    }
}
