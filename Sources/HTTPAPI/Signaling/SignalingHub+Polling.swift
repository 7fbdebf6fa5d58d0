import Foundation
import Signaling

/// The calls under `/signaling`, each by a caller that the route has authorised anew.
extension SignalingHub {
    /// `PUT /signaling`.
    func openPolling(_ grant: SignalingGrant, wantsToRecord: Bool = false) -> PollingAnswer {
        guard !hasExpired(grant) else { return .unknownSession }
        let client = ClientID(UUID().uuidString.lowercased())
        let member = Member(grant: grant, socket: nil, wantsEvents: false)
        if grant.sessionID == nil {
            let answer = defaultRoom.polling.open(client, at: timestamp)
            return answer
        }
        if let session = grant.sessionID, endedSessions.contains(session) { return .unknownSession }
        return enter(client, member, recording: wantsToRecord) ? .opened(client) : .full
    }

    /// `DELETE /signaling`; also of a session that is none, or not the caller's.
    func closePolling(_ session: String?, as grant: SignalingGrant) -> PollingAnswer {
        let client = ClientID(session ?? "")
        if grant.sessionID == nil { return defaultRoom.polling.close(client, at: timestamp) }
        if pollingMember(client, grant) { exit(client) }
        return .accepted
    }

    /// `GET /signaling…`.
    ///
    /// - Parameters:
    ///   - session: The `Session-Id` header.
    ///   - fromTime: The query parameter as it came.
    func poll(
        _ session: String?,
        _ selection: PollingAnswer.Selection,
        fromTime: String?,
        as grant: SignalingGrant
    ) -> PollingAnswer {
        let client = ClientID(session ?? "")
        let from = Timestamp(fromTime: fromTime)
        guard let room = grant.sessionID else {
            return defaultRoom.polling.poll(client, selection, from: from, at: timestamp)
        }
        guard pollingMember(client, grant) else { return .unknownSession }
        return rooms[room]?.engine.poll(client, selection, from: from, at: timestamp) ?? .unknownSession
    }

    /// `PUT` and `DELETE /signaling/connection`, `POST /signaling/offer`, `answer` and `candidate`.
    ///
    /// - Parameters:
    ///   - session: The `Session-Id` header.
    ///   - body: The bytes of the request's body.
    func post(
        _ session: String?,
        _ kind: ClientMessage.Kind,
        body: [UInt8],
        as grant: SignalingGrant
    ) -> PollingAnswer {
        let client = ClientID(session ?? "")
        guard grant.sessionID == nil || pollingMember(client, grant) else { return .unknownSession }
        let message: ClientMessage
        do {
            message = try ClientMessage.decode(kind, httpBody: body)
        } catch {
            return .refused
        }
        guard let room = grant.sessionID else {
            return defaultRoom.polling.receive(message, from: client, at: timestamp)
        }
        guard let posted = rooms[room]?.engine.post(message, from: client, at: timestamp) else {
            return .unknownSession
        }
        send(posted.deliveries)
        settle(room)
        return posted.answer
    }

    /// Whether the polling session is there and its opener was who calls now.
    private func pollingMember(_ client: ClientID, _ grant: SignalingGrant) -> Bool {
        guard let member = members[client], member.socket == nil, !hasExpired(member.grant) else {
            return false
        }
        return member.grant.covers(grant)
    }
}
