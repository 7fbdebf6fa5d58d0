public import Foundation

/// Cookies of pages: a token comes in once and the cookie carries its access from then on.
public struct PageLogins: Sendable {
    let database: any Database
    let tokens: any OwnTokens
    let verifier: any UserTokenVerifier
    let settings: DomainSettings

    /// How long a cookie lives at most, seconds: a mailed link stays good for weeks, a cookie need not.
    static let maximumAge: TimeInterval = 30 * 86_400
    /// How many grants one cookie collects; the oldest goes when another comes.
    static let maximumGrants = 32

    /// Makes the use cases over their ports.
    public init(
        database: any Database,
        tokens: any OwnTokens,
        verifier: any UserTokenVerifier,
        settings: DomainSettings
    ) {
        self.database = database
        self.tokens = tokens
        self.verifier = verifier
        self.settings = settings
    }

    /// What a token exchange gave.
    public struct Exchange: Sendable {
        /// The cookie's text: the page's own, or a new one.
        public let cookie: String
        /// What the token lets its holder do.
        public let rights: [WatchRight]
        /// The session that the token is about, or the child's newest ones.
        public let sessions: [SessionID]
        /// When the token's access ends, or the cookie's if that is sooner.
        public let expiresAt: Date
        /// When the last of the cookie's grants ends.
        public let cookieExpiresAt: Date
    }

    /// The grant of a user token or watch token.
    ///
    /// - Throws: ``AuthenticationError``.
    public func grant(for token: String) async throws -> Grant {
        guard token.hasPrefix("ptw_") else { return .user(try await verifier.verify(token)) }
        guard let id = tokens.watchLink(in: token) else { throw AuthenticationError.invalid(reason: nil) }
        guard let link = try await database.read({ try $0.watchLinks.find(id) }), link.revokedAt == nil else {
            throw AuthenticationError.invalid(reason: nil)
        }
        guard link.isValid(at: settings.now()) else { throw AuthenticationError.expired }
        return .link(link)
    }

    /// The grants behind a cookie, without those that expired or were revoked.
    ///
    /// - Throws: ``AuthenticationError`` when the cookie opens nothing.
    public func grants(forCookie cookie: String) async throws -> [Grant] {
        let hash = tokens.pageCookieHash(cookie)
        let now = settings.now()
        guard let login = try await database.read({ try $0.pageLogins.find(tokenHash: hash) }) else {
            throw AuthenticationError.invalid(reason: nil)
        }
        let grants = login.grants.filter { Self.isValid($0, at: now) }
        guard login.expiresAt > now, !grants.isEmpty else { throw AuthenticationError.expired }
        return grants
    }

    /// Puts a token's grant behind the cookie that the page has, or behind a new one.
    public func exchange(_ token: String, cookie: String?, address: String?) async throws -> Exchange {
        let grant = try await grant(for: token)
        let now = settings.now()
        let fresh = tokens.newPageCookie()
        let tokens = tokens
        return try await database.write { db in
            let known = try cookie.flatMap { try db.pageLogins.find(tokenHash: tokens.pageCookieHash($0)) }
            let login: PageLogin
            var cookieInUse = fresh
            if let cookie, var collecting = known, collecting.expiresAt > now {
                cookieInUse = cookie
                collecting.grants.removeAll { !Self.isValid($0, at: now) || Self.isSameHolder($0, grant) }
                collecting.grants.append(grant)
                collecting.grants = collecting.grants.suffix(Self.maximumGrants)
                collecting.expiresAt = Self.expiry(of: collecting.grants, at: now)
                try db.pageLogins.update(collecting)
                login = collecting
            } else {
                login = PageLogin(
                    tokenHash: tokens.pageCookieHash(fresh),
                    grants: [grant],
                    createdAt: now,
                    expiresAt: Self.expiry(of: [grant], at: now)
                )
                try db.pageLogins.insert(login)
            }
            let caller = Caller(grants: [grant], address: address)
            let sessions = try Self.sessions(of: caller, in: db, at: now)
            if case .link(let link) = grant {
                try db.accessLog.append(
                    AccessLogEntry(
                        childID: link.childID,
                        at: now,
                        actor: link.guardianID?.text ?? link.id.text,
                        action: .opened,
                        sessionID: link.sessionID,
                        address: address
                    )
                )
            }
            return Exchange(
                cookie: cookieInUse,
                rights: Self.rights(of: grant),
                sessions: sessions,
                expiresAt: Self.expiry(of: [grant], at: now),
                cookieExpiresAt: login.expiresAt
            )
        }
    }

    /// Forgets a cookie.
    public func logOut(cookie: String) async throws {
        let hash = tokens.pageCookieHash(cookie)
        try await database.write { db in
            guard let login = try db.pageLogins.find(tokenHash: hash) else { return }
            try db.pageLogins.delete(login.id)
        }
    }

    private static func isValid(_ grant: Grant, at now: Date) -> Bool {
        switch grant {
        case .user(let user): user.expiresAt > now
        case .link(let link): link.isValid(at: now)
        }
    }

    private static func isSameHolder(_ left: Grant, _ right: Grant) -> Bool {
        switch (left, right) {
        case (.user(let left), .user(let right)): left.id == right.id
        case (.link(let left), .link(let right)): left.id == right.id
        default: false
        }
    }

    private static func expiry(of grants: [Grant], at now: Date) -> Date {
        let latest = now.addingTimeInterval(maximumAge)
        return min(latest, grants.map { $0.expiresAt ?? latest }.max() ?? now)
    }

    private static func rights(of grant: Grant) -> [WatchRight] {
        switch grant {
        case .user: WatchRight.allCases
        case .link(let link): WatchRight.allCases.filter(link.rights.contains)
        }
    }

    private static func sessions(
        of caller: Caller,
        in db: any Transaction,
        at now: Date
    ) throws -> [SessionID] {
        if let session = caller.links.first?.sessionID { return [session] }
        var scope = try Access.scope(of: caller, with: .recording, in: db, at: now)
        if scope.isEmpty { scope = try Access.scope(of: caller, with: .live, in: db, at: now) }
        guard !scope.everything else { return [] }
        return try db.sessions.list(scope, userID: nil, activeOnly: false, after: nil, limit: 20).map(\.id)
    }
}
