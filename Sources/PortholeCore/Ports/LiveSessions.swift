/// Who is connected right now: what the signaling hub knows and rows do not.
public protocol LiveSessions: Sendable {
    /// The sessions whose host is connected.
    func connectedHosts() async -> Set<SessionID>
    /// The sessions that somebody watches.
    func watchedSessions() async -> Set<SessionID>
    /// Tells everybody that the session is over and closes their sockets.
    func end(_ session: SessionID) async
    /// Cuts whoever came by this watch link, everywhere, at once.
    func cut(link: WatchLinkID) async
    /// Cuts this user (a token's subject) from the sessions of a child.
    func cut(userID: String, childID: UserID, sessions: [SessionID]) async
    /// Tells everybody in a session, the headset above all, whether the server records it.
    func setRecording(_ isRecording: Bool, of session: SessionID) async
    /// Cuts every viewer of a session: consent was withdrawn. Whoever still may watch connects again.
    func cutViewers(of session: SessionID) async
}
