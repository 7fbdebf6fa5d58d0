import RTP

/// What a receiver says of a source: loss and jitter since the last report.
///
/// RFC 3550 §6.4.1, §A.3 and §A.8.
struct Reception: Sendable {
    /// Interarrival jitter in units of the timestamp.
    private(set) var jitter = 0.0

    private let clockRate: Double
    private var transit: Double?
    private var expectedBefore: UInt64 = 0
    private var receivedBefore: UInt64 = 0
    private var lastReport: (compact: UInt32, arrival: MonotonicTime)?

    init(clockRate: UInt32) { self.clockRate = Double(clockRate) }

    /// Takes the timing of a packet that was not sent again.
    mutating func receive(timestamp: UInt32, at now: MonotonicTime) {
        let relative = Double(now.nanoseconds) * 1e-9 * clockRate - Double(timestamp)
        if let transit {
            let difference = abs(relative - transit)
            // A jump of the timestamps, or their wrap, is no jitter.
            if difference < clockRate { jitter += (difference - jitter) / 16 }
        }
        transit = relative
    }

    mutating func receive(_ report: SenderReport, at now: MonotonicTime) {
        lastReport = (report.ntp.compact, now)
    }

    /// A block for the next report.
    mutating func block(ssrc: UInt32, _ window: ArrivalWindow, at now: MonotonicTime) -> ReportBlock {
        // What came by retransmission was lost all the same: the sender has to know how bad the path is.
        let originals = window.received - window.repaired
        let expected = Int64(window.expected - expectedBefore)
        let received = Int64(originals) - Int64(receivedBefore)
        expectedBefore = window.expected
        receivedBefore = originals
        let lost = max(0, expected - received)
        let fraction = expected > 0 ? min(255, lost * 256 / expected) : 0
        return ReportBlock(
            ssrc: ssrc,
            fractionLost: UInt8(fraction),
            cumulativeLost: Int32(clamping: Int64(window.expected) - Int64(originals)),
            extendedHighestSequence: UInt32(truncatingIfNeeded: window.highest - 65_536),
            jitter: UInt32(max(0, min(jitter, Double(UInt32.max)))),
            lastSenderReport: lastReport?.compact ?? 0,
            delaySinceLastSenderReport: lastReport.map { (now - $0.arrival).compactNTP } ?? 0
        )
    }
}
