/// Extends 16-bit sequence numbers to 64 bits, so that they can be compared and subtracted across wraps.
///
/// The first number `s` becomes 65,536 + s, so that the ones that were overtaken by it stay positive. A
/// number is taken to be the one nearest to the highest seen so far: at most 32,767 ahead of it, or 32,768
/// behind it. RFC 3550 §A.1, without the probation.
public struct SequenceUnwrapper: Sendable {
    /// The highest extended number so far, or `nil` before the first.
    public private(set) var highest: Int64?

    /// An unwrapper that has seen nothing.
    public init() {}

    /// The extended number of `sequenceNumber`, which from now on counts as seen.
    public mutating func unwrap(_ sequenceNumber: UInt16) -> Int64 {
        guard let highest else {
            let first = 65_536 + Int64(sequenceNumber)
            self.highest = first
            return first
        }
        let extended = nearest(to: highest, sequenceNumber)
        if extended > highest {
            self.highest = extended
        }
        return extended
    }

    /// The extended number of `sequenceNumber` without counting it as seen, or `nil` before the first.
    ///
    /// For numbers that name another packet, as those in a NACK do.
    public func peek(_ sequenceNumber: UInt16) -> Int64? {
        highest.map { nearest(to: $0, sequenceNumber) }
    }

    private func nearest(to reference: Int64, _ sequenceNumber: UInt16) -> Int64 {
        let low = UInt16(truncatingIfNeeded: reference)
        return reference &+ Int64(Int16(bitPattern: sequenceNumber &- low))
    }
}

extension UInt16 {
    /// Whether this sequence number is newer than `other`: at most 32,767 ahead of it, modulo 2^16.
    @inlinable
    public func isNewer(than other: UInt16) -> Bool {
        Int16(bitPattern: self &- other) > 0
    }
}
