public import RTP

/// Puts the packets of a track into order.
///
/// What follows on the last packet given is given at once. What lies behind a gap is held until the gap is
/// filled, but no longer than ``patience``, and no more than ``mostPackets`` and ``mostBytes``; then the gap
/// is told and left behind. What comes for it later is dropped. The first packet of all begins the track.
public struct ReorderBuffer: Sendable {
    /// The longest that a packet is held behind a gap.
    public static let patience: Duration = .milliseconds(500)
    /// Packets held, two seconds of 10 Mbit/s; beyond, the oldest gap is left behind.
    static let mostPackets = 2_000
    /// Bytes of payload held; beyond, the same.
    static let mostBytes = 4 << 20

    /// What is given: packets in order, and gaps between them.
    public enum Element: Equatable, Sendable {
        /// The next packet.
        case packet(TrackPacket)
        /// So many packets are missing here for good.
        case gap(packets: Int64)
    }

    /// What became of the packets.
    public struct Counters: Equatable, Sendable {
        /// Dropped: behind what was given, first or once more.
        public var late = 0
        /// Dropped: held already.
        public var duplicates = 0
        /// Gaps that were left behind.
        public var gaps = 0
        /// Packets missing in them; stops at the end of `Int64`.
        public var missing: Int64 = 0
        /// Gaps left behind before their time, since too much was held.
        public var overflows = 0

        /// Nothing yet.
        public init() {}
    }

    /// What became of the packets.
    public private(set) var counters = Counters()

    /// Sorted by index; the first is not the next of the track.
    private var held: [TrackPacket] = []
    private var heldBytes = 0
    /// Earliest arrival among them.
    private var earliest: MonotonicTime?
    /// Index of the last packet given.
    private var last: Int64?
    private var now = MonotonicTime.zero
    /// Whether the next packet is waited for by none.
    private var isResuming = false

    /// A buffer of a track that has not begun.
    public init() {}

    /// When ``advance(to:)`` has something to give, if nothing comes before; `nil` while nothing is held.
    public var nextDeadline: MonotonicTime? { earliest.map { $0 + Self.patience } }

    /// Takes a packet; returns what can be given now.
    public mutating func receive(_ packet: TrackPacket) -> [Element] {
        now = max(now, packet.arrival)
        var output: [Element] = []
        if follows(packet.index), held.isEmpty {
            last = packet.index
            isResuming = false
            return [.packet(packet)]
        }
        hold(packet)
        give(isResuming ? held.count : 0, to: &output)
        if !output.isEmpty { isResuming = false }
        giveOverdue(to: &output)
        while held.count > Self.mostPackets || heldBytes > Self.mostBytes {
            counters.overflows += 1
            give(1, to: &output)
        }
        return output
    }

    /// Time has passed; returns what was held long enough.
    public mutating func advance(to time: MonotonicTime) -> [Element] {
        now = max(now, time)
        var output: [Element] = []
        giveOverdue(to: &output)
        return output
    }

    /// The source has ended: returns all that is held.
    ///
    /// What comes next, with a higher index, is given at once, behind the gap there may be.
    public mutating func flush() -> [Element] {
        var output: [Element] = []
        give(held.count, to: &output)
        isResuming = true
        return output
    }

    /// Another source begins, whose indices stand in no order with those before; what is held has been given.
    mutating func restart() {
        last = nil
        isResuming = false
    }

    /// Whether an index is the next of the track.
    private func follows(_ index: Int64) -> Bool {
        guard let last else { return true }
        return index > last && index &- last == 1
    }

    private mutating func hold(_ packet: TrackPacket) {
        if let last, packet.index <= last {
            counters.late += 1
            return
        }
        // Mostly it is the newest.
        var position = held.count
        if let newest = held.last, newest.index >= packet.index {
            position = place(of: packet.index)
            guard held[position].index != packet.index else {
                counters.duplicates += 1
                return
            }
        }
        held.insert(packet, at: position)
        heldBytes += packet.payload.count
        earliest = min(earliest ?? packet.arrival, packet.arrival)
    }

    /// The first position whose index is not less; the last held is not.
    private func place(of index: Int64) -> Int {
        var low = 0
        var high = held.count - 1
        while low < high {
            let middle = (low + high) / 2
            if held[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Gives everything up to the last packet that was held too long.
    private mutating func giveOverdue(to output: inout [Element]) {
        guard let earliest, earliest + Self.patience <= now else { return }
        let newest = held.lastIndex { $0.arrival + Self.patience <= now }
        if let newest { give(newest + 1, to: &output) }
    }

    /// Gives the first `count` packets held, with their gaps, and those that follow on them without a gap.
    private mutating func give(_ count: Int, to output: inout [Element]) {
        var given = 0
        while given < held.count {
            let packet = held[given]
            if let last, !follows(packet.index) {
                guard given < count else { break }
                output.append(.gap(packets: leave(from: last, to: packet.index)))
            }
            last = packet.index
            heldBytes -= packet.payload.count
            output.append(.packet(packet))
            given += 1
        }
        guard given > 0 else { return }
        held.removeFirst(given)
        earliest = held.lazy.map(\.arrival).min()
    }

    /// Counts a gap; returns how many packets it has.
    private mutating func leave(from last: Int64, to index: Int64) -> Int64 {
        let (difference, isFarther) = index.subtractingReportingOverflow(last)
        let missing = isFarther ? Int64.max : difference - 1
        let (sum, isMore) = counters.missing.addingReportingOverflow(missing)
        counters.missing = isMore ? .max : sum
        counters.gaps += 1
        return missing
    }
}
