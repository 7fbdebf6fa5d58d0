extension String {
    /// Whether the text is fit to be stored and shown as one line: no control characters, at most `limit` bytes.
    package func isOneLine(upTo limit: Int = 255) -> Bool {
        utf8.count <= limit && !unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
    }
}
