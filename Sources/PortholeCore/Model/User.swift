public import Foundation

/// What a verified user token says.
public struct User: Equatable, Sendable {
    /// The roles that a token can carry; anything else reads as `user`.
    public enum Role: String, Sendable, Codable {
        case user
        case guardian
        /// The studio's own backend.
        case service
        case admin
    }

    /// The token's subject.
    public let id: UserID
    /// What its bearer is to the studio.
    public let role: Role
    /// In lower case.
    public let email: String?
    /// What to call the user, if the token says.
    public let name: String?
    /// The token's `exp`.
    public let expiresAt: Date
    /// The `guardians` claim, at top level or in `app_metadata`, never in `user_metadata`.
    public let guardians: [GuardianDraft]

    /// Makes one from a token's claims.
    public init(
        id: UserID,
        role: Role,
        email: String?,
        name: String?,
        expiresAt: Date,
        guardians: [GuardianDraft] = []
    ) {
        self.id = id
        self.role = role
        self.email = email?.lowercased()
        self.name = name
        self.expiresAt = expiresAt
        self.guardians = guardians
    }

    /// Whether the token is the studio's own (`service`) or an operator's (`admin`).
    public var isTrusted: Bool { role == .service || role == .admin }
}

/// One credential's worth of access.
public enum Grant: Equatable, Sendable {
    case user(User)
    case link(WatchLink)

    /// When it ends by itself.
    public var expiresAt: Date? {
        switch self {
        case .user(let user): user.expiresAt
        case .link(let link): link.expiresAt
        }
    }
}

/// A page's cookie: 32 random bytes, of which only the hash is kept, and the grants it collected.
public struct PageLogin: Equatable, Sendable {
    /// The key of the row.
    public let id: PageLoginID
    /// SHA-256 of the cookie's bytes.
    public let tokenHash: [UInt8]
    /// What the cookie opens, oldest first.
    public var grants: [Grant]
    /// When the cookie was made.
    public let createdAt: Date
    /// When the cookie stops opening anything.
    public var expiresAt: Date

    /// Makes one from its parts.
    public init(
        id: PageLoginID = PageLoginID(),
        tokenHash: [UInt8],
        grants: [Grant],
        createdAt: Date,
        expiresAt: Date
    ) {
        self.id = id
        self.tokenHash = tokenHash
        self.grants = grants
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
