public import Foundation

/// Somebody who looks after a child: is mailed about its sessions and may watch them.
public struct Guardian: Equatable, Sendable {
    public let id: GuardianID
    public let childID: UserID
    /// In lower case; one row for each child and address.
    public let email: String
    public var name: String?
    /// The guardian's own user id at the studio, if it has one.
    public var userID: UserID?
    /// Set when this address unsubscribed from mails about this child.
    public var unsubscribedAt: Date?
    public let createdAt: Date

    public init(
        id: GuardianID = GuardianID(),
        childID: UserID,
        email: String,
        name: String?,
        userID: UserID?,
        createdAt: Date
    ) {
        self.id = id
        self.childID = childID
        self.email = email.lowercased()
        self.name = name
        self.userID = userID
        self.createdAt = createdAt
    }
}

/// What a child's guardians agreed to.
public struct Consent: Equatable, Sendable {
    public let childID: UserID
    public var live: Bool
    public var record: Bool
    public var notify: Bool
    /// How it was given, such as `development` or the studio's own word.
    public var method: String
    public var policyVersion: String?
    /// Who wrote it down: the subject of the token, or `porthole` in development.
    public var grantedBy: String
    public let grantedAt: Date
    public var updatedAt: Date

    public init(
        childID: UserID,
        live: Bool,
        record: Bool,
        notify: Bool,
        method: String,
        policyVersion: String?,
        grantedBy: String,
        grantedAt: Date
    ) {
        self.childID = childID
        self.live = live
        self.record = record
        self.notify = notify
        self.method = method
        self.policyVersion = policyVersion
        self.grantedBy = grantedBy
        self.grantedAt = grantedAt
        updatedAt = grantedAt
    }
}
