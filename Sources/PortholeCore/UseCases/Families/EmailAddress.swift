/// Mail addresses, as far as they can be judged without sending a mail.
public enum EmailAddress {
    /// Whether the text has the shape of one mailbox (RFC 5321 §4.1.2, without quoting), safe to put in a header.
    public static func isPlausible(_ text: String) -> Bool {
        guard text.utf8.count <= 254, let at = text.lastIndex(of: "@") else { return false }
        let (local, domain) = (text[..<at], text[text.index(after: at)...])
        guard (1...64).contains(local.utf8.count), domain.utf8.count >= 3 || domain == "localhost" else {
            return false
        }
        return local.unicodeScalars.allSatisfy(isAllowed) && domain.unicodeScalars.allSatisfy(isAllowed)
            && !domain.hasPrefix(".") && !domain.hasSuffix(".") && !domain.contains("..")
    }

    /// No blanks and nothing that cannot be seen: a line separator or a reversed text is no address either.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: false
        case .privateUse, .surrogate, .unassigned: false
        default: !"<>()[]\\,;:\"@".unicodeScalars.contains(scalar)
        }
    }
}
