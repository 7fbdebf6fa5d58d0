import Foundation

/// Who may take which part in the signaling of a session.
public struct SignalingAdmission: Sendable {
    let database: any Database
    let store: (any ObjectStore)?
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    ///
    /// - Parameter store: Whose room decides whether the server begins to record.
    public init(database: any Database, store: (any ObjectStore)? = nil, settings: DomainSettings) {
        self.database = database
        self.store = store
        self.settings = settings
    }

    /// A place in a session's room.
    public struct Place: Equatable, Sendable {
        /// The session.
        public let session: Session
        /// Whether it is the headset's side.
        public let isHost: Bool
        /// As whom.
        public let principal: Principal
        /// Whether it may be elected as recorder.
        public let mayRecord: Bool
        /// Of a host whose media the server records.
        public let recording: RecordingOrder?

        init(
            session: Session,
            isHost: Bool,
            principal: Principal,
            mayRecord: Bool = false,
            recording: RecordingOrder? = nil
        ) {
            self.session = session
            self.isHost = isHost
            self.principal = principal
            self.mayRecord = mayRecord
            self.recording = recording
        }
    }

    /// The host of a session, by its ticket: as long as the session lasts.
    public func host(ofSession id: SessionID) async throws -> Place {
        let (settings, freeBytes) = (settings, await freeBytes)
        let (session, recording) = try await database.read { db in
            guard let session = try db.sessions.find(id), session.status == .active else {
                throw DomainError.notFound
            }
            let order = try RecordingOrders.order(
                for: session,
                freeBytes: freeBytes,
                in: db,
                settings: settings
            )
            return (session, order)
        }
        let principal = Principal(
            id: session.userID.text,
            name: session.playerName,
            link: nil,
            expiresAt: nil
        )
        return Place(session: session, isHost: true, principal: principal, recording: recording)
    }

    private var freeBytes: Int64? {
        get async { settings.recordsOnServer ? await store?.freeBytes() : nil }
    }

    /// The place of a caller.
    ///
    /// - Parameters:
    ///   - id: The session asked for; `nil` for the newest active one of the caller's own.
    ///   - wantsToView: `role=viewer` was asked for; without it an owner is the host.
    ///   - wantsToHost: `role=host` was asked for, which only an owner may be.
    /// - Returns: `nil` when no session was named and the caller has none yet.
    public func place(
        for caller: Caller,
        session id: SessionID?,
        wantsToView: Bool,
        wantsToHost: Bool
    ) async throws -> Place? {
        let (settings, freeBytes) = (settings, await freeBytes)
        return try await database.read { db in
            let now = settings.now()
            let session: Session?
            if let id {
                session = try db.sessions.find(id)
            } else {
                guard let newest = try Self.newestActive(of: caller, in: db, at: now) else { return nil }
                session = newest
            }
            guard let session else { throw DomainError.notFound }
            let rights = try Access.rights(of: caller, on: session, in: db, at: now)
            guard rights.contains(.know), session.status == .active else { throw DomainError.notFound }
            if wantsToHost, !rights.contains(.host) {
                throw DomainError.forbidden("Only the player may be the host")
            }
            let isHost = rights.contains(.host) && !wantsToView
            let needed: SessionRights = isHost ? .host : .live
            guard
                let principal = try Access.principal(
                    of: caller,
                    needing: needed,
                    on: session,
                    in: db,
                    at: now
                )
            else { throw DomainError.forbidden("You may not watch this session live") }
            if isHost {
                let order = try RecordingOrders.order(
                    for: session,
                    freeBytes: freeBytes,
                    in: db,
                    settings: settings
                )
                return Place(session: session, isHost: true, principal: principal, recording: order)
            }
            let consent = try db.consents.find(session.userID)
            let mayRecord = settings.isRecordingEnabled && rights.contains(.record) && consent?.record == true
            return Place(session: session, isHost: false, principal: principal, mayRecord: mayRecord)
        }
    }

    private static func newestActive(
        of caller: Caller,
        in db: any Transaction,
        at now: Date
    ) throws -> Session? {
        for user in caller.users {
            if let session = try db.sessions.active(userID: user.id).first { return session }
        }
        let scope = try Access.scope(
            of: Caller(grants: caller.links.map(Grant.link)),
            with: .live,
            in: db,
            at: now
        )
        guard !scope.isEmpty else { return nil }
        return try db.sessions.list(scope, userID: nil, activeOnly: true, after: nil, limit: 1).first
    }
}
