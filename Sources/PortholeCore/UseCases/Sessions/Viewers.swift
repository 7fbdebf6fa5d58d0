import Foundation

/// Who joined and left.
public struct Viewers: Sendable {
    let database: any Database
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(database: any Database, settings: DomainSettings) {
        self.database = database
        self.settings = settings
    }

    /// The caller watches from now on.
    public func join(_ caller: Caller, _ id: SessionID) async throws -> Viewer {
        let settings = settings
        return try await database.write { db in
            let now = settings.now()
            let session = try Access.require(
                .live,
                of: caller,
                on: try db.sessions.find(id),
                in: db,
                at: now,
                or: "You may not watch this session live"
            )
            guard session.status == .active else { throw DomainError.conflict("The session has ended") }
            guard
                let principal = try Access.principal(
                    of: caller,
                    needing: .live,
                    on: session,
                    in: db,
                    at: now
                )
            else {
                throw DomainError.notFound
            }
            return try Self.join(principal, session: session, address: caller.address, in: db, at: now)
        }
    }

    /// A principal whose access was checked watches from now on (the signaling hub's way in).
    ///
    /// - Returns: `nil` when the session is over or gone.
    public func join(_ principal: Principal, session id: SessionID, address: String?) async throws -> Viewer?
    {
        let now = settings.now()
        return try await database.write { db in
            guard let session = try db.sessions.find(id), session.status == .active else { return nil }
            return try Self.join(principal, session: session, address: address, in: db, at: now)
        }
    }

    /// The viewer, its owner or a trusted caller ends the visit.
    ///
    /// - Returns: Whose visit it was: its sockets are to be closed, or it would go on watching unseen.
    @discardableResult
    public func leave(
        _ caller: Caller,
        _ sessionID: SessionID,
        viewer viewerID: ViewerID
    ) async throws -> Viewer {
        let now = settings.now()
        return try await database.write { db in
            let session = try Access.require(
                .know,
                of: caller,
                on: try db.sessions.find(sessionID),
                in: db,
                at: now
            )
            guard let viewer = try db.viewers.find(viewerID), viewer.sessionID == sessionID else {
                throw DomainError.notFound
            }
            let rights = try Access.rights(of: caller, on: session, in: db, at: now)
            let principal = try Access.principal(of: caller, on: session, in: db, at: now)
            guard principal?.id == viewer.userID || rights.contains(.manage) else {
                throw DomainError.notFound
            }
            try Self.leave(viewer, childID: session.userID, in: db, at: now)
            return viewer
        }
    }

    /// The visit is over (the signaling hub's way out).
    public func leave(_ viewerID: ViewerID) async throws {
        let now = settings.now()
        try await database.write { db in
            guard let viewer = try db.viewers.find(viewerID),
                let session = try db.sessions.find(viewer.sessionID)
            else { return }
            try Self.leave(viewer, childID: session.userID, in: db, at: now)
        }
    }

    private static func join(
        _ principal: Principal,
        session: Session,
        address: String?,
        in db: any Transaction,
        at now: Date
    ) throws -> Viewer {
        if var last = try db.viewers.latest(sessionID: session.id, userID: principal.id) {
            guard let leftAt = last.leftAt else { return last }
            if now.timeIntervalSince(leftAt) <= Viewer.returnWindow {
                last.leftAt = nil
                try db.viewers.update(last)
                return last
            }
        }
        let viewer = Viewer(sessionID: session.id, userID: principal.id, name: principal.name, joinedAt: now)
        try db.viewers.insert(viewer)
        try db.accessLog.append(
            AccessLogEntry(
                childID: session.userID,
                at: now,
                actor: principal.id,
                action: .watched,
                sessionID: session.id,
                address: address
            )
        )
        return viewer
    }

    private static func leave(_ viewer: Viewer, childID: UserID, in db: any Transaction, at now: Date) throws
    {
        guard viewer.leftAt == nil else { return }
        var viewer = viewer
        viewer.leftAt = now
        try db.viewers.update(viewer)
        try db.accessLog.append(
            AccessLogEntry(
                childID: childID,
                at: now,
                actor: viewer.userID,
                action: .left,
                sessionID: viewer.sessionID
            )
        )
    }
}
