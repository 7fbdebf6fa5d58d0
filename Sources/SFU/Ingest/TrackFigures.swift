public import RTP

/// What arrived on a track.
public struct TrackFigures: Equatable, Sendable {
    /// Packets kept.
    public var packets: UInt64 = 0
    /// Bytes of payload.
    public var bytes: UInt64 = 0
    /// Key frames.
    public var keyFrames: UInt64 = 0
    /// Bits of the last whole second.
    public private(set) var bitrateBps = 0
    /// Frames of the last whole second.
    public private(set) var framesPerSecond = 0.0
    /// The format of the newest packet.
    public private(set) var codec: Codec?

    private var windowStart: MonotonicTime?
    private var windowBytes = 0
    private var windowFrames = 0

    /// All zero.
    public init() {}

    /// Counts a packet.
    mutating func add(_ info: PacketInfo, at now: MonotonicTime) {
        packets += 1
        bytes += UInt64(info.length)
        codec = info.codec
        windowBytes += Int(info.length)
        if info.marker { windowFrames += 1 }
        roll(at: now)
    }

    /// Closes a window that is over.
    mutating func roll(at now: MonotonicTime) {
        guard let start = windowStart else {
            windowStart = now
            return
        }
        let span = now - start
        guard span >= .seconds(1) else { return }
        let seconds = span / .seconds(1)
        bitrateBps = Int(Double(windowBytes * 8) / seconds)
        framesPerSecond = Double(windowFrames) / seconds
        windowStart = now
        windowBytes = 0
        windowFrames = 0
    }
}

/// What a source's newest sender report says of its clock (RFC 3550 §6.4.1).
public struct SenderClock: Equatable, Sendable {
    /// The report: wall clock, the track's timestamp at that moment, and when it came.
    public private(set) var report: (ntp: NTPTime, timestamp: UInt32, arrival: MonotonicTime)? {
        get { stored.map { ($0.ntp, $0.timestamp, $0.arrival) } }
        set { stored = newValue.map { Stored(ntp: $0.ntp, timestamp: $0.timestamp, arrival: $0.arrival) } }
    }

    private struct Stored: Equatable {
        let ntp: NTPTime
        let timestamp: UInt32
        let arrival: MonotonicTime
    }
    private var stored: Stored?

    /// No report yet.
    init() {}

    /// Takes a report.
    mutating func update(ntp: NTPTime, timestamp: UInt32, at now: MonotonicTime) {
        report = (ntp, timestamp, now)
    }
}

/// Reception statistics of a source, for receiver reports (RFC 3550 §6.4.1, A.3 and A.8).
struct ReceptionStatistics {
    private var first: Int64?
    private var highest: Int64 = 0
    private var received: UInt64 = 0
    private var expectedBefore: Int64 = 0
    private var receivedBefore: UInt64 = 0
    private var transit: Double?
    /// Interarrival jitter in ticks.
    private(set) var jitter = 0.0

    mutating func received(_ index: Int64, timestamp: UInt32, clockRate: Int64, at now: MonotonicTime) {
        if first == nil {
            first = index
            highest = index
        }
        received += 1
        highest = max(highest, index)
        let arrival = Double(now.nanoseconds) * 1e-9 * Double(clockRate)
        let relative = arrival - Double(timestamp)
        if let transit {
            let difference = abs(relative - transit)
            // A jump of the timestamps is no jitter.
            if difference < Double(clockRate) * 5 { jitter += (difference - jitter) / 16 }
        }
        transit = relative
    }

    /// Fraction lost since the last call in 1/256, and packets lost since the start.
    mutating func interval() -> (fractionLost: UInt8, cumulativeLost: Int64) {
        guard let first else { return (0, 0) }
        let expected = highest - first + 1
        let expectedNow = expected - expectedBefore
        let receivedNow = Int64(received - receivedBefore)
        expectedBefore = expected
        receivedBefore = received
        let lost = expectedNow - receivedNow
        let fraction = expectedNow > 0 && lost > 0 ? UInt8(min(255, lost * 256 / expectedNow)) : 0
        return (fraction, max(0, expected - Int64(received)))
    }
}
