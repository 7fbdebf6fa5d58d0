/// Text from outside, made fit for one line that others read.
enum PlainText {
    /// A name without control characters, line breaks and direction marks, at most 64 characters.
    ///
    /// - Returns: `nil` when nothing is left.
    static func name(_ text: String?) -> String? {
        guard let text else { return nil }
        let line = line(text)
        return line.isEmpty ? nil : String(line.prefix(64))
    }

    /// One line: whatever breaks or bends it becomes a blank, and blanks become one.
    static func line(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(breaksLines(scalar) ? " " : scalar)
        }
        return String(scalars).split(separator: " ").joined(separator: " ")
    }

    private static func breaksLines(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Joiners hold emoji together; the other format characters turn text around or hide it.
        case .format: scalar.value != 0x200D && scalar.value != 0x200C
        default: false
        }
    }
}
