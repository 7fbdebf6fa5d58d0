/// The quoted-printable encoding of text (RFC 2045 §6.7).
enum QuotedPrintable {
    /// Lines of at most 76 characters, ended by CRLF.
    static func encode(_ text: String) -> String {
        // Swift takes CRLF for one character, which LF alone does not split.
        text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
            .map(encode(line:))
            .joined(separator: "\r\n")
    }

    private static func encode(line: Substring) -> String {
        var result = ""
        var column = 0
        let bytes = Array(line.utf8)
        for (index, byte) in bytes.enumerated() {
            let isBlankAtEnd = (byte == 0x20 || byte == 0x09) && index == bytes.count - 1
            let isPlain = (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "=") && !isBlankAtEnd
            let token = isPlain ? String(Unicode.Scalar(byte)) : escaped(byte)
            if column + token.utf8.count > 75 {
                result += "=\r\n"
                column = 0
            }
            result += token
            column += token.utf8.count
        }
        return result
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "=0\(digits)" : "=\(digits)"
    }
}
