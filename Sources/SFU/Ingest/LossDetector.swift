import RTP

/// Finds packets that did not come, says when to ask for them, and when to give up (RFC 4585 §6.2.1).
///
/// At most ``maximumMissing`` packets are waited for: a longer gap is a new beginning, which the caller is told.
public struct LossDetector: Sendable {
    /// The most packets that are waited for at once; a longer gap is not asked for.
    public static let maximumMissing = 512
    /// How often one packet is asked for.
    static let maximumTries = 24
    /// How long a packet may be late before it is asked for: reordering within a network is shorter.
    static let reorderingTime = Duration.milliseconds(4)
    /// The least time between two requests for one packet.
    static let shortestWait = Duration.milliseconds(30)
    /// Bounds of the assumed round trip.
    static let shortestRoundTrip = Duration.milliseconds(20)
    static let longestRoundTrip = Duration.milliseconds(250)

    private struct Missing {
        let index: Int64
        let since: MonotonicTime
        var firstAskedAt: MonotonicTime?
        var askedAt: MonotonicTime?
        var tries = 0
    }

    /// How long a packet is worth waiting for.
    public var patience: Duration
    /// The round trip to the sender as resends have shown it.
    public private(set) var roundTrip = Duration.milliseconds(60)
    private var missing: [Missing] = []
    /// Packets given up.
    public private(set) var lost: UInt64 = 0
    /// Packets that came after they were asked for.
    public private(set) var recovered: UInt64 = 0

    /// Nothing is missing.
    public init(patience: Duration = .milliseconds(500)) {
        self.patience = patience
    }

    /// Whether anything is waited for.
    public var isWaiting: Bool { !missing.isEmpty }

    /// The indices between `highest` and a packet that came after it are missing.
    ///
    /// - Returns: `false` when the gap is too long to be asked for; nothing is waited for then.
    mutating func gap(after highest: Int64, before index: Int64, at now: MonotonicTime) -> Bool {
        guard index - highest - 1 <= Int64(Self.maximumMissing) else {
            lost += UInt64(missing.count) + UInt64(index - highest - 1)
            missing.removeAll(keepingCapacity: true)
            return false
        }
        for absent in (highest + 1)..<index { missing.append(Missing(index: absent, since: now)) }
        let excess = missing.count - Self.maximumMissing
        if excess > 0 {
            missing.removeFirst(excess)
            lost += UInt64(excess)
        }
        return true
    }

    /// A packet came that is older than the newest.
    mutating func arrived(_ index: Int64, at now: MonotonicTime) {
        guard let position = missing.firstIndex(where: { $0.index == index }) else { return }
        let entry = missing.remove(at: position)
        guard let asked = entry.firstAskedAt else { return }
        recovered += 1
        // From the first request on: counted from the last one, a round trip longer than assumed would never be seen.
        // But the first one may have been lost.
        let sample = min(now - asked, roundTrip * 3 / 2)
        roundTrip = min(max((roundTrip * 7 + sample) / 8, Self.shortestRoundTrip), Self.longestRoundTrip)
    }

    /// How long an answer is waited for: requests get lost too, and what was asked for twice is urgent.
    private func wait(after tries: Int) -> Duration {
        tries < 2 ? roundTrip + .milliseconds(10) : max(roundTrip / 2, Self.shortestWait)
    }

    /// Forgets what is missing: the source is another one.
    mutating func reset() {
        missing.removeAll(keepingCapacity: true)
    }

    /// What is to be asked for now, and what is given up.
    ///
    /// - Returns: Indices to ask for, oldest first, as many as one request takes, and those given up.
    mutating func due(at now: MonotonicTime) -> (ask: [Int64], gaveUp: [Int64]) {
        guard !missing.isEmpty else { return ([], []) }
        let patience = patience
        let isHopeless = { (entry: Missing) in
            now - entry.since > patience || entry.tries >= Self.maximumTries
        }
        let given = missing.filter(isHopeless).map(\.index)
        if !given.isEmpty { missing.removeAll(where: isHopeless) }
        lost += UInt64(given.count)
        var ask: [Int64] = []
        for position in missing.indices {
            let entry = missing[position]
            let isDue =
                if let asked = entry.askedAt { now - asked >= wait(after: entry.tries) } else {
                    now - entry.since >= Self.reorderingTime
                }
            guard isDue, ask.count < SFULimits.mostAskedAtOnce else { continue }
            missing[position].askedAt = now
            missing[position].firstAskedAt = entry.firstAskedAt ?? now
            missing[position].tries += 1
            ask.append(entry.index)
        }
        return (ask, given)
    }
}
