public import PortholeCore
import Signaling

/// What the use cases ask of the hub.
extension SignalingHub: LiveSessions {
    /// The sessions whose room has a host.
    public func connectedHosts() async -> Set<SessionID> {
        Set(rooms.filter { $0.value.engine.host != nil }.keys.compactMap { SessionID($0) })
    }

    /// The sessions whose room has viewers.
    public func watchedSessions() async -> Set<SessionID> {
        Set(rooms.filter { !$0.value.viewers.isEmpty }.keys.compactMap { SessionID($0) })
    }

    /// Ends a session's room.
    public func end(_ session: SessionID) async {
        endSession(session.text)
    }

    /// Cuts whoever came by this link.
    public func cut(link: WatchLinkID) async {
        cut(grantID: link.text)
    }

    /// Cuts a user's viewing of these sessions.
    public func cut(userID: String, childID: UserID, sessions: [SessionID]) async {
        for session in sessions { cut(sessionID: session.text, principalID: userID) }
    }

    /// Cuts everybody who watches a session.
    public func cutViewers(of session: SessionID) async {
        cutViewers(sessionID: session.text)
    }
}
