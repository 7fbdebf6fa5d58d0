import RTP

/// Judges whether a viewer's path carries what is sent, by its transport-wide feedback.
///
/// Delay: how much longer packets travel than the fastest ones of the last ten to twenty seconds, smoothed over some
/// 300 ms, so that jitter does not count. Loss: of the packets sent 250 to 900 ms ago, which reports have had time to
/// name. draft-holmer-rmcat-transport-wide-cc-extensions-01; the limits are our own.
struct PathEstimate {
    /// More delay than this is a queue that grows.
    static let longestQueue = 300_000.0
    /// More loss than this is a path that is too narrow; 5 % are repaired by resends.
    static let highestLoss = 0.25
    /// Packets below which loss says nothing.
    static let fewestPackets = 24
    /// How long the fastest packet is remembered, twice over.
    private static let baseSpan: UInt32 = 10_000_000

    private var base: Int64?
    private var previousBase: Int64?
    private var baseStart: UInt32 = 0
    /// Smoothed queueing delay, microseconds.
    private(set) var queue = 0.0
    /// Loss of the last judged span, 0 to 1.
    private(set) var loss = 0.0
    private var probe: ProbeResult?

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
            guard let ticks, let sent = history[sequence], !sent.hasArrived else { return }
            history.arrived(sequence)
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
        let outcome = history.outcome(now: now, from: 900_000, to: 250_000)
        loss =
            outcome.sent >= Self.fewestPackets
            ? Double(outcome.sent - outcome.arrived) / Double(outcome.sent) : 0
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
    var isOverused: Bool { queue > Self.longestQueue || loss > Self.highestLoss }

    /// Forgets the loss and delay of what is no longer sent.
    mutating func settle() {
        queue = 0
        loss = 0
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
        guard let result = probe, now &- result.sentAt > 400_000 else { return nil }
        probe = nil
        guard result.arrivals.count * 10 >= result.count * 9,
            let first = result.arrivals.min(), let last = result.arrivals.max()
        else { return 0 }
        return Int(Double(result.bytes * 8) / (Double(max(last - first, 250)) * 1e-6))
    }
}
