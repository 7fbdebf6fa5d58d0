/// Remembers when the packets of a transport arrived, and reports it to their sender.
///
/// The receiving side of transport-wide congestion control. The driver calls `record` for each packet that
/// carries a transport-wide sequence number, and `build` every 100 ms or so until it returns `nil`.
///
/// - Each packet is reported once, in order, with the ones missing before it. A packet that comes after its
///   gap was reported is reported again with what follows it, as browsers do it.
/// - Bounded: arrivals of the newest 2,048 numbers are kept; what has not been reported by then is forgotten.
/// - One feedback speaks of at most 400 packets, and so takes at most 940 bytes.
///
/// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
public struct TransportFeedbackBuilder: Sendable {
    /// How many numbers back an arrival is remembered; a power of two.
    static let windowLength: Int64 = 2_048
    /// The most packets in one feedback.
    static let maximumPacketCount: Int64 = 400
    /// Marks a number whose packet has not come.
    private static let missing = Int64.min

    private var unwrapper = SequenceUnwrapper()
    /// The arrival of each number in ticks, at the number modulo the length.
    private var arrivals: [Int64]
    /// The first number to report next; `nil` before the first packet.
    private var next: Int64?
    /// One behind the highest number that came.
    private var end: Int64 = 0
    private var feedbackCount: UInt8 = 0

    /// A builder that has seen nothing.
    public init() {
        arrivals = Array(repeating: Self.missing, count: Int(Self.windowLength))
    }

    /// Whether something has arrived since the last feedback.
    public var isPending: Bool {
        next.map { $0 < end } ?? false
    }

    /// Notes that the packet of this transport-wide number arrived; later copies of it do not count.
    public mutating func record(sequence: UInt16, at time: MonotonicTime) {
        let number = unwrapper.unwrap(sequence)
        if next == nil {
            next = number
            end = number
        }
        guard number >= end - Self.windowLength else { return }
        if number >= end {
            // Numbers passed over have not come, and neither has what was there one window ago.
            for passed in max(end, number + 1 - Self.windowLength)...number {
                arrivals[Self.slot(passed)] = Self.missing
            }
            end = number + 1
        }
        guard arrivals[Self.slot(number)] == Self.missing else { return }
        arrivals[Self.slot(number)] = Int64(truncatingIfNeeded: time.nanoseconds / 250_000)
        if let next {
            self.next = max(min(next, number), end - Self.windowLength)
        }
    }

    /// The next feedback, or `nil` if nothing has arrived since the last one.
    ///
    /// - Parameters:
    ///   - sender: The source that reports.
    ///   - media: A source of the transport.
    public mutating func build(sender: UInt32, media: UInt32) -> TransportFeedback? {
        guard let start = next, let first = firstArrival(from: start) else { return nil }
        // Of a long gap only the end is told; the sender takes what is never told for lost.
        let base = max(start, first + 1 - Self.maximumPacketCount)
        let limit = min(end, base + Self.maximumPacketCount)
        var ticks = arrivals[Self.slot(first)]
        let reference = ticks / TransportFeedback.ticksPerReference
        ticks = reference * TransportFeedback.ticksPerReference

        var packets: [Int16?] = []
        packets.reserveCapacity(Int(limit - base))
        for number in base..<limit {
            let arrival = arrivals[Self.slot(number)]
            guard arrival != Self.missing else {
                packets.append(nil)
                continue
            }
            // Further apart than 8 s: the next feedback takes a new reference.
            guard let delta = Int16(exactly: arrival - ticks) else { break }
            packets.append(delta)
            ticks = arrival
        }
        // What is missing behind the last arrival may still come.
        while packets.last == .some(.none) {
            packets.removeLast()
        }
        next = base + Int64(packets.count)
        defer { feedbackCount &+= 1 }
        return TransportFeedback(
            sender: sender,
            media: media,
            baseSequence: UInt16(truncatingIfNeeded: base),
            referenceTime: (Int32(truncatingIfNeeded: reference) << 8) >> 8,
            feedbackCount: feedbackCount,
            packets: packets
        )
    }

    private func firstArrival(from start: Int64) -> Int64? {
        var number = start
        while number < end {
            if arrivals[Self.slot(number)] != Self.missing { return number }
            number += 1
        }
        return nil
    }

    private static func slot(_ number: Int64) -> Int {
        Int(truncatingIfNeeded: number & (windowLength - 1))
    }
}
