/// When a packet left its sender: seconds modulo 64, in 24 bits of which 18 are the fraction.
///
/// http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time.
public struct AbsoluteSendTime: Hashable, Sendable {
    /// The 24 bits on the wire, in units of 2^-18 s.
    public var rawValue: UInt32

    /// The value of these 24 bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue & 0xFF_FFFF
    }

    /// A moment of the sender's clock; only differences mean anything.
    public init(at time: MonotonicTime) {
        let (seconds, nanoseconds) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.init(rawValue: UInt32(truncatingIfNeeded: seconds << 18 | (nanoseconds << 18) / 1_000_000_000))
    }

    /// Reads the value of the extension; `nil` if it is too short.
    public init?(parsing value: Span<UInt8>) {
        guard value.count >= 3 else { return nil }
        rawValue = value.uint24(at: 0)
    }

    /// The time from the right value to the left one, which lie at most 32 s apart.
    public static func - (left: AbsoluteSendTime, right: AbsoluteSendTime) -> Duration {
        let units = Int32(bitPattern: (left.rawValue &- right.rawValue) << 8) >> 8
        return Duration(ntpUnits: Int64(units) << 14)
    }
}
