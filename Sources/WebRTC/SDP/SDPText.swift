// Text is taken apart by bytes: a Character may be a delimiter and what combines with it.

extension StringProtocol {
    /// The parts between delimiters; runs of them count as one.
    func fields(separatedBy delimiter: Unicode.Scalar = " ", maxSplits: Int = .max) -> [String] {
        Substring(self).utf8.split(separator: UInt8(ascii: delimiter), maxSplits: maxSplits)
            .map { String(Substring($0)) }
    }

    /// What stands before and after the first delimiter; nothing after it if there is none.
    func cut(at delimiter: Unicode.Scalar) -> (head: String, tail: String?) {
        let bytes = Substring(self).utf8
        guard let index = bytes.firstIndex(of: UInt8(ascii: delimiter)) else { return (String(self), nil) }
        return (String(Substring(bytes[..<index])), String(Substring(bytes[bytes.index(after: index)...])))
    }

    /// Whether it is a `token` of RFC 8866 §9, or one with slashes, as protocols have.
    func isToken(allowingSlash: Bool = false) -> Bool {
        !utf8.isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "/"): allowingSlash
                case 0x21, 0x23...0x27, 0x2A...0x2B, 0x2D...0x2E, 0x30...0x39, 0x41...0x5A, 0x5E...0x7E: true
                default: false
                }
            }
    }
}

extension FixedWidthInteger {
    /// A number in decimal digits, without sign.
    init?(digits text: some StringProtocol) {
        guard let first = text.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return nil
        }
        self.init(text)
    }
}
