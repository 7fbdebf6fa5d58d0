import Signaling

/// The engine of a session's room: one that relays from peer to peer, or one in which the server is a peer of both sides.
struct RoomEngine: Sendable {
    private var relayed = SessionRoom()
    private var forwarded: ForwardedRoom?

    /// A room that relays.
    init() {}

    /// A room whose media the server forwards.
    init(forwardingTo maximumViewers: Int) {
        forwarded = ForwardedRoom(maximumViewers: maximumViewers)
    }

    var host: ClientID? { forwarded.map(\.host) ?? relayed.host }
    var viewers: [ClientID] { forwarded?.viewers ?? relayed.viewers }
    var isEmpty: Bool { forwarded?.isEmpty ?? relayed.isEmpty }

    func connections(of viewer: ClientID) -> [ConnectionID] {
        forwarded?.connections(of: viewer) ?? relayed.connections(of: viewer)
    }

    mutating func join(
        _ client: ClientID,
        as role: SessionRoom.Role,
        over transport: SessionRoom.Transport,
        at now: Timestamp
    ) -> SessionRoom.Arrival? {
        guard forwarded != nil else { return relayed.join(client, as: role, over: transport, at: now) }
        return forwarded?.join(client, as: role, over: transport, at: now)
    }

    mutating func leave(_ client: ClientID, at now: Timestamp) -> [Delivery] {
        forwarded?.leave(client, at: now) ?? relayed.leave(client, at: now)
    }

    mutating func receive(
        _ message: ClientMessage,
        from client: ClientID,
        at now: Timestamp
    ) -> [Delivery] {
        forwarded?.receive(message, from: client, at: now) ?? relayed.receive(message, from: client, at: now)
    }

    mutating func advance(to now: Timestamp) -> SessionRoom.Passage {
        forwarded?.advance(to: now) ?? relayed.advance(to: now)
    }

    mutating func post(
        _ message: ClientMessage,
        from client: ClientID,
        at now: Timestamp
    ) -> SessionRoom.Posted {
        forwarded?.post(message, from: client, at: now) ?? relayed.post(message, from: client, at: now)
    }

    mutating func poll(
        _ client: ClientID,
        _ selection: PollingAnswer.Selection,
        from: Timestamp?,
        at now: Timestamp
    ) -> PollingAnswer {
        forwarded?.poll(client, selection, from: from, at: now)
            ?? relayed.poll(client, selection, from: from, at: now)
    }

    /// Does something that only a forwarded room knows; nothing in one that relays.
    mutating func forward(_ body: (inout ForwardedRoom) -> [Delivery]) -> [Delivery] {
        guard var room = forwarded.take() else { return [] }
        defer { forwarded = room }
        return body(&room)
    }

    /// What is asked of the media plane, and the id under which the host knows the server if that is news.
    mutating func takeNeeds() -> (requests: [MediaRequest], newestIngest: ConnectionID?) {
        let requests = forwarded?.takeRequests() ?? []
        let newest: ConnectionID? = forwarded?.takeNewestIngest()
        return (requests, newest)
    }

    var needsIngestID: Bool { forwarded?.needsIngestID ?? false }
}
