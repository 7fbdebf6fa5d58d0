import RTP

/// What a controlling agent checks, and which answers it waits for.
struct ICEChecklist {
    /// A check that was sent.
    struct Transaction {
        let id: STUNTransactionID
        let path: NetworkPath
        let nominates: Bool
        let asControlling: Bool
    }

    /// The time between two checks while nothing has answered: Ta of RFC 8445 §14.2.
    static let pace = Duration.milliseconds(50)
    /// After so many checks per address the pace is that of a network that may come back.
    static let eagerRounds = 20
    static let patientPace = Duration.milliseconds(500)
    /// The time between two checks of a nominated path, ±20 % (RFC 7675 §5.1 allows up to 5 s): six fit into the time
    /// after which consent is lost.
    static let consentInterval: Int64 = 2_500_000_000
    /// The most checks that wait for an answer; beyond that the oldest is given up.
    static let maximumOutstanding = 32

    /// The most paths that are checked: what was given first, then what checks came from.
    static let maximumPaths = 16

    private(set) var paths: [NetworkPath]
    private var triggered: [NetworkPath] = []
    private(set) var nextCheck: MonotonicTime?
    private var outstanding: [Transaction] = []
    private var sent = 0
    private var seed: UInt64

    init(paths: [NetworkPath], seed: UInt64, start: MonotonicTime?) {
        self.paths = Array(paths.prefix(Self.maximumPaths))
        self.seed = seed
        nextCheck = start
    }

    /// The next path to try while none has answered, round robin.
    mutating func nextPath() -> NetworkPath? {
        guard !paths.isEmpty else { return nil }
        defer { sent &+= 1 }
        return paths[sent % paths.count]
    }

    /// Checks this path next, and from now on with the others; one too many is not checked.
    mutating func trigger(_ path: NetworkPath, at now: MonotonicTime) {
        if !paths.contains(path) {
            guard paths.count < Self.maximumPaths else { return }
            paths.append(path)
        }
        if !triggered.contains(path) { triggered.append(path) }
        nextCheck = now
    }

    mutating func takeTriggered() -> NetworkPath? { triggered.isEmpty ? nil : triggered.removeFirst() }

    mutating func schedule(at time: MonotonicTime?) { nextCheck = time }

    /// When to send the next check, given what this one was for.
    mutating func scheduleNext(after now: MonotonicTime, isConsent: Bool, isNomination: Bool) {
        if isConsent {
            // 80 to 120 %.
            let jitter = Int64(next() % 1_000_000_000)
            nextCheck = now.advanced(byNanoseconds: Self.consentInterval / 5 * 4 + jitter)
        } else if isNomination || sent < Self.eagerRounds * paths.count {
            nextCheck = now + Self.pace
        } else {
            nextCheck = now + Self.patientPace
        }
    }

    mutating func open(_ path: NetworkPath, nominates: Bool, asControlling: Bool) -> STUNTransactionID {
        let id = STUNTransactionID(high: UInt32(truncatingIfNeeded: next()), low: next())
        if outstanding.count >= Self.maximumOutstanding { outstanding.removeFirst() }
        outstanding.append(
            Transaction(id: id, path: path, nominates: nominates, asControlling: asControlling)
        )
        return id
    }

    func transaction(_ id: STUNTransactionID) -> Transaction? { outstanding.first { $0.id == id } }

    mutating func close(_ id: STUNTransactionID) { outstanding.removeAll { $0.id == id } }

    mutating func restart(at now: MonotonicTime) {
        outstanding = []
        triggered = []
        sent = 0
        nextCheck = now
    }

    /// SplitMix64: unlike for what it authenticates, a guessable id gives nothing to one who has no password.
    private mutating func next() -> UInt64 {
        seed &+= 0x9E37_79B9_7F4A_7C15
        var value = seed
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
