import RTP

/// Which of the newest packets of a source have come, and which are missing and were asked for.
struct ArrivalWindow: Sendable {
    /// How many numbers back a packet still counts; a power of two, and more than any request may wait.
    static let length: Int64 = 4_096
    /// A packet that did not come for so long will not.
    static let patience = Duration.milliseconds(500)
    /// The most packets that are waited for; who misses more needs a key frame.
    private static let maximumMissing = 512

    private struct Request {
        let since: MonotonicTime
        var last: MonotonicTime?
    }

    private var unwrapper = SequenceUnwrapper()
    private var seen: [Int64]
    private var missing: [Int64: Request] = [:]
    private(set) var first: Int64?
    private(set) var highest: Int64 = 0
    /// Different packets that came, on whichever way.
    private(set) var received: UInt64 = 0
    /// Those of them that came by retransmission.
    private(set) var repaired: UInt64 = 0
    /// Packets that came after they had been missing.
    private(set) var recovered: UInt64 = 0
    /// Packets that were given up.
    private(set) var lost: UInt64 = 0

    init() { seen = Array(repeating: -1, count: Int(Self.length)) }

    /// Packets that were sent as far as one can tell.
    var expected: UInt64 { first.map { UInt64(max(0, highest - $0 + 1)) } ?? 0 }
    /// Whether something is waited for.
    var isWaiting: Bool { !missing.isEmpty }

    /// Whether a packet of the window has come.
    func has(_ index: Int64) -> Bool { seen[Int(index & (Self.length - 1))] == index }
    /// Whether a packet is still waited for.
    func isMissing(_ index: Int64) -> Bool { missing[index] != nil }

    /// Takes in a packet; its extended number, `nil` if it came before or is too old.
    mutating func receive(_ sequenceNumber: UInt16, isRetransmission: Bool, at now: MonotonicTime) -> Int64? {
        let index: Int64
        if isRetransmission {
            // A retransmission names a number of the past, and moves nothing forward.
            guard let named = unwrapper.peek(sequenceNumber), named <= highest else { return nil }
            index = named
        } else {
            index = unwrapper.unwrap(sequenceNumber)
        }
        if first == nil {
            first = index
            highest = index - 1
        }
        guard index > highest - Self.length, !has(index) else { return nil }
        if index > highest {
            note(gap: highest + 1..<index, at: now)
            highest = index
        } else if missing.removeValue(forKey: index) != nil {
            recovered += 1
        } else if let first, index < first {
            self.first = index
        }
        seen[Int(index & (Self.length - 1))] = index
        received += 1
        if isRetransmission { repaired += 1 }
        return index
    }

    private mutating func note(gap: Range<Int64>, at now: MonotonicTime) {
        for index in gap.suffix(Self.maximumMissing) { missing[index] = Request(since: now) }
        lost += UInt64(gap.count - min(gap.count, Self.maximumMissing))
        guard missing.count > Self.maximumMissing else { return }
        lost += UInt64(missing.count)
        missing.removeAll(keepingCapacity: true)
    }

    /// The numbers to ask for now: new ones, and those that were asked for a round trip ago.
    mutating func requests(at now: MonotonicTime, roundTrip: Duration) -> [UInt16] {
        guard !missing.isEmpty else { return [] }
        var numbers: [Int64] = []
        for (index, request) in missing {
            if now - request.since > Self.patience {
                missing[index] = nil
                lost += 1
                continue
            }
            if let last = request.last, now - last < roundTrip { continue }
            missing[index]?.last = now
            numbers.append(index)
        }
        return numbers.sorted().map { UInt16(truncatingIfNeeded: $0) }
    }
}
