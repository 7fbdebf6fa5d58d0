/// Extends RTP timestamps to 64 bits: each is taken to be the nearest to the one before.
///
/// The first timestamp stands for itself, so that for a wrap or two the line is the sender's own. RFC 3550
/// §5.1.
struct TimestampUnwrapper: Sendable {
    /// The last timestamp extended, or `nil` before the first.
    private(set) var last: Int64?

    /// An unwrapper that has seen nothing.
    init() {}

    /// The extended timestamp, from which the next is reckoned.
    mutating func unwrap(_ timestamp: UInt32) -> Int64 {
        let extended = peek(timestamp) ?? Int64(timestamp)
        last = extended
        return extended
    }

    /// The extended timestamp without going on from it, or `nil` before the first: for those in sender
    /// reports.
    func peek(_ timestamp: UInt32) -> Int64? {
        last.map { $0 &+ Int64(Int32(bitPattern: timestamp &- UInt32(truncatingIfNeeded: $0))) }
    }
}
