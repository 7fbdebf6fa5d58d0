/// Reads the headers of frames bit by bit, most significant first.
///
/// Behind the end there are zeros, and ``hasOverrun`` says so: a parser reads on and asks once, when it is
/// done.
struct BitReader {
    private let bytes: ArraySlice<UInt8>
    private var byte: Int
    /// Bits read of the current byte, 0 to 7.
    private var bit = 0
    /// Whether more was read than there is, or a code was longer than its kind can be.
    private(set) var hasOverrun = false

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        byte = bytes.startIndex
    }

    mutating func flag() -> Bool {
        guard byte < bytes.endIndex else {
            hasOverrun = true
            return false
        }
        let isSet = bytes[byte] << bit & 0x80 != 0
        bit += 1
        if bit == 8 {
            bit = 0
            byte += 1
        }
        return isSet
    }

    /// At most 32 bits.
    mutating func bits(_ count: Int) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            value = value << 1 | (flag() ? 1 : 0)
        }
        return value
    }

    mutating func skip(_ count: Int) {
        for _ in 0..<count {
            _ = flag()
        }
    }

    /// An unsigned Exp-Golomb code, ue(v) (ITU-T H.264 §9.1), and uvlc() of AV1 (§4.10.3) as far as it is
    /// sane.
    mutating func unsignedExpGolomb() -> UInt32 {
        var zeros = 0
        while !flag() {
            zeros += 1
            guard zeros < 32, !hasOverrun else {
                hasOverrun = true
                return 0
            }
        }
        return (1 << zeros) - 1 + bits(zeros)
    }

    /// A signed Exp-Golomb code, se(v) (ITU-T H.264 §9.1.1).
    mutating func signedExpGolomb() -> Int64 {
        let code = Int64(unsignedExpGolomb())
        return code & 1 == 1 ? (code + 1) / 2 : -(code / 2)
    }
}
