import RTP

/// Stops a viewer's video while its path does not carry it, and finds out when it does again.
///
/// Audio goes on all the time. Before video comes back a short train of resent packets tries the path, and a longer
/// one again: a path that fails costs some kilobytes instead of another freeze. Where resends are not agreed on,
/// video itself is tried after 1, 2 and 4 s.
struct VideoGate {
    enum Action: Equatable {
        case none
        /// Send so many packets back to back.
        case probe(packets: Int)
        /// Begin again.
        case resume
    }

    private enum Stage: Equatable {
        case open
        /// Closed until then.
        case closed(until: MonotonicTime)
        case probing(confirming: Bool)
    }

    /// How long a stretch of video must last to be a success.
    private static let success = Duration.seconds(8)
    private static let shortTrain = 8
    private static let longTrain = 24
    /// How much more than video itself a train must carry.
    private static let margin = 1.25

    private var stage = Stage.open
    private var openedAt: MonotonicTime?
    private var failures = 0

    var isOpen: Bool { stage == .open }

    /// Video was stopped.
    mutating func close(at now: MonotonicTime) {
        if let openedAt, now - openedAt > Self.success { failures = 0 }
        stage = .closed(until: now + wait)
        failures = min(failures + 1, 3)
    }

    /// 1, 2, 4 s.
    private var wait: Duration { .seconds(1 << min(failures, 2)) }

    /// What to do now.
    ///
    /// - Parameters:
    ///   - rate: What video takes, bits a second.
    ///   - canProbe: Whether resends of their own kind are agreed on, and reported.
    mutating func advance(
        at now: MonotonicTime,
        rate: Int,
        canProbe: Bool,
        path: inout PathEstimate
    ) -> Action {
        switch stage {
        case .open: return .none
        case .closed(let until):
            guard now >= until else { return .none }
            guard canProbe else { return open(at: now) }
            stage = .probing(confirming: false)
            return .probe(packets: Self.shortTrain)
        case .probing(let confirming):
            guard let found = path.takeProbe(now: TransportHistory.microseconds(now)) else { return .none }
            guard Double(found) > Double(rate) * Self.margin, !path.isOverused else {
                stage = .closed(until: now + .milliseconds(600))
                return .none
            }
            guard !confirming else { return open(at: now) }
            stage = .probing(confirming: true)
            return .probe(packets: Self.longTrain)
        }
    }

    private mutating func open(at now: MonotonicTime) -> Action {
        stage = .open
        openedAt = now
        return .resume
    }
}
