public import Foundation

/// What a caller may do with one session and what was kept of it.
public struct SessionRights: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Makes rights from their bits.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// May know that the session exists: without it the answer is 404.
    public static let know = SessionRights(rawValue: 1 << 0)
    /// May watch while it lasts.
    public static let live = SessionRights(rawValue: 1 << 1)
    /// May watch what was kept.
    public static let recording = SessionRights(rawValue: 1 << 2)
    /// May save what was kept.
    public static let download = SessionRights(rawValue: 1 << 3)
    /// May upload a browser recording.
    public static let record = SessionRights(rawValue: 1 << 4)
    /// May end the session.
    public static let manage = SessionRights(rawValue: 1 << 5)
    /// May be the host: the headset's side.
    public static let host = SessionRights(rawValue: 1 << 6)
    /// May delete what was kept.
    public static let deleteRecording = SessionRights(rawValue: 1 << 7)
    /// May make and revoke links, at least its own.
    public static let ownLinks = SessionRights(rawValue: 1 << 8)
    /// May see, make and revoke everybody's links.
    public static let allLinks = SessionRights(rawValue: 1 << 9)

    static let trusted: SessionRights = [
        .know, .live, .recording, .download, .record, .manage, .deleteRecording, .ownLinks, .allLinks,
    ]
    static let owner: SessionRights = trusted.union(.host)
}

/// What a caller may do with a child's own records.
public struct ChildRights: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Makes rights from their bits.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// May read guardians, consent, retention, access log and what was deleted.
    public static let read = ChildRights(rawValue: 1 << 0)
    /// May write guardians, consent and retention.
    public static let write = ChildRights(rawValue: 1 << 1)
    /// May erase everything.
    public static let erase = ChildRights(rawValue: 1 << 2)
}

/// The one place that decides who may do what.
///
/// Nothing is allowed that is not granted here.
public enum Access {
    /// The rights of a caller on a session: the union of what each of its grants gives.
    public static func rights(
        of caller: Caller,
        on session: Session,
        in transaction: any Transaction,
        at now: Date
    ) throws -> SessionRights {
        var rights: SessionRights = []
        let consent = try transaction.consents.find(session.userID)
        for grant in caller.grants {
            switch grant {
            case .user(let user) where user.isTrusted:
                rights.formUnion(.trusted)
            case .user(let user) where user.id == session.userID:
                rights.formUnion(.owner)
            case .user(let user):
                guard let consent, try isGuardian(user, of: session.userID, in: transaction) else { continue }
                rights.formUnion([.know, .recording, .download, .deleteRecording, .ownLinks])
                if consent.live { rights.formUnion([.live, .record]) }
            case .link(let link):
                guard let consent, link.isValid(at: now), link.covers(session) else { continue }
                rights.formUnion(linkRights(link, consent: consent))
            }
        }
        return rights
    }

    /// The rights of a caller on a session that it may know of.
    ///
    /// - Throws: ``DomainError/notFound`` otherwise.
    static func require(
        _ needed: SessionRights,
        of caller: Caller,
        on session: Session?,
        in transaction: any Transaction,
        at now: Date,
        or refusal: String = "You may not do this"
    ) throws -> Session {
        guard let session else { throw DomainError.notFound }
        let rights = try rights(of: caller, on: session, in: transaction, at: now)
        guard rights.contains(.know) else { throw DomainError.notFound }
        guard rights.contains(needed) else { throw DomainError.forbidden(refusal) }
        return session
    }

    /// The rights of a caller on a child's records.
    public static func rights(
        of caller: Caller,
        onChild child: UserID,
        in transaction: any Transaction
    ) throws -> ChildRights {
        var rights: ChildRights = []
        for user in caller.users {
            if user.isTrusted {
                rights.formUnion([.read, .write, .erase])
            } else if user.id == child {
                rights.formUnion(.read)
            } else if try isGuardian(user, of: child, in: transaction) {
                rights.formUnion([.read, .erase])
            }
        }
        return rights
    }

    /// The rows of lists that the caller may see: those on whose sessions it has `right`.
    public static func scope(
        of caller: Caller,
        with right: WatchRight,
        in transaction: any Transaction,
        at now: Date
    ) throws -> VisibleScope {
        var scope = VisibleScope()
        for grant in caller.grants {
            switch grant {
            case .user(let user) where user.isTrusted:
                scope.everything = true
            case .user(let user):
                scope.children.insert(user.id)
                for child in try guardedChildren(of: user, in: transaction) {
                    guard let consent = try transaction.consents.find(child) else { continue }
                    if consent.live || right != .live { scope.children.insert(child) }
                }
            case .link(let link):
                guard link.isValid(at: now), let consent = try transaction.consents.find(link.childID) else {
                    continue
                }
                let needed: SessionRights = right == .live ? .live : .recording
                guard linkRights(link, consent: consent).contains(needed) else { continue }
                if let session = link.sessionID {
                    scope.sessions.insert(session)
                } else {
                    scope.children.insert(link.childID)
                }
            }
        }
        return scope
    }

    /// As whom the caller does something with this session: by the first of its grants that allows it.
    ///
    /// Whoever was let in by that grant is cut when it ends.
    public static func principal(
        of caller: Caller,
        needing needed: SessionRights = .know,
        on session: Session,
        in transaction: any Transaction,
        at now: Date
    ) throws -> Principal? {
        for grant in caller.grants {
            let alone = try rights(of: Caller(grants: [grant]), on: session, in: transaction, at: now)
            guard alone.contains(needed) else { continue }
            switch grant {
            case .user(let user):
                return Principal(id: user.id.text, name: user.name, link: nil, expiresAt: user.expiresAt)
            case .link(let link):
                let guardian = try link.guardianID.flatMap { try transaction.guardians.find($0) }
                return Principal(
                    id: link.guardianID?.text ?? link.id.text,
                    name: guardian?.name,
                    link: link.id,
                    expiresAt: link.expiresAt
                )
            }
        }
        return nil
    }

    /// Whether a user token is a guardian's: by the row's user id, or (role `guardian`) by its e-mail.
    static func isGuardian(_ user: User, of child: UserID, in transaction: any Transaction) throws -> Bool {
        try guardedChildren(of: user, in: transaction).contains(child)
    }

    private static func guardedChildren(of user: User, in transaction: any Transaction) throws -> Set<UserID>
    {
        try transaction.guardians.children(userID: user.id, email: user.role == .guardian ? user.email : nil)
    }

    private static func linkRights(_ link: WatchLink, consent: Consent) -> SessionRights {
        var rights: SessionRights = .know
        for right in link.rights {
            switch right {
            case .live: if consent.live { rights.insert(.live) }
            case .recording: rights.insert(.recording)
            case .download: rights.insert(.download)
            case .record: if consent.live { rights.insert(.record) }
            }
        }
        return rights
    }
}
