/// A `profile-level-id` of H.264: which tools a stream uses, and how large it may be.
///
/// RFC 6184 §8.1; ISO/IEC 14496-10 Annex A.
struct H264Profile: Equatable, Sendable {
    /// In the order in which we like them: the first is what every decoder takes.
    enum Family: Int, Comparable, Sendable {
        case constrainedBaseline
        case baseline
        case main
        case constrainedHigh
        case high

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Level 5.2: 4096 × 2304 at 60 frames a second.
    ///
    /// We pass on whatever comes, and some encoders (Apple's) lower their frame rate to what the level of the answer
    /// allows.
    static let highestLevel: UInt8 = 0x34

    let indication: UInt8
    let constraints: UInt8
    var level: UInt8
    let family: Family

    /// Reads six hexadecimal digits; `nil` if they are not, or name a profile that browsers do not decode.
    init?(parsing text: String) {
        guard text.utf8.count == 6, let first = text.utf8.first, first != UInt8(ascii: "+"),
            let bits = UInt32(text, radix: 16)
        else { return nil }
        self.init(
            indication: UInt8(truncatingIfNeeded: bits >> 16),
            constraints: UInt8(truncatingIfNeeded: bits >> 8),
            level: UInt8(truncatingIfNeeded: bits)
        )
    }

    init?(indication: UInt8, constraints: UInt8, level: UInt8) {
        guard let family = Self.family(indication, constraints) else { return nil }
        self.indication = indication
        self.constraints = constraints
        self.level = level
        self.family = family
    }

    /// What a description without `profile-level-id` means in practice: constrained baseline, level 3.1.
    ///
    /// RFC 6184 §8.1 says baseline, level 1; no browser does.
    static let unsaid = H264Profile(indication: 0x42, constraints: 0xE0, level: 0x1F)

    private static func family(_ indication: UInt8, _ constraints: UInt8) -> Family? {
        switch indication {
        case 0x42: constraints & 0x40 != 0 ? .constrainedBaseline : .baseline
        case 0x4D: constraints & 0x80 != 0 ? .constrainedBaseline : .main
        case 0x58: constraints & 0x80 == 0 ? nil : constraints & 0x40 != 0 ? .constrainedBaseline : .baseline
        case 0x64: constraints == 0x0C ? .constrainedHigh : constraints == 0 ? .high : nil
        default: nil
        }
    }

    var text: String {
        [indication, constraints, level]
            .map { byte in
                let digits = String(byte, radix: 16)
                return digits.utf8.count == 1 ? "0" + digits : digits
            }
            .joined()
    }
}
