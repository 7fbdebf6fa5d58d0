public import Foundation

/// Keeps the rows of active sessions true to what is connected, and ends those whose time has come.
public struct SessionLife: Sendable {
    /// How often ``step()`` runs, seconds: the resolution of `last_seen_at`.
    public static let interval: TimeInterval = 5

    let database: any Database
    let live: any LiveSessions
    let settings: DomainSettings
    /// When this server began: sessions of an earlier run get the grace from here.
    let bootedAt: Date

    /// Makes the use cases over their ports.
    public init(database: any Database, live: any LiveSessions, settings: DomainSettings) {
        self.database = database
        self.live = live
        self.settings = settings
        bootedAt = settings.now()
    }

    /// Closes what an earlier run of the server left open.
    public func recover() async throws {
        let now = bootedAt
        try await database.write { try $0.viewers.closeAll(sessionID: nil, at: now) }
    }

    /// One round.
    ///
    /// - Returns: The sessions that it ended.
    @discardableResult
    public func step() async throws -> [SessionID] {
        let hosts = await live.connectedHosts()
        let watched = await live.watchedSessions()
        let (settings, bootedAt) = (settings, bootedAt)
        let ended = try await database.write { db -> [SessionID] in
            let now = settings.now()
            let active = try db.sessions.active(userID: nil)
            try db.sessions.markSeen(active.map(\.id).filter(hosts.contains), at: now)
            try db.sessions.markActive(active.map(\.id).filter(watched.contains), at: now)
            var ended: [SessionID] = []
            for session in active where !hosts.contains(session.id) {
                guard
                    let end = Self.end(
                        of: session,
                        isWatched: watched.contains(session.id),
                        at: now,
                        bootedAt: bootedAt,
                        settings: settings
                    )
                else { continue }
                _ = try SessionEnding.end(session, at: end, in: db, settings: settings)
                ended.append(session.id)
            }
            return ended
        }
        for session in ended { await live.end(session) }
        return ended
    }

    /// When a session without a host ended, if its time has come.
    ///
    /// A lost host has the grace to return; a session from before this start has the grace from the start on.
    /// Either way the session ends when its host was last seen. One whose host never came ends when idle.
    static func end(
        of session: Session,
        isWatched: Bool,
        at now: Date,
        bootedAt: Date,
        settings: DomainSettings
    ) -> Date? {
        let isFromEarlierRun = session.startedAt < bootedAt
        if session.hostSeen || isFromEarlierRun {
            let reference = isFromEarlierRun ? max(session.lastSeenAt, bootedAt) : session.lastSeenAt
            return now.timeIntervalSince(reference) > settings.sessionGrace ? session.lastSeenAt : nil
        }
        guard !isWatched else { return nil }
        return now.timeIntervalSince(session.lastActivityAt) > settings.sessionIdle
            ? session.lastActivityAt : nil
    }
}
