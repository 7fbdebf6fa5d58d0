public import Foundation

/// Where a page of a list, newest first, begins: right after this row.
public struct PageCursor: Equatable, Sendable {
    /// The row's time in the list's order.
    public let createdAt: Date
    /// The id of the row, which orders rows of the same instant.
    public let id: String

    /// Makes one from its parts.
    public init(createdAt: Date, id: String) {
        self.createdAt = createdAt
        self.id = id
    }
}

/// Which rows a caller may see of a list of sessions or recordings.
public struct VisibleScope: Equatable, Sendable {
    /// Everything: the studio's backend and operators.
    public var everything: Bool
    /// All sessions of these children.
    public var children: Set<UserID>
    /// These sessions.
    public var sessions: Set<SessionID>

    /// Makes one from its parts.
    public init(everything: Bool = false, children: Set<UserID> = [], sessions: Set<SessionID> = []) {
        self.everything = everything
        self.children = children
        self.sessions = sessions
    }

    /// Whether nothing at all is visible.
    public var isEmpty: Bool { !everything && children.isEmpty && sessions.isEmpty }
}
