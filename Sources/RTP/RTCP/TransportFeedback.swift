/// Says which packets of a transport arrived, and when.
///
/// ```
/// |     base sequence number      |      packet status count      |
/// |            reference time (24 bits)           | feedback count |
/// |         packet chunks, 16 bits each: two bits or one for each packet, or a run of equal ones |
/// |         receive deltas: 8 bits (0…63.75 ms) or 16 bits (±8.19 s) for each packet that came   |
/// ```
///
/// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
public struct TransportFeedback: Equatable, Sendable {
    /// The most packets that one feedback may speak of; one that claims more is malformed.
    ///
    /// A few bytes can claim 65,535. At 8 Mbit/s this many packets take 5 s, and browsers report ten times a
    /// second.
    public static let maximumPacketCount = 4_096
    /// The unit of arrival deltas.
    public static let nanosecondsPerTick: Int64 = 250_000
    /// The unit of the reference time, 64 ms, in ticks.
    public static let ticksPerReference: Int64 = 256

    /// Who reports.
    public var sender: UInt32
    /// A source of the transport that is reported on; which one does not matter.
    public var media: UInt32
    /// The transport-wide sequence number of the first packet.
    public var baseSequence: UInt16
    /// The time that deltas start from, in 64 ms on the reporter's clock: 24 bits with a sign.
    public var referenceTime: Int32
    /// Counts feedback, modulo 2^8.
    public var feedbackCount: UInt8
    /// For each packet from `baseSequence` on how long after the one that arrived before it (the first:
    /// after the reference time) it came, in 250 µs; `nil` if it has not come.
    public var packets: [Int16?]

    /// A feedback of these values.
    public init(
        sender: UInt32,
        media: UInt32,
        baseSequence: UInt16,
        referenceTime: Int32,
        feedbackCount: UInt8,
        packets: [Int16?]
    ) {
        self.sender = sender
        self.media = media
        self.baseSequence = baseSequence
        self.referenceTime = referenceTime
        self.feedbackCount = feedbackCount
        self.packets = packets
    }

    /// Calls `body` for each packet with its number and its arrival on the reporter's clock.
    ///
    /// - Parameter body: The arrival is in 250 µs, wraps with the reference time every 12 days, and is `nil`
    ///   for a packet that has not come.
    public func forEachPacket(_ body: (_ sequenceNumber: UInt16, _ arrivalTicks: Int64?) -> Void) {
        var ticks = Int64(referenceTime) &* Self.ticksPerReference
        var sequenceNumber = baseSequence
        for delta in packets {
            if let delta {
                ticks &+= Int64(delta)
                body(sequenceNumber, ticks)
            } else {
                body(sequenceNumber, nil)
            }
            sequenceNumber &+= 1
        }
    }
}

/// What two bits say about a packet.
enum PacketStatus {
    static let missing: UInt8 = 0
    static let smallDelta: UInt8 = 1
    static let largeDelta: UInt8 = 2

    static func of(_ delta: Int16?) -> UInt8 {
        guard let delta else { return missing }
        return (0...255).contains(delta) ? smallDelta : largeDelta
    }
}
