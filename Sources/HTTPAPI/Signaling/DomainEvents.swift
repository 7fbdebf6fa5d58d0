public import Logging
public import PortholeCore

/// Tells the use cases what the hub sees.
///
/// A row that cannot be written now is logged and costs nobody the picture.
public struct DomainEvents: SignalingEvents {
    let viewers: Viewers
    let hosts: HostSightings
    let logger: Logger

    /// Makes the way to the use cases.
    public init(viewers: Viewers, hosts: HostSightings, logger: Logger) {
        self.viewers = viewers
        self.hosts = hosts
        self.logger = logger
    }

    /// Notes the host.
    public func hostConnected(sessionID: String) async {
        await seen(sessionID)
    }

    /// Notes when the host was last there.
    public func hostLost(sessionID: String) async {
        await seen(sessionID)
    }

    /// Keeps the id for the next process.
    public func ingestBegan(_ connectionID: String, sessionID: String) async {
        guard let session = SessionID(sessionID) else { return }
        await logged("ingest not noted") { try await hosts.ingestBegan(connectionID, session: session) }
    }

    /// Opens the viewer's row.
    public func viewerJoined(_ viewer: SignalingGrant, sessionID: String) async -> String? {
        guard let session = SessionID(sessionID) else { return nil }
        let principal = Principal(
            id: viewer.principalID,
            name: viewer.displayName,
            link: nil,
            expiresAt: viewer.expiresAt
        )
        return await logged("viewer not noted") {
            try await viewers.join(principal, session: session, address: viewer.address)?.id.text
        }
    }

    /// Closes the viewer's row.
    public func viewerLeft(viewerID: String, sessionID: String) async {
        guard let viewer = ViewerID(viewerID) else { return }
        await logged("viewer's leaving not noted") { try await viewers.leave(viewer) }
    }

    private func seen(_ sessionID: String) async {
        guard let session = SessionID(sessionID) else { return }
        await logged("host not noted") { try await hosts.seen(session) }
    }

    @discardableResult
    private func logged<Value>(_ what: String, _ body: () async throws -> Value?) async -> Value? {
        do {
            return try await body()
        } catch {
            logger.warning("\(what)", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
