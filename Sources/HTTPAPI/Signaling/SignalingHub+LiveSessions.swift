public import PortholeCore
import Signaling

/// What the use cases ask of the hub.
extension SignalingHub: LiveSessions {
    public func connectedHosts() async -> Set<SessionID> {
        Set(rooms.filter { $0.value.engine.host != nil }.keys.compactMap { SessionID($0) })
    }

    public func watchedSessions() async -> Set<SessionID> {
        Set(rooms.filter { !$0.value.viewers.isEmpty }.keys.compactMap { SessionID($0) })
    }

    public func end(_ session: SessionID) async {
        endSession(session.text)
    }

    public func cut(link: WatchLinkID) async {
        cut(grantID: link.text)
    }

    public func cut(userID: String, childID: UserID, sessions: [SessionID]) async {
        for session in sessions { cut(sessionID: session.text, principalID: userID) }
    }

    public func cutViewers(of session: SessionID) async {
        cutViewers(sessionID: session.text)
    }
}
