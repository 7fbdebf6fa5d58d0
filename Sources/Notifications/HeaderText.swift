import Foundation

/// Text in header fields (RFC 5322 §2.2, RFC 2047).
enum HeaderText {
    /// An unstructured value such as a subject: plain when it is short ASCII, else encoded words, folded.
    static func unstructured(_ text: String) -> String {
        let line = PlainText.line(text)
        return isShortASCII(line) && !line.contains("=?") ? line : encodedWords(line)
    }

    /// A mailbox with its name as a quoted string or encoded words.
    static func mailbox(name: String?, address: String) -> String {
        guard let name = PlainText.name(name) else { return address }
        if isShortASCII(name), !name.contains("=?") {
            let escaped = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return "\"\(escaped)\" <\(address)>"
        }
        return "\(encodedWords(name))\r\n <\(address)>"
    }

    private static func isShortASCII(_ text: String) -> Bool {
        text.utf8.count <= 60 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// Words of at most 75 characters, none of which splits a character (RFC 2047 §2, §5).
    static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > 45 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }
}
