import Foundation

/// A header's value such as `form-data; name="a; b"`: a word and its parameters (RFC 9110 §5.6.6).
struct HeaderValue: Equatable {
    /// In lower case.
    let word: String
    /// Without quotes, by name in lower case; the first of a name counts.
    let parameters: [String: String]

    init(_ text: some StringProtocol) {
        let fields = Self.fields(of: text)
        word = fields.first.map { $0.lowercased() } ?? ""
        let pairs = fields.dropFirst()
            .compactMap { field -> (String, String)? in
                // By bytes: a combining character would make one character of itself and the sign.
                let pair = field.utf8.split(
                    separator: UInt8(ascii: "="),
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                guard pair.count == 2 else { return nil }
                return (String(Substring(pair[0])).lowercased(), String(Substring(pair[1])))
            }
        parameters = Dictionary(pairs) { first, _ in first }
    }

    /// What stands between semicolons outside of quotes (RFC 9110 §5.6.4).
    private static func fields(of text: some StringProtocol) -> [String] {
        var fields: [[UInt8]] = [[]]
        var isQuoted = false
        var isEscaped = false
        for byte in text.utf8 {
            if isQuoted, !isEscaped, byte == UInt8(ascii: "\\") {
                isEscaped = true
                continue
            }
            if !isEscaped, byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == UInt8(ascii: ";") {
                fields.append([])
            } else {
                fields[fields.count - 1].append(byte)
            }
            isEscaped = false
        }
        return fields.map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespaces) }
    }
}
