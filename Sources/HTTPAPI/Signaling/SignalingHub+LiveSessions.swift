public import PortholeCore
import Signaling

/// What the use cases ask of the hub.
extension SignalingHub: LiveSessions {
    /// The sessions whose headset is there, by signaling or by media.
    public func connectedHosts() async -> Set<SessionID> {
        Set(rooms.filter(\.value.isHosted).keys.compactMap { SessionID($0) })
    }

    /// The sessions whose room has viewers.
    public func watchedSessions() async -> Set<SessionID> {
        Set(rooms.filter { !$0.value.viewers.isEmpty }.keys.compactMap { SessionID($0) })
    }

    /// Ends a session's room and its media.
    public func end(_ session: SessionID) async {
        endSession(session.text)
        await forwarding?.media.cut(.room(MediaRoomID(session.text)))
    }

    /// Cuts whoever came by this link.
    public func cut(link: WatchLinkID) async {
        cut(grantID: link.text)
        await forwarding?.media.cut(.grant(link.text))
    }

    /// Cuts a user's viewing of these sessions.
    public func cut(userID: String, childID: UserID, sessions: [SessionID]) async {
        for session in sessions { await cut(viewer: userID, of: session) }
    }

    /// Tells whether the server records a session.
    public func setRecording(_ isRecording: Bool, of session: SessionID) async {
        guard !endedSessions.contains(session.text) else { return }
        rooms[session.text, default: makeRoom()].isRecorded = isRecording
        announce(session.text)
    }

    /// Cuts everybody who watches a session.
    public func cutViewers(of session: SessionID) async {
        cutViewers(sessionID: session.text)
        await forwarding?.media.cut(.viewers(MediaRoomID(session.text)))
    }

    /// Cuts one person's viewing of a session.
    public func cut(viewer principalID: String, of session: SessionID) async {
        cut(sessionID: session.text, principalID: principalID)
        await forwarding?.media.cut(.viewer(MediaRoomID(session.text), principalID: principalID))
    }
}
