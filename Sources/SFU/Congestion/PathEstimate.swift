import RTP

/// Judges whether a viewer's path carries what is sent, by its transport-wide feedback.
///
/// Delay: how much longer packets travel than the fastest ones of the last ten to twenty seconds, smoothed over some
/// 300 ms, so that jitter does not count. Loss: of 200 ms' packets that reports have named, or of up to 600 ms' if these
/// are few, for longer than an outage of any length could make it look: a path that was away for a moment is repaired by
/// resends. Both at once are a queue that overflows, and less of each is enough.
/// draft-holmer-rmcat-transport-wide-cc-extensions-01; the limits are our own.
struct PathEstimate {
    /// More delay than this is a queue that grows.
    static let longestQueue = 300_000.0
    /// More loss than this is a path that is too narrow; 5 % are repaired by resends.
    static let highestLoss = 0.25
    /// More delay than this is a queue that is full, if it loses more than ``overflow``; alone it may be jitter.
    static let fullQueue = 120_000.0
    /// More loss than this is of a queue that overflows, if it is longer than ``fullQueue``; alone it is repaired.
    static let overflow = 0.1
    /// Packets below which loss says nothing.
    static let fewestPackets = 24
    /// Packets this much older than the newest that came are not late but lost.
    private static let reordering: UInt32 = 100_000
    /// How far back packets before these are looked at, and how far if they are few.
    private static let lossSpan: UInt32 = 200_000
    private static let longestLossSpan: UInt32 = 600_000
    /// An outage looks like loss for as long as its packets are looked at, and this much longer, until a report.
    private static let reportInterval: UInt32 = 50_000
    /// How long the fastest packet is remembered, twice over.
    private static let baseSpan: UInt32 = 10_000_000

    private var base: Int64?
    private var previousBase: Int64?
    private var baseStart: UInt32 = 0
    /// Smoothed queueing delay, microseconds.
    private(set) var queue = 0.0
    /// Loss of the last judged span, 0 to 1.
    private(set) var loss = 0.0
    /// The same of some seconds.
    private(set) var averageLoss = 0.0
    private var lossySince: UInt32?
    private var isLossy = false
    private var probe: ProbeResult?
    /// How long a train may take to be reported.
    private static let patience: UInt32 = 1_000_000

    /// The train of packets that was sent to try the path.
    private struct ProbeResult {
        var first: UInt16
        var count: Int
        var arrivals: [Int64] = []
        var bytes = 0
        let sentAt: UInt32
    }

    /// Takes a report.
    mutating func update(_ feedback: TransportFeedback, history: inout TransportHistory, now: UInt32) {
        var sum = 0.0
        var count = 0
        feedback.forEachPacket { sequence, ticks in
            guard let sent = history[sequence], sent.fate != .arrived else { return }
            history.reported(sequence, hasArrived: ticks != nil)
            guard let ticks else { return }
            let arrival = ticks &* 250
            if sent.isProbe { return noteProbe(sequence, bytes: Int(sent.bytes), arrival: arrival) }
            let relative = arrival - Int64(sent.sentAt)
            lowerBase(relative, now: now)
            sum += Double(relative - (min(base ?? relative, previousBase ?? relative)))
            count += 1
        }
        if count > 0 {
            let mean = sum / Double(count)
            // Clocks of 32 bits wrap once in 71 minutes: such a jump begins a new base.
            if mean > 60_000_000 { restart() } else { queue += (mean - queue) * 0.3 }
        }
        judgeLoss(history, now: now)
    }

    private mutating func judgeLoss(_ history: TransportHistory, now: UInt32) {
        let outcome = history.outcome(
            from: Self.reordering,
            shortest: Self.lossSpan,
            longest: Self.longestLossSpan,
            enough: Self.fewestPackets
        )
        loss =
            outcome.named >= Self.fewestPackets
            ? Double(outcome.named - outcome.arrived) / Double(outcome.named) : 0
        averageLoss += (loss - averageLoss) * 0.1
        lossySince = loss > Self.highestLoss ? lossySince ?? now : nil
        isLossy = lossySince.map { now &- $0 >= outcome.span + Self.reportInterval } ?? false
    }

    private mutating func lowerBase(_ relative: Int64, now: UInt32) {
        guard let current = base else {
            base = relative
            baseStart = now
            return
        }
        if now &- baseStart > Self.baseSpan {
            previousBase = current
            base = relative
            baseStart = now
        } else if relative < current {
            base = relative
        }
        // A clock that jumped back, or wrapped.
        if relative < current - 60_000_000 { restart() }
    }

    private mutating func restart() {
        base = nil
        previousBase = nil
        queue = 0
    }

    /// Whether more is sent than the path carries.
    var isOverused: Bool {
        queue > Self.longestQueue || isLossy || queue > Self.fullQueue && loss > Self.overflow
    }

    /// Forgets the loss and delay of what is no longer sent.
    mutating func settle() {
        queue = 0
        loss = 0
        lossySince = nil
        isLossy = false
    }

    // MARK: Probing

    /// A train of packets was sent, back to back.
    mutating func probed(first: UInt16, count: Int, now: UInt32) {
        probe = ProbeResult(first: first, count: count, sentAt: now)
    }

    private mutating func noteProbe(_ sequence: UInt16, bytes: Int, arrival: Int64) {
        guard var result = probe, Int(sequence &- result.first) < result.count else { return }
        result.arrivals.append(arrival)
        if result.arrivals.count > 1 { result.bytes += bytes }
        probe = result
    }

    /// What the train showed: bits a second, or 0 if too little of it came; `nil` while it is too early to say.
    mutating func takeProbe(now: UInt32) -> Int? {
        guard let result = probe,
            result.arrivals.count == result.count || now &- result.sentAt > Self.patience
        else { return nil }
        probe = nil
        guard result.arrivals.count * 10 >= result.count * 9,
            let first = result.arrivals.min(), let last = result.arrivals.max()
        else { return 0 }
        return Int(Double(result.bytes * 8) / (Double(max(last - first, 250)) * 1e-6))
    }
}
