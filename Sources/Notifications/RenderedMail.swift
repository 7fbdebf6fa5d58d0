/// A mail's texts.
public struct RenderedMail: Equatable, Sendable {
    /// One line.
    public let subject: String
    /// Plain text, lines end with LF.
    public let text: String
    /// A whole HTML document that loads nothing.
    public let html: String
}
