import RTP

/// Decides when a publisher is asked for a key frame: coalesced to one request a second for all who want one.
///
/// A headset makes a key frame only on request and pays for it. One that ignores ``patience`` requests is no longer
/// waited for until a key frame comes after all.
public struct KeyFrameRequests: Sendable {
    /// The least time between two requests.
    static let interval = Duration.seconds(1)
    /// When an unanswered first request is repeated.
    static let repetition = Duration.milliseconds(500)
    /// How many unanswered requests mark a publisher that ignores them.
    static let patience = 2

    private var isWanted = false
    private var askedAt: MonotonicTime?
    private var unanswered = 0
    /// Requests made.
    public private(set) var count: UInt64

    /// Nothing was asked for.
    public init() {
        self.init(count: 0)
    }

    /// Nothing was asked for of the present publisher.
    ///
    /// - Parameter count: Requests to those before it.
    init(count: UInt64) {
        self.count = count
    }

    /// Whether the publisher takes no notice of requests.
    public var isIgnored: Bool { unanswered > Self.patience }

    /// Somebody needs a key frame.
    mutating func want() {
        isWanted = true
    }

    /// Nobody needs one any more.
    mutating func forgo() {
        isWanted = false
    }

    /// A key frame came.
    mutating func answered() {
        isWanted = false
        unanswered = 0
    }

    /// Whether to ask now.
    mutating func take(at now: MonotonicTime) -> Bool {
        guard isWanted else { return false }
        if let askedAt {
            let wait = unanswered == 1 ? Self.repetition : Self.interval
            guard now - askedAt >= (unanswered == 0 ? Self.interval : wait) else { return false }
        }
        askedAt = now
        unanswered += 1
        count += 1
        return true
    }
}
