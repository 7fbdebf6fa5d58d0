/// The calls of clients that poll.
extension ForwardedRoom {
    /// `PUT` and `DELETE /signaling/connection`, `POST /signaling/offer` and its like.
    public mutating func post(
        _ message: ClientMessage,
        from client: ClientID,
        at now: Timestamp
    ) -> SessionRoom.Posted {
        if client == host {
            guard !isBelated(message) else { return SessionRoom.Posted(answer: .accepted, deliveries: []) }
            let claimed = claim(message, at: now)
            let posted = upstream.post(message, from: client, at: now)
            return SessionRoom.Posted(
                answer: posted.answer,
                deliveries: claimed + heard(posted.deliveries, at: now)
            )
        }
        let posted = downstream.post(message, from: client, at: now)
        return SessionRoom.Posted(answer: posted.answer, deliveries: heard(posted.deliveries, at: now))
    }

    /// `GET /signaling…`: what waits for this client.
    public mutating func poll(
        _ client: ClientID,
        _ selection: PollingAnswer.Selection,
        from: Timestamp?,
        at now: Timestamp
    ) -> PollingAnswer {
        client == host
            ? upstream.poll(client, selection, from: from, at: now)
            : downstream.poll(client, selection, from: from, at: now)
    }
}
