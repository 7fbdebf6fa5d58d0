/// Which packet indexes have been received: the newest, and the 2,047 before it.
///
/// RFC 3711 asks for 64 at least (§3.3.2). A packet that is sent again after its loss was reported comes 2 s late at
/// worst, which are 2,000 packets at 8 Mbit/s.
struct ReplayWindow {
    /// The number of indexes that are told apart.
    static let width: UInt64 = 2048

    private(set) var highest: UInt64?
    private var words = InlineArray<32, UInt64>(repeating: 0)

    /// What to do with a packet.
    enum Verdict: Equatable {
        case fresh
        case replayed
        case tooOld
    }

    func verdict(on index: UInt64) -> Verdict {
        guard let highest, index <= highest else { return .fresh }
        guard highest &- index < Self.width else { return .tooOld }
        return words[Self.word(index)] & Self.bit(index) == 0 ? .fresh : .replayed
    }

    /// Notes an index whose packet was authentic.
    mutating func insert(_ index: UInt64) {
        if let highest {
            if index > highest { clear(after: highest, through: index) }
        }
        highest = max(highest ?? index, index)
        words[Self.word(index)] |= Self.bit(index)
    }

    /// Makes room: the places of indexes that were skipped belonged to packets one turn before.
    private mutating func clear(after highest: UInt64, through index: UInt64) {
        guard index &- highest < Self.width else {
            words = InlineArray(repeating: 0)
            return
        }
        var next = highest &+ 1
        while next <= index {
            if next & 63 == 0, index &- next >= 64 {
                words[Self.word(next)] = 0
                next &+= 64
            } else {
                words[Self.word(next)] &= ~Self.bit(next)
                next &+= 1
            }
        }
    }

    private static func word(_ index: UInt64) -> Int { Int((index >> 6) & 31) }
    private static func bit(_ index: UInt64) -> UInt64 { 1 << (index & 63) }
}
