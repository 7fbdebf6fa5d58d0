/// What the domain hears of signaling.
///
/// Calls come one after the other, in the order of what happened, and outside of the hub's own work: they may take
/// their time with a database.
public protocol SignalingEvents: Sendable {
    /// A host is there where none was.
    func hostConnected(sessionID: String) async

    /// The host went and no other took its place. Unity opens its socket again every 5 s.
    func hostLost(sessionID: String) async

    /// The host knows the server under this connection id, and has to hear when it is over, whatever happens to this
    /// process.
    func ingestBegan(_ connectionID: String, sessionID: String) async

    /// The first socket or polling session of a principal came.
    ///
    /// - Returns: The id under which other viewers see it, or `nil` to keep it out of their lists.
    func viewerJoined(_ viewer: SignalingGrant, sessionID: String) async -> String?

    /// The last socket or polling session of a principal went.
    func viewerLeft(viewerID: String, sessionID: String) async
}
