/// The id under which two peers negotiate; whoever starts a negotiation makes it up.
public struct ConnectionID: Hashable, Sendable {
    /// The longest id accepted, in bytes of UTF-8; a UUID has 36.
    public static let maximumLength = 128

    /// The id as it travels.
    public let rawValue: String

    /// Accepts a string that is neither empty nor longer than ``maximumLength``.
    public init?(_ rawValue: String) {
        guard !rawValue.isEmpty, rawValue.utf8.count <= Self.maximumLength else { return nil }
        self.rawValue = rawValue
    }
}
