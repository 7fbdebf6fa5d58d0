/// The calls of clients that poll.
extension SessionRoom {
    /// What follows from a call.
    public struct Posted: Equatable, Sendable {
        /// What the caller is answered.
        public let answer: PollingAnswer
        /// What to send to sockets.
        public let deliveries: [Delivery]
    }

    /// `PUT` and `DELETE /signaling/connection`, `POST /signaling/offer` and its like.
    public mutating func post(_ message: ClientMessage, from client: ClientID, at now: Timestamp) -> Posted {
        guard clients[client]?.mailbox != nil else { return Posted(answer: .unknownSession, deliveries: []) }
        let deliveries = receive(message, from: client, at: now)
        let reply = deliveries.first { $0.client == client }?.message
        return Posted(
            answer: answer(to: message, reply, now),
            deliveries: deliveries.filter { $0.client != client }
        )
    }

    private func answer(to message: ClientMessage, _ reply: ServerMessage?, _ now: Timestamp) -> PollingAnswer
    {
        switch (message, reply) {
        case (.connect(let id), .connect(_, let polite)): .connected(id, polite: polite, at: now)
        case (.connect, _): .refused
        case (.disconnect(let id), _): .disconnected(id)
        case (.offer, _), (.answer, _), (.candidate, _): .accepted
        }
    }

    /// `GET /signaling…`: what waits for this client.
    ///
    /// - Parameter from: Messages from this moment on, itself included; `nil` for all.
    public mutating func poll(
        _ client: ClientID,
        _ selection: PollingAnswer.Selection,
        from: Timestamp?,
        at now: Timestamp
    ) -> PollingAnswer {
        guard var mailbox = clients[client]?.mailbox else { return .unknownSession }
        clients[client]?.lastHeard = now
        var items = namedConnections(of: client)
            .map { PollingAnswer.Item(.connect($0, polite: true), at: now) }
        if selection == .all {
            items += mailbox.read(from: from, at: now)
            clients[client]?.mailbox = mailbox
        } else {
            items += mailbox.peek(from: from)
        }
        let selected = items.filter { selection.contains($0.message) }
        return .messages(selected.oldestFirst(), selection, at: now)
    }

    /// The connections that each poll repeats, as the stock server does.
    private func namedConnections(of client: ClientID) -> [ConnectionID] {
        guard client == host else { return connections(of: client) }
        return connections.filter(\.value.isNegotiated).keys.sorted { $0.rawValue < $1.rawValue }
    }
}
