/// The 96 bits that a response repeats from its request.
///
/// RFC 8489 §5.
public struct STUNTransactionID: Hashable, Sendable {
    /// Bytes 0 to 3.
    public var high: UInt32
    /// Bytes 4 to 11.
    public var low: UInt64

    /// An id, given as its two parts.
    public init(high: UInt32, low: UInt64) {
        self.high = high
        self.low = low
    }
}
