import Foundation

/// Starting, ending and looking at sessions.
public struct Sessions: Sendable {
    let database: any Database
    let live: any LiveSessions
    let settings: DomainSettings

    /// The longest connection id that is accepted, bytes.
    static let maximumConnectionIDLength = 128

    /// Makes the use cases over their ports.
    public init(database: any Database, live: any LiveSessions, settings: DomainSettings) {
        self.database = database
        self.live = live
        self.settings = settings
    }

    /// What a start gave.
    public struct Started: Sendable {
        /// The session, new or started before.
        public let session: Session
        /// What the child's guardians agreed to; `nil` without a record.
        public let consent: Consent?
    }

    /// A session with what rows of its own do not say.
    public struct Overview: Sendable {
        /// The session.
        public let session: Session
        /// What it is doing, for people.
        public let state: SessionState
        /// How many watch now.
        public let activeViewers: Int
        /// How many visits there were; counted for a single session only, 0 in lists.
        public let totalViewers: Int
        /// How many recordings it has.
        public let recordings: Int
    }

    /// Starts a session for the caller, or gives the one that this connection id started before.
    public func start(
        _ caller: Caller,
        connectionID: String?,
        metadata: [String: JSONValue]
    ) async throws -> Started {
        guard let user = caller.users.first else {
            throw DomainError.forbidden("A watch link cannot start a session")
        }
        if let connectionID,
            connectionID.isEmpty || !connectionID.isOneLine(upTo: Self.maximumConnectionIDLength)
        {
            throw DomainError.invalid(
                "connectionId is 1 to \(Self.maximumConnectionIDLength) bytes without control characters"
            )
        }
        let connectionID = connectionID ?? UUID().uuidString.lowercased()
        let connected = await live.connectedHosts()
        let settings = settings
        let (started, replaced) = try await database.write { db -> (Started, [SessionID]) in
            let consent = try Self.consent(of: user.id, in: db, settings: settings)
            if let session = try db.sessions.active(userID: user.id, connectionID: connectionID) {
                return (Started(session: session, consent: consent), [])
            }
            let replaced = try Self.endLost(of: user.id, except: connected, in: db, settings: settings)
            let session = try Self.open(connectionID, metadata, for: user, in: db, at: settings.now())
            return (Started(session: session, consent: consent), replaced)
        }
        for session in replaced { await live.end(session) }
        return started
    }

