import Foundation
import Signaling

/// Ends of access.
extension SignalingHub {
    /// Cuts everybody who came by a watch link or a page login that is revoked.
    public func cut(grantID: String) {
        if revokedGrants.count >= Self.maximumRevokedGrants { revokedGrants.removeFirst() }
        revokedGrants.append(grantID)
        cut { $0.grantID == grantID }
    }

    /// Cuts a person's viewing of a session.
    public func cut(sessionID: String, principalID: String) {
        cut { $0.sessionID == sessionID && $0.role == .viewer && $0.principalID == principalID }
    }

    /// Cuts everybody who watches a session.
    public func cutViewers(sessionID: String) {
        cut { $0.sessionID == sessionID && $0.role == .viewer }
    }

    /// Ends a session: everybody hears of it and is let go, and nobody comes in any more.
    public func endSession(_ sessionID: String) {
        setState(sessionID, .ended)
        if endedSessions.count >= Self.maximumEndedSessions { endedSessions.removeFirst() }
        endedSessions.append(sessionID)
        for client in clients(where: { $0.sessionID == sessionID }) {
            dismiss(client, .normalClosure, reason: "Session ended")
        }
        forgetMedia(of: sessionID)
        rooms[sessionID] = nil
    }

    /// Whether its link was revoked while the client was on its way in.
    func isRevoked(_ grant: SignalingGrant) -> Bool {
        grant.grantID.map(revokedGrants.contains) ?? false
    }

    func hasExpired(_ grant: SignalingGrant) -> Bool {
        grant.expiresAt.map { $0 <= now() } ?? false
    }

    /// Cuts those whose access has run out.
    func cutExpired() {
        cut(where: hasExpired)
    }

    private func cut(where isCut: (SignalingGrant) -> Bool) {
        for client in clients(where: isCut) { dismiss(client, .policyViolation, reason: "Access ended") }
    }

    /// Viewers first, so that the host still hears of their going.
    private func clients(where isMeant: (SignalingGrant) -> Bool) -> [ClientID] {
        let meant = members.filter { isMeant($0.value.grant) }
        return meant.keys.filter { meant[$0]?.grant.role == .viewer }
            + meant.keys.filter { meant[$0]?.grant.role == .host }
    }

    /// Puts a client out: the host stops sending to it, and its page stops playing.
    private func dismiss(_ client: ClientID, _ code: WebSocketCloseCode, reason: String) {
        guard let member = members[client] else { return }
        let ids = member.grant.sessionID.flatMap { rooms[$0]?.engine.connections(of: client) } ?? []
        exit(client)
        for id in ids { member.socket?.send(ServerMessage.disconnect(id).webSocketText(at: timestamp)) }
        member.socket?.close(code, reason: reason)
    }
}
