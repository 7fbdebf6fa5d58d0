public import Foundation

/// Somebody who looks after a child: is mailed about its sessions and may watch them.
public struct Guardian: Equatable, Sendable {
    /// The key of the row.
    public let id: GuardianID
    /// Whom the guardian looks after.
    public let childID: UserID
    /// In lower case; one row for each child and address.
    public let email: String
    /// What to call the guardian, if that is known.
    public var name: String?
    /// The guardian's own user id at the studio, if it has one.
    public var userID: UserID?
    /// Set when this address unsubscribed from mails about this child.
    public var unsubscribedAt: Date?
    /// When it was made.
    public let createdAt: Date

    /// Makes one who gets mails.
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

/// A guardian as the studio names it: by the API, or in the `guardians` claim of a token.
public struct GuardianDraft: Equatable, Sendable {
    /// The address, in any case.
    public var email: String
    /// What to call the guardian; `nil` when unknown.
    public var name: String?
    /// The guardian's own user id at the studio, if it has one.
    public var userID: UserID?

    /// Makes one from its parts.
    public init(email: String, name: String?, userID: UserID?) {
        self.email = email
        self.name = name
        self.userID = userID
    }
}

/// What a child's guardians agreed to.
public struct Consent: Equatable, Sendable {
    /// Whose guardians agreed.
    public let childID: UserID
    /// Whether others than the child itself and the studio may watch live.
    public var live: Bool
    /// Whether sessions may be recorded.
    public var record: Bool
    /// Whether guardians may be mailed.
    public var notify: Bool
    /// How it was given, such as `development` or the studio's own word.
    public var method: String
    /// Which text was agreed to, in the studio's own words; `nil` when it did not say.
    public var policyVersion: String?
    /// Who wrote it down: the subject of the token, or `porthole` in development.
    public var grantedBy: String
    /// When it was first given.
    public let grantedAt: Date
    /// When it last changed.
    public var updatedAt: Date

    /// Makes a record that was never changed.
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
