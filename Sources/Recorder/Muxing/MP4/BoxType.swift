/// The type of a box: four characters (ISO/IEC 14496-12 §4.2).
struct BoxType: Hashable, Sendable, ExpressibleByStringLiteral {
    let code: UInt32

    init(code: UInt32) {
        self.code = code
    }

    /// - Parameter value: Four ASCII characters.
    init(stringLiteral value: String) {
        code = value.utf8.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
