import Foundation

/// A mail address, perhaps with the name shown beside it.
public struct Mailbox: Sendable, Equatable, CustomStringConvertible {
    /// The name shown to the reader.
    public let name: String?
    /// The address itself.
    public let address: String

    /// Reads `address` or `Name <address>`; nil for anything that could break out of a mail header.
    init?(_ text: String) {
        guard !text.contains(where: { $0.isNewline || $0 == "\0" }) else { return nil }
        if let open = text.firstIndex(of: "<"), text.hasSuffix(">") {
            let shown = text[..<open].trimmingCharacters(in: .whitespaces.union(["\""]))
            name = shown.isEmpty ? nil : shown
            address = String(text[text.index(after: open)...].dropLast())
        } else {
            name = nil
            address = text
        }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let isClean = address.allSatisfy { $0.isASCII && !$0.isWhitespace && !"<>,;:\"()".contains($0) }
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isClean else { return nil }
    }

    init(address: String) {
        name = nil
        self.address = address
    }

    /// The form that is read back.
    public var description: String { name.map { "\($0) <\(address)>" } ?? address }
}

extension ValueFormat<Mailbox> {
    static let mailbox = ValueFormat(
        shape: "an address such as porthole@example.com or Porthole <porthole@example.com>",
        parse: { Mailbox($0) },
        text: { $0.description }
    )
}
