/// Datagrams on a stream, each behind its length.
///
/// ```
/// | length, 16 bits | datagram |
/// ```
///
/// Bounded: a length above ``longestDatagram`` breaks the stream, so that no more than one datagram is waited for.
/// RFC 4571 §2, RFC 6544 §3.
public struct DatagramFraming: Sendable {
    /// The most bytes of a datagram; those of WebRTC fit an Ethernet frame.
    public static let longestDatagram = 2_048

    /// What has arrived and was not taken; whoever decrypts in place does it here.
    public var bytes: [UInt8]
    /// Whether a length was too long: where the next datagram begins is not known.
    public private(set) var isBroken = false
    private var start = 0

    /// Begins with what has arrived already.
    public init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Appends what has arrived.
    public mutating func append(_ piece: some Sequence<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: piece)
    }

    /// Where in ``bytes`` the next datagram lies, if all of it has arrived; the same until ``takeDatagram()``.
    public mutating func nextDatagram() -> Range<Int>? {
        guard !isBroken, bytes.count - start >= 2 else { return nil }
        let length = Int(bytes[start]) << 8 | Int(bytes[start + 1])
        guard length <= Self.longestDatagram else {
            isBroken = true
            return nil
        }
        let datagram = (start + 2)..<(start + 2 + length)
        return datagram.upperBound <= bytes.count ? datagram : nil
    }

    /// Leaves the next datagram behind.
    public mutating func takeDatagram() {
        if let datagram = nextDatagram() { start = datagram.upperBound }
    }

    /// What was not taken.
    public var rest: ArraySlice<UInt8> { bytes[start...] }
}
