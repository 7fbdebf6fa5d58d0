/// Guesses the 48-bit index of a received packet from its 16-bit sequence number.
///
/// RFC 3711 §3.3.1 and appendix A.
enum RolloverCounter {
    /// The index, nearest to the highest one that was authentic; `nil` of a packet from before the first rollover.
    static func index(of sequenceNumber: UInt16, highest: UInt64?) -> UInt64? {
        guard let highest else { return UInt64(sequenceNumber) }
        let distance = Int64(Int16(bitPattern: sequenceNumber &- UInt16(truncatingIfNeeded: highest)))
        let index = Int64(highest) &+ distance
        // Past 2^48 packets the keys are worn out (RFC 3711 §9.2).
        return index >= 0 && index < 1 << 48 ? UInt64(index) : nil
    }
}
