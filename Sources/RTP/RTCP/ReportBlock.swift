/// What a receiver says about one source since its last report.
///
/// RFC 3550 §6.4.1.
public struct ReportBlock: Equatable, Sendable {
    /// The bytes of a block.
    static let length = 24
    /// The most blocks in one packet, whose count has five bits.
    public static let maximumCount = 31
    /// The cumulative loss has 24 bits with a sign.
    static let lossRange: ClosedRange<Int32> = -0x80_0000...0x7F_FFFF

    /// The source that it is about.
    public var ssrc: UInt32
    /// The part that was lost since the last report, in 256ths.
    public var fractionLost: UInt8
    /// Packets expected minus packets received so far; duplicates can make it negative.
    ///
    /// Written as the nearest number of 24 bits.
    public var cumulativeLost: Int32
    /// The highest sequence number received, with the count of its wraps in the upper 16 bits.
    public var extendedHighestSequence: UInt32
    /// The interarrival jitter in units of the timestamp.
    public var jitter: UInt32
    /// The middle 32 bits of the time in the last sender report, 0 if there was none.
    public var lastSenderReport: UInt32
    /// The time between receiving that report and sending this block, in 2^-16 s.
    public var delaySinceLastSenderReport: UInt32

    /// A block of these values.
    public init(
        ssrc: UInt32,
        fractionLost: UInt8 = 0,
        cumulativeLost: Int32 = 0,
        extendedHighestSequence: UInt32 = 0,
        jitter: UInt32 = 0,
        lastSenderReport: UInt32 = 0,
        delaySinceLastSenderReport: UInt32 = 0
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.extendedHighestSequence = extendedHighestSequence
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }

    /// The time from us to the reporter and back, if it has received a sender report of ours.
    ///
    /// - Parameter arrival: When this block arrived, on the clock of our sender reports.
    /// - Returns: `nil` without a sender report, or if the result is negative (clocks of 2^-16 s round).
    public func roundTripTime(arrival: NTPTime) -> Duration? {
        guard lastSenderReport != 0 else { return nil }
        let units = arrival.compact &- lastSenderReport &- delaySinceLastSenderReport
        guard units < 0x8000_0000 else { return nil }
        return Duration(compactNTP: units)
    }

    init(parsing packet: Span<UInt8>, at offset: Int) {
        ssrc = packet.uint32(at: offset)
        fractionLost = packet[offset + 4]
        cumulativeLost = Int32(bitPattern: packet.uint24(at: offset + 5) << 8) >> 8
        extendedHighestSequence = packet.uint32(at: offset + 8)
        jitter = packet.uint32(at: offset + 12)
        lastSenderReport = packet.uint32(at: offset + 16)
        delaySinceLastSenderReport = packet.uint32(at: offset + 20)
    }

    /// Reads `count` blocks from `offset` on, or `nil` if they are not all there.
    static func parse(_ packet: Span<UInt8>, at offset: Int, count: UInt8) -> [ReportBlock]? {
        guard packet.count >= offset + Int(count) * length else { return nil }
        return (0..<Int(count)).map { ReportBlock(parsing: packet, at: offset + $0 * length) }
    }

    func write(to bytes: inout [UInt8]) {
        let lost = min(max(cumulativeLost, Self.lossRange.lowerBound), Self.lossRange.upperBound)
        bytes.append(uint32: ssrc)
        bytes.append(fractionLost)
        bytes.append(uint24: UInt32(bitPattern: lost))
        bytes.append(uint32: extendedHighestSequence)
        bytes.append(uint32: jitter)
        bytes.append(uint32: lastSenderReport)
        bytes.append(uint32: delaySinceLastSenderReport)
    }
}
