public import Foundation

/// What a watch link lets its holder do.
public enum WatchRight: String, Sendable, Codable, CaseIterable {
    case live
    case recording
    case download
    /// May be elected as the browser that records.
    case record
}

/// A personal link to one session, or to all sessions of one child.
public struct WatchLink: Equatable, Sendable {
    /// The key of the row.
    public let id: WatchLinkID
    /// Whose sessions it opens.
    public let childID: UserID
    /// `nil` for every session of the child.
    public let sessionID: SessionID?
    /// Whose link it is; `nil` for a link that was shared with somebody else.
    public let guardianID: GuardianID?
    /// What its holder may do.
    public let rights: Set<WatchRight>
    /// Who made it: a user id, or a part of the server.
    public let createdBy: String
    /// When it was made.
    public let createdAt: Date
    /// `nil` until the session ends: then the end plus the retention.
    public var expiresAt: Date?
    /// When it was revoked; `nil` while it was not.
    public var revokedAt: Date?

    /// Makes one from its parts.
    public init(
        id: WatchLinkID = WatchLinkID(),
        childID: UserID,
        sessionID: SessionID?,
        guardianID: GuardianID?,
        rights: Set<WatchRight>,
        createdBy: String,
        createdAt: Date,
        expiresAt: Date?
    ) {
        self.id = id
        self.childID = childID
        self.sessionID = sessionID
        self.guardianID = guardianID
        self.rights = rights
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// Whether the link still opens anything.
    public func isValid(at now: Date) -> Bool {
        revokedAt == nil && (expiresAt.map { now < $0 } ?? true)
    }

    /// Whether the link is about this session.
    public func covers(_ session: Session) -> Bool {
        childID == session.userID && (sessionID == nil || sessionID == session.id)
    }
}
