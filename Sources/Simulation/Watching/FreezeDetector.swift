import RTP

/// Counts freezes as WebRTC's statistics do: a gap between frames longer than three times the average of the last 30, or
/// longer than that average by 150 ms, whichever is more (webrtc-stats, `freezeCount`).
struct FreezeDetector: Sendable {
    private static let window = 30
    private static let allowance = 150_000_000.0

    /// How often the picture stood still.
    private(set) var count: UInt64 = 0
    /// For how long in all, seconds.
    private(set) var seconds = 0.0
    /// The longest time between two frames, seconds.
    private(set) var longestGap = 0.0

    private var last: MonotonicTime?
    private var gaps: [Double] = []

    /// A frame is shown.
    mutating func show(at now: MonotonicTime) {
        defer { last = now }
        guard let last else { return }
        let gap = Double(now.nanoseconds(since: last))
        longestGap = max(longestGap, gap / 1e9)
        if gaps.count == Self.window {
            let average = gaps.reduce(0, +) / Double(gaps.count)
            if gap > max(average * 3, average + Self.allowance) {
                count += 1
                seconds += gap / 1e9
            }
            gaps.removeFirst()
        }
        gaps.append(gap)
    }
}
