public import Foundation

/// One person watching one session, from joining to leaving.
///
/// Joins by socket and by API of the same principal share one open row; a return within
/// ``returnWindow`` reopens it.
public struct Viewer: Equatable, Sendable {
    /// How soon after leaving a return counts as the same visit, in seconds (a page reload).
    public static let returnWindow: TimeInterval = 10

    /// The key of the row.
    public let id: ViewerID
    /// The session that is watched.
    public let sessionID: SessionID
    /// The user's id, or the guardian's id for a watch link (the link's id when it has no guardian).
    public let userID: String
    /// What to call the viewer before the child and the other guardians.
    public var name: String?
    /// When the visit began.
    public let joinedAt: Date
    /// When the visit ended; `nil` while it lasts.
    public var leftAt: Date?
    /// When it was made.
    public let createdAt: Date

    /// Makes a viewer who joins now.
    public init(
        id: ViewerID = ViewerID(),
        sessionID: SessionID,
        userID: String,
        name: String?,
        joinedAt: Date
    ) {
        self.id = id
        self.sessionID = sessionID
        self.userID = userID
        self.name = name
        self.joinedAt = joinedAt
        createdAt = joinedAt
    }
}
