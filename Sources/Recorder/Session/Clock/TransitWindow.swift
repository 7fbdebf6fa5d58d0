/// The shortest transit of late: arrival less media time, whose smallest is the least delayed by the network.
///
/// It follows senders whose clock drifts, and forgets jitter. In microseconds.
struct TransitWindow: Equatable, Sendable {
    /// What is older than twice this is forgotten.
    static let span: Int64 = 4_000_000

    private var current: Int64?
    private var previous: Int64?
    private var start: Int64 = 0

    /// `nil` before the first.
    var least: Int64? {
        guard let current else { return nil }
        return previous.map { min($0, current) } ?? current
    }

    mutating func add(_ transit: Int64, at arrival: Int64) {
        if let current, arrival - start < Self.span {
            self.current = min(current, transit)
            return
        }
        previous = arrival - start < 2 * Self.span ? current : nil
        current = transit
        start = arrival
    }
}
