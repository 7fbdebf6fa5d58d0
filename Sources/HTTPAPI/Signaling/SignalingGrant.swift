public import Foundation
public import PortholeCore

/// What a client may do in signaling, found out by a route before it lets the client in.
public struct SignalingGrant: Sendable {
    /// What a client is in a session room; without meaning in the default room.
    public enum Role: Sendable {
        /// Streams.
        case host
        /// Watches.
        case viewer
    }

    /// The session whose room it is; `nil` for the default room.
    public var sessionID: String?
    /// Host or viewer.
    public var role: Role
    /// Who it is, the same over all of a person's sockets and tabs.
    public var principalID: String
    /// The watch link it came by, if it can be revoked by that.
    public var grantID: String?
    /// When it ends by itself.
    public var expiresAt: Date?
    /// How other viewers see it.
    public var displayName: String?
    /// Whether its browser may be asked to record.
    public var mayRecord: Bool
    /// Its network address without the host part, for the access log.
    public var address: String?
    /// Of a host whose media the server records.
    public var recording: RecordingOrder?

    /// Puts a grant together.
    public init(
        sessionID: String?,
        role: Role,
        principalID: String,
        grantID: String? = nil,
        expiresAt: Date? = nil,
        displayName: String? = nil,
        mayRecord: Bool = false,
        address: String? = nil
    ) {
        self.sessionID = sessionID
        self.role = role
        self.principalID = principalID
        self.grantID = grantID
        self.expiresAt = expiresAt
        self.displayName = displayName
        self.mayRecord = mayRecord
        self.address = address
    }

    /// Leads to the default room and nowhere else.
    public static let anonymous = SignalingGrant(sessionID: nil, role: .viewer, principalID: "")

    /// Whether a call by `other` may act as a client that this grant let in.
    func covers(_ other: SignalingGrant) -> Bool {
        sessionID == other.sessionID && role == other.role && principalID == other.principalID
    }
}