    /// Ends the user's sessions whose host is gone: it now comes under another connection id.
    private static func endLost(
        of user: UserID,
        except connected: Set<SessionID>,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> [SessionID] {
        let lost = try db.sessions.active(userID: user).filter { !connected.contains($0.id) }
        for session in lost {
            let end = session.hostSeen ? session.lastSeenAt : settings.now()
            _ = try SessionEnding.end(session, at: end, in: db, settings: settings)
        }
        return lost.map(\.id)
    }

    /// A new session with the guardians that the token names, and its mails.
    private static func open(
        _ connectionID: String,
        _ metadata: [String: JSONValue],
        for user: User,
        in db: any Transaction,
        at now: Date
    ) throws -> Session {
        let session = Session(
            userID: user.id,
            connectionID: connectionID,
            roomName: "stream-\(user.id)-\(Int64(now.timeIntervalSince1970 * 1000))",
            metadata: metadata,
            playerName: user.name.flatMap { $0.isOneLine() ? $0 : nil },
            startedAt: now
        )
        try db.sessions.insert(session)
        for claimed in user.guardians {
            try merge(claimed, childID: user.id, in: db, at: now)
        }
        try Mails.enqueue(
            .sessionStarted,
            eventID: session.id.text,
            session: session,
            recording: nil,
            in: db,
            at: now
        )
        return session
    }

    /// Ends a session; ending it again gives the same answer.
    public func end(_ caller: Caller, _ id: SessionID) async throws -> Session {
        let settings = settings
        let session = try await database.write { db in
            let now = settings.now()
            let session = try Access.require(
                .manage,
                of: caller,
                on: try db.sessions.find(id),
                in: db,
                at: now,
                or: "Only the player may end the session"
            )
            return try SessionEnding.end(session, at: now, in: db, settings: settings)
        }
        await live.end(id)
        return session
    }

    /// One session that the caller may know of, with the rights that it has on it.
    public func find(_ caller: Caller, _ id: SessionID) async throws -> (Overview, SessionRights) {
        let (now, connected) = (settings.now(), await live.connectedHosts())
        return try await database.read { db in
            let session = try Access.require(.know, of: caller, on: try db.sessions.find(id), in: db, at: now)
            let rights = try Access.rights(of: caller, on: session, in: db, at: now)
            return (try Self.overviews([session], connected: connected, in: db)[0], rights)
        }
    }

    /// Active sessions that the caller may watch, newest first, at most 50.
    public func active(_ caller: Caller) async throws -> [Overview] {
        try await list(caller, right: .live, userID: nil, activeOnly: true, after: nil, limit: 50)
    }

    /// Past and present sessions that the caller may see.
    public func list(
        _ caller: Caller,
        userID: UserID?,
        after cursor: PageCursor?,
        limit: Int
    ) async throws -> [Overview] {
        try await list(
            caller,
            right: .recording,
            userID: userID,
            activeOnly: false,
            after: cursor,
            limit: limit
        )
    }

    private func list(
        _ caller: Caller,
        right: WatchRight,
        userID: UserID?,
        activeOnly: Bool,
        after cursor: PageCursor?,
        limit: Int
    ) async throws -> [Overview] {
        let (now, connected) = (settings.now(), await live.connectedHosts())
        return try await database.read { db in
            let scope = try Access.scope(of: caller, with: right, in: db, at: now)
            guard !scope.isEmpty else { return [] }
            let sessions = try db.sessions.list(
                scope,
                userID: userID,
                activeOnly: activeOnly,
                after: cursor,
                limit: limit
            )
            return try Self.overviews(sessions, connected: connected, in: db)
        }
    }

    private static func overviews(
        _ sessions: [Session],
        connected: Set<SessionID>,
        in db: any Transaction
    ) throws -> [Overview] {
        let ids = sessions.map(\.id)
        let open = try db.viewers.openCounts(ids)
        let recordings = try db.recordings.counts(ids)
        return try sessions.map { session in
            Overview(
                session: session,
                state: SessionState(of: session, hostConnected: connected.contains(session.id)),
                activeViewers: open[session.id, default: 0],
                // Counted one by one only where one session is asked for; lists do not show it.
                totalViewers: sessions.count == 1 ? try db.viewers.list(sessionID: session.id).count : 0,
                recordings: recordings[session.id, default: 0]
            )
        }
    }

    private static func consent(
        of child: UserID,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> Consent? {
        if let consent = try db.consents.find(child) { return consent }
        // The first start only: a consent that was withdrawn stays withdrawn.
        guard settings.isDevelopment,
            try db.sessions
                .list(
                    VisibleScope(children: [child]),
                    userID: nil,
                    activeOnly: false,
                    after: nil,
                    limit: 1
                )
                .isEmpty
        else { return nil }
        let consent = Consent(
            childID: child,
            live: true,
            record: true,
            notify: true,
            method: "development",
            policyVersion: nil,
            grantedBy: "porthole",
            grantedAt: settings.now()
        )
        try db.consents.save(consent)
        return consent
    }

    private static func merge(
        _ claimed: GuardianDraft,
        childID: UserID,
        in db: any Transaction,
        at now: Date
    ) throws {
        if var known = try db.guardians.find(childID: childID, email: claimed.email.lowercased()) {
            known.name = claimed.name ?? known.name
            known.userID = claimed.userID ?? known.userID
            try db.guardians.save(known)
        } else if try !db.guardians.isRemoved(childID: childID, email: claimed.email) {
            // A token from before the studio took somebody off must not bring them back.
            try db.guardians.save(
                Guardian(
                    childID: childID,
                    email: claimed.email,
                    name: claimed.name,
                    userID: claimed.userID,
                    createdAt: now
                )
            )
        }
    }
}
