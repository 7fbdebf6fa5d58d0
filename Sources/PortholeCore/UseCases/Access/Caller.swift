public import Foundation

/// Whoever makes a request, with all grants that the credentials carry.
public struct Caller: Equatable, Sendable {
    /// One for a token, any number for a page's cookie, none for a stranger.
    public var grants: [Grant]
    /// The client's address, truncated, for the access log.
    public var address: String?

    /// Makes one from its parts.
    public init(grants: [Grant], address: String? = nil) {
        self.grants = grants
        self.address = address
    }

    /// Somebody without any credential.
    public static let anonymous = Caller(grants: [])

    /// The user tokens among the grants.
    public var users: [User] {
        grants.compactMap { if case .user(let user) = $0 { user } else { nil } }
    }

    /// The watch links among the grants.
    public var links: [WatchLink] {
        grants.compactMap { if case .link(let link) = $0 { link } else { nil } }
    }

    /// As whom the caller may appear among a session's viewers (``Access/principal(of:needing:on:in:at:)``).
    public var principalIDs: Set<String> {
        Set(users.map(\.id.text) + links.map { $0.guardianID?.text ?? $0.id.text })
    }

    /// Whether one of the tokens is the studio's own or an operator's.
    public var isTrusted: Bool { users.contains(where: \.isTrusted) }
}

/// As whom a caller watches one session: what viewer rows, uploads and the access log name.
public struct Principal: Equatable, Sendable {
    /// A user id, else a guardian's id, else a link's id.
    public let id: String
    /// What to call the principal before the child and the other guardians.
    public let name: String?
    /// The link that let it in, if it was one.
    public let link: WatchLinkID?
    /// When the access ends by itself.
    public let expiresAt: Date?

    /// Makes one from its parts.
    public init(id: String, name: String?, link: WatchLinkID?, expiresAt: Date?) {
        self.id = id
        self.name = name
        self.link = link
        self.expiresAt = expiresAt
    }
}
