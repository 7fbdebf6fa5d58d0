public import Foundation
public import PortholeCore

/// A mail that was written to the local outbox instead of being sent.
public struct LocalMail: Codable, Equatable, Sendable {
    /// The outbox message's id, also the name of its files.
    public let id: OutboxMessageID
    /// The recipient's address.
    public let to: String
    /// The subject line.
    public let subject: String
    /// When it would have gone out.
    public let createdAt: Date
    /// The plain text.
    public let text: String
    /// The HTML document.
    public let html: String
    /// The links in it: the main one, then the one that unsubscribes.
    public let links: [String]

    enum CodingKeys: String, CodingKey {
        case id
        case to
        case subject
        case createdAt = "created_at"
        case text
        case html
        case links
    }
}
