import RTP

/// When the newest packets to a viewer were sent, by their transport-wide number, and which of them arrived.
struct TransportHistory {
    /// Packets remembered; two seconds at 10 Mbit/s.
    static let length = 2048

    struct Sent {
        /// Microseconds, modulo 2^32.
        var sentAt: UInt32 = 0
        var bytes: UInt16 = 0
        var sequence: UInt16 = 0
        var hasArrived = false
        var isProbe = false
        var isUsed = false
    }

    private var entries = [Sent](repeating: Sent(), count: length)
    /// Number of the next packet.
    private(set) var next: UInt16 = 0

    static func microseconds(_ time: MonotonicTime) -> UInt32 {
        UInt32(truncatingIfNeeded: time.nanoseconds / 1000)
    }

    /// Notes a packet; returns its number.
    @inline(__always)
    mutating func add(bytes: Int, sentAt: UInt32, isProbe: Bool = false) -> UInt16 {
        let sequence = next
        next &+= 1
        entries[Int(sequence) & (Self.length - 1)] = Sent(
            sentAt: sentAt,
            bytes: UInt16(truncatingIfNeeded: bytes),
            sequence: sequence,
            hasArrived: false,
            isProbe: isProbe,
            isUsed: true
        )
        return sequence
    }

    /// The packet of a number; `nil` if it is forgotten.
    subscript(_ sequence: UInt16) -> Sent? {
        let entry = entries[Int(sequence) & (Self.length - 1)]
        return entry.isUsed && entry.sequence == sequence ? entry : nil
    }

    /// A packet arrived.
    mutating func arrived(_ sequence: UInt16) {
        entries[Int(sequence) & (Self.length - 1)].hasArrived = true
    }

    /// Packets sent in a span of time and how many of them arrived.
    ///
    /// - Parameters: Ages in microseconds before `now`.
    func outcome(now: UInt32, from oldest: UInt32, to youngest: UInt32) -> (sent: Int, arrived: Int) {
        var sent = 0
        var arrived = 0
        for behind in 1..<UInt16(Self.length) {
            guard let entry = self[next &- behind] else { break }
            let age = now &- entry.sentAt
            if age < youngest { continue }
            if age > oldest { break }
            sent += 1
            if entry.hasArrived { arrived += 1 }
        }
        return (sent, arrived)
    }
}
