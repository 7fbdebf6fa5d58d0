import RTP

/// When the newest packets to a viewer were sent, by their transport-wide number, and which of them arrived.
struct TransportHistory {
    /// Packets remembered; two seconds at 10 Mbit/s.
    static let length = 2048

    /// What reports have said of a packet.
    ///
    /// Reports are lost too: a packet that none has named is neither there nor lost.
    enum Fate { case unknown, missing, arrived }

    struct Sent {
        /// Microseconds, modulo 2^32.
        var sentAt: UInt32 = 0
        var bytes: UInt16 = 0
        var sequence: UInt16 = 0
        var fate = Fate.unknown
        var isProbe = false
        var isUsed = false
    }

    private let entries = Slab(repeating: Sent(), count: length)
    /// Number of the next packet.
    private(set) var next: UInt16 = 0
    private var newestArrived: UInt16?

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
            fate: .unknown,
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

    /// A report names a packet that is remembered.
    mutating func reported(_ sequence: UInt16, hasArrived: Bool) {
        let slot = Int(sequence) & (Self.length - 1)
        if hasArrived {
            entries[slot].fate = .arrived
            newestArrived = newestArrived.map { sequence.isNewer(than: $0) ? sequence : $0 } ?? sequence
        } else if entries[slot].fate == .unknown {
            entries[slot].fate = .missing
        }
    }

    /// What became of packets that were sent in a span of time.
    struct Outcome {
        /// Packets that reports have named, and how many of them arrived.
        var named = 0
        var arrived = 0
        /// Microseconds from the youngest of the packets to the oldest.
        var span: UInt32 = 0
    }

    /// What became of the packets before the newest that arrived.
    ///
    /// - Parameters:
    ///   - youngest: Microseconds before that one; younger packets do not count.
    ///   - shortest: Microseconds that are looked at in any case.
    ///   - longest: Microseconds that are looked at while reports have named too few packets.
    ///   - enough: Packets that are not too few.
    func outcome(from youngest: UInt32, shortest: UInt32, longest: UInt32, enough: Int) -> Outcome {
        var outcome = Outcome()
        guard let newestArrived, let newest = self[newestArrived] else { return outcome }
        for behind in 1..<UInt16(Self.length) {
            guard let entry = self[newestArrived &- behind] else { break }
            let age = newest.sentAt &- entry.sentAt
            guard age >= youngest else { continue }
            let span = age - youngest
            if span > longest || span > shortest && outcome.named >= enough { break }
            outcome.span = span
            guard entry.fate != .unknown else { continue }
            outcome.named += 1
            if entry.fate == .arrived { outcome.arrived += 1 }
        }
        return outcome
    }
}
