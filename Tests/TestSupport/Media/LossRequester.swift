import RTP

/// Finds what a viewer is missing and says when to ask for it, as libwebrtc does: at once, and again each 100 ms.
struct LossRequester {
    /// The most packets that are waited for; whoever misses more needs a key frame.
    static let most = 1_000

    private struct Missing {
        let number: Int64
        let since: MonotonicTime
        var askedAt: MonotonicTime?
        var tries = 0
    }

    private var unwrapper = SequenceUnwrapper()
    private var missing: [Missing] = []
    private(set) var highest: Int64?
    /// Numbers asked for, each time counted.
    private(set) var requests = 0
    private(set) var hasOverflowed = false

    /// The extended number of a packet, which has come.
    mutating func received(_ sequence: UInt16, at now: MonotonicTime) -> Int64 {
        let number = unwrapper.unwrap(sequence)
        guard let highest else {
            self.highest = number
            return number
        }
        if number > highest {
            if number - highest > Int64(Self.most) {
                missing.removeAll()
                hasOverflowed = true
            } else {
                for absent in (highest + 1)..<number { missing.append(Missing(number: absent, since: now)) }
            }
            self.highest = number
        } else {
            missing.removeAll { $0.number == number }
        }
        return number
    }

    /// The extended number of a packet that came by another source.
    mutating func recovered(_ sequence: UInt16) -> Int64? {
        guard let number = unwrapper.peek(sequence) else { return nil }
        missing.removeAll { $0.number == number }
        return number
    }

    /// What is older is not needed any more.
    mutating func forget(before number: Int64) {
        missing.removeAll { $0.number < number }
        hasOverflowed = false
    }

    /// What to ask for now.
    mutating func due(at now: MonotonicTime) -> [UInt16] {
        guard !missing.isEmpty else { return [] }
        missing.removeAll { $0.tries >= 10 }
        var numbers: [UInt16] = []
        for position in missing.indices {
            if let asked = missing[position].askedAt, now - asked < .milliseconds(100) { continue }
            missing[position].askedAt = now
            missing[position].tries += 1
            numbers.append(UInt16(truncatingIfNeeded: missing[position].number))
        }
        requests += numbers.count
        return numbers
    }
}
