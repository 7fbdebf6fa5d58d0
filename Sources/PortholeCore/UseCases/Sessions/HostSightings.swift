/// Notes in rows when a host comes and goes, beside the round that ``SessionLife`` makes.
public struct HostSightings: Sendable {
    let database: any Database
    let settings: DomainSettings

    /// Makes the use case.
    public init(database: any Database, settings: DomainSettings) {
        self.database = database
        self.settings = settings
    }

    /// The host of a session was connected just now.
    public func seen(_ id: SessionID) async throws {
        let now = settings.now()
        try await database.write { try $0.sessions.markSeen([id], at: now) }
    }

    /// The host of a session knows the server under this connection id from now on.
    public func ingestBegan(_ connectionID: String, session id: SessionID) async throws {
        try await database.write { try $0.sessions.setIngest(id, connectionID: connectionID) }
    }

    /// Active sessions whose host was connected at some time: after a start, those that were interrupted.
    public func interrupted() async throws -> [Session] {
        try await database.read { db in try db.sessions.active(userID: nil).filter(\.hostSeen) }
    }
}
