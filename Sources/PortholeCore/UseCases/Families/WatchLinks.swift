import Foundation

/// Personal links: making, listing, revoking.
public struct WatchLinks: Sendable {
    /// Links of one child that are kept; the API refuses more.
    static let maximumPerChild = 1000

    let database: any Database
    let tokens: any OwnTokens
    let live: any LiveSessions
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(
        database: any Database,
        tokens: any OwnTokens,
        live: any LiveSessions,
        settings: DomainSettings
    ) {
        self.database = database
        self.tokens = tokens
        self.live = live
        self.settings = settings
    }

    /// What a new link is to be.
    public struct Draft: Equatable, Sendable {
        /// What its holder may do; at least one.
        public var rights: Set<WatchRight>
        /// Whose link it is; `nil` for one to share, or for the guardian who makes it.
        public var guardianID: GuardianID?
        /// Seconds; `nil` for the usual end: that of the session, or now for one to a child, plus retention.
        public var expiresIn: Int?
        /// Whether it opens all sessions of the child.
        public var coversChild: Bool

        /// Makes one from its parts.
        public init(rights: Set<WatchRight>, guardianID: GuardianID?, expiresIn: Int?, coversChild: Bool) {
            self.rights = rights
            self.guardianID = guardianID
            self.expiresIn = expiresIn
            self.coversChild = coversChild
        }
    }

    /// A link with its guardian, and (only when just made) its URL.
    public struct Overview: Sendable {
        /// The link.
        public let link: WatchLink
        /// Whose it is; `nil` for a shared one.
        public let guardian: Guardian?
        /// Its address with the token; `nil` unless just made.
        public let url: String?
    }

    /// Links that open a session: all of them for those who may see all, else the caller's own.
    public func list(_ caller: Caller, session id: SessionID) async throws -> [Overview] {
        let now = settings.now()
        return try await database.read { db in
            let session = try Access.require(
                .ownLinks,
                of: caller,
                on: try db.sessions.find(id),
                in: db,
                at: now
            )
            let all = try Access.rights(of: caller, on: session, in: db, at: now).contains(.allLinks)
            let own = try Self.guardianRows(of: caller, childID: session.userID, in: db)
            return try db.watchLinks.list(sessionID: id, childID: session.userID)
                .filter { link in
                    all || own.contains { $0.id == link.guardianID } || Self.isCreator(caller, of: link)
                }
                .map {
                    Overview(
                        link: $0,
                        guardian: try $0.guardianID.flatMap { try db.guardians.find($0) },
                        url: nil
                    )
                }
        }
    }

    /// Makes a link.
    ///
    /// Guardians make links for themselves; the owner and the studio for anybody.
    public func create(_ caller: Caller, session id: SessionID, _ draft: Draft) async throws -> Overview {
        guard !draft.rights.isEmpty else { throw DomainError.invalid("A link needs at least one right") }
        let maximum = 366 * 86_400
        if let expiresIn = draft.expiresIn, !(60...maximum).contains(expiresIn) {
            throw DomainError.invalid("expires_in must be 60 to \(maximum) seconds")
        }
        let (settings, tokens) = (settings, tokens)
        return try await database.write { db in
            let now = settings.now()
            let session = try Access.require(
                .ownLinks,
                of: caller,
                on: try db.sessions.find(id),
                in: db,
                at: now,
                or: "You may not make links to this session"
            )
            let all = try Access.rights(of: caller, on: session, in: db, at: now).contains(.allLinks)
            let own = try Self.guardianRows(of: caller, childID: session.userID, in: db)
            let guardian = try draft.guardianID.map { guardianID in
                guard let guardian = try db.guardians.find(guardianID), guardian.childID == session.userID
                else {
                    throw DomainError.invalid("guardian_id names no guardian of this player")
                }
                return guardian
            }
            if !all {
                // A guardian's link is for itself: whom else to let in is for the owner and the studio to say.
                guard let guardian = guardian ?? own.first, own.contains(where: { $0.id == guardian.id })
                else {
                    throw DomainError.forbidden("You may make links for yourself only")
                }
                return try Self.insert(draft, session, guardian, caller, tokens, in: db, settings: settings)
            }
            return try Self.insert(draft, session, guardian, caller, tokens, in: db, settings: settings)
        }
    }

    /// Revokes a link and cuts whoever watches by it.
    public func revoke(_ caller: Caller, _ id: WatchLinkID) async throws {
        let now = settings.now()
        try await database.write { db in
            guard var link = try db.watchLinks.find(id) else { throw DomainError.notFound }
            let own = try Self.guardianRows(of: caller, childID: link.childID, in: db)
            let isOwner = caller.users.contains { $0.isTrusted || $0.id == link.childID }
            guard
                isOwner || own.contains(where: { $0.id == link.guardianID })
                    || Self.isCreator(caller, of: link)
            else {
                throw DomainError.notFound
            }
            guard link.revokedAt == nil else { return }
            link.revokedAt = now
            try db.watchLinks.update(link)
            try db.accessLog.append(
                AccessLogEntry(
                    childID: link.childID,
                    at: now,
                    actor: caller.users.first?.id.text ?? "unknown",
                    action: .revokedLink,
                    sessionID: link.sessionID,
                    address: caller.address
                )
            )
        }
        await live.cut(link: id)
    }

    private static func insert(
        _ draft: Draft,
        _ session: Session,
        _ guardian: Guardian?,
        _ caller: Caller,
        _ tokens: any OwnTokens,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> Overview {
        let now = settings.now()
        guard try db.watchLinks.list(childID: session.userID).count < maximumPerChild else {
            throw DomainError.conflict("This player has too many links")
        }
        var expiresAt = draft.expiresIn.map { now.addingTimeInterval(TimeInterval($0)) }
        if expiresAt == nil, let start = draft.coversChild ? now : session.endedAt {
            expiresAt = try settings.linkExpiry(
                from: start,
                of: session.userID,
                coversChild: draft.coversChild,
                in: db
            )
        }
        let creator = caller.users.first?.id.text ?? "porthole"
        let link = WatchLink(
            childID: session.userID,
            sessionID: draft.coversChild ? nil : session.id,
            guardianID: guardian?.id,
            rights: draft.rights,
            createdBy: creator,
            createdAt: now,
            expiresAt: expiresAt
        )
        try db.watchLinks.insert(link)
        try db.accessLog.append(
            AccessLogEntry(
                childID: session.userID,
                at: now,
                actor: creator,
                action: .createdLink,
                sessionID: link.sessionID,
                address: caller.address
            )
        )
        let url = settings.watchURL(session: session.id, token: tokens.watchToken(for: link.id))
        return Overview(link: link, guardian: guardian, url: url)
    }

    private static func guardianRows(
        of caller: Caller,
        childID: UserID,
        in db: any Transaction
    ) throws -> [Guardian] {
        try db.guardians.list(childID: childID)
            .filter { guardian in
                caller.users.contains { user in
                    guardian.userID == user.id || (user.role == .guardian && user.email == guardian.email)
                }
            }
    }

    private static func isCreator(_ caller: Caller, of link: WatchLink) -> Bool {
        caller.users.contains { $0.id.text == link.createdBy }
    }
}
