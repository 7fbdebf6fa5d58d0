import RTP

/// Spreads packets over time: a burst each 5 ms, as encoders in browsers and headsets send.
struct Pacer: Sendable {
    /// The time between bursts.
    static let interval = Duration.milliseconds(5)
    /// By how much faster than the average of the stream packets leave, as in libwebrtc.
    private static let factor = 2.5
    /// The lowest rate: a packet of full size in each burst.
    private static let minimumBitrate = 2_000_000.0
    /// The time in which a queue is empty, however full it is, counted in bursts.
    private static let longestDrain = 20

    private let bytesPerBurst: Int
    private var nextBurst: MonotonicTime
    private var left = 0

    /// A pacer for a stream of this average.
    init(bitrateBps: Int, at now: MonotonicTime) {
        let rate = max(Double(bitrateBps) * Self.factor, Self.minimumBitrate)
        bytesPerBurst = Int(rate / 8 * (Self.interval / .seconds(1)))
        nextBurst = now
    }

    /// When more may leave.
    var deadline: MonotonicTime { nextBurst }

    /// Opens a burst if it is time; `queued` bytes wait.
    mutating func open(at now: MonotonicTime, queued: Int) {
        guard now >= nextBurst else { return }
        left = min(left, 0) + max(bytesPerBurst, queued / Self.longestDrain)
        nextBurst = max(nextBurst + Self.interval, now)
    }

    /// Whether a packet may leave in this burst.
    var isOpen: Bool { left > 0 }

    /// A packet has left.
    mutating func spend(_ bytes: Int) { left -= bytes }
}
