/// The room of a session whose media the server itself forwards: one host, any number of viewers, and the server in
/// between.
///
/// To the host the server is the only viewer, to viewers it is the host. So the host has one connection and one encoder,
/// whoever watches, and never hears of a viewer. Both sides are ``SessionRoom``s, with the server as a client in each.
///
/// What the room needs of the media plane piles up in ``takeRequests()``; outcomes come back by ``replied(_:to:at:)``.
public struct ForwardedRoom: Sendable {
    /// The server as the host's viewer, and as the viewers' host; no other client is named so.
    static let watching = ClientID("server, watching")
    static let streaming = ClientID("server, streaming")

    /// The host and the server.
    var upstream = SessionRoom()
    /// The server and the viewers.
    var downstream: SessionRoom
    var ingest = Ingest()
    var pages: [ConnectionID: ReceiverPage] = [:]
    /// Who owns the connections of ``pages``.
    var owners: [ConnectionID: ClientID] = [:]
    /// The connection of whoever publishes.
    var publisher: MediaHandle?
    var requests: [MediaRequest] = []
    /// The id under which the host was asked last.
    var newestIngest: ConnectionID?

    /// An empty room.
    ///
    /// - Parameter maximumViewers: The most clients that watch.
    public init(maximumViewers: Int) {
        downstream = SessionRoom(maximumViewers: maximumViewers)
        // Both rooms are empty and have a place for it; time means nothing to a socket.
        _ = upstream.join(Self.watching, as: .viewer, over: .socket, at: Timestamp(milliseconds: 0))
        _ = downstream.join(Self.streaming, as: .host, over: .socket, at: Timestamp(milliseconds: 0))
    }

    /// The client that streams now.
    public var host: ClientID? { upstream.host }

    /// The clients that watch.
    public var viewers: [ClientID] { downstream.viewers }

    /// Whether nobody is here.
    public var isEmpty: Bool { upstream.host == nil && downstream.viewers.isEmpty }

    /// The connections that a viewer owns.
    public func connections(of viewer: ClientID) -> [ConnectionID] { downstream.connections(of: viewer) }

    // MARK: Clients

    /// Lets a client in, or returns `nil` if the room is full.
    public mutating func join(
        _ client: ClientID,
        as role: SessionRoom.Role,
        over transport: SessionRoom.Transport,
        at now: Timestamp
    ) -> SessionRoom.Arrival? {
        switch role {
        case .viewer: return downstream.join(client, as: role, over: transport, at: now)
        case .host:
            guard var arrival = upstream.join(client, as: role, over: transport, at: now) else { return nil }
            arrival.deliveries += take(ingest.hostCame(polling: transport == .polling), at: now)
            return arrival
        }
    }

    /// A client went.
    public mutating func leave(_ client: ClientID, at now: Timestamp) -> [Delivery] {
        if client == host {
            let deliveries = upstream.leave(client, at: now)
            return deliveries + take(ingest.hostLeft(), at: now)
        }
        return heard(downstream.leave(client, at: now), at: now)
    }

    /// A client's message came.
    public mutating func receive(
        _ message: ClientMessage,
        from client: ClientID,
        at now: Timestamp
    ) -> [Delivery] {
        guard client == host else {
            return heard(downstream.receive(message, from: client, at: now), at: now)
        }
        guard !isBelated(message) else { return [] }
        let claimed = claim(message, at: now)
        return claimed + heard(upstream.receive(message, from: client, at: now), at: now)
    }

    /// Takes up a connection that the host opens by itself.
    mutating func claim(_ message: ClientMessage, at now: Timestamp) -> [Delivery] {
        let id = message.connectionID
        switch message {
        case .connect, .offer:
            guard !upstream.connections(of: Self.watching).contains(id) else { return [] }
            let deliveries = heard(upstream.receive(.connect(id), from: Self.watching, at: now), at: now)
            if ingest.current != id { newestIngest = id }
            return deliveries + take(ingest.hostConnected(id, at: now), at: now)
        case .answer, .candidate, .disconnect: return []
        }
    }

    /// Whether the host had not yet heard that its connection is given up when it said so.
    func isBelated(_ message: ClientMessage) -> Bool {
        switch message {
        case .connect, .disconnect: false
        case .offer(let id, _), .answer(let id, _), .candidate(let id, _): ingest.hasGivenUp(id)
        }
    }

    /// Lets time pass; to be called about once a second.
    public mutating func advance(to now: Timestamp) -> SessionRoom.Passage {
        var passage = upstream.advance(to: now)
        if !passage.departed.isEmpty { passage.deliveries += take(ingest.hostLeft(), at: now) }
        passage.deliveries = heard(passage.deliveries, at: now)
        let below = downstream.advance(to: now)
        passage.departed += below.departed
        passage.deliveries += heard(below.deliveries, at: now)
        passage.deliveries += take(ingest.advance(to: now), at: now)
        return passage
    }

    // MARK: The media plane

    /// What is needed of the media plane, once.
    public mutating func takeRequests() -> [MediaRequest] {
        defer { requests = [] }
        return requests
    }

    /// Whether the host is to be offered a connection, which needs an id.
    public var needsIngestID: Bool { ingest.needsID }

    /// Begins to ask the host for its media, under an id that was never used.
    public mutating func beginIngest(_ id: ConnectionID, at now: Timestamp) -> [Delivery] {
        newestIngest = id
        return take(ingest.begin(id, at: now), at: now)
    }

    /// The id under which the host knows the server, if it is another than at the last call: to be kept, so that the
    /// next process can give it up.
    public mutating func takeNewestIngest() -> ConnectionID? {
        defer { newestIngest = nil }
        return newestIngest
    }

    /// Gives up an id that the host knows from an earlier process.
    public mutating func giveUp(_ id: ConnectionID, at now: Timestamp) -> [Delivery] {
        _ = upstream.receive(.connect(id), from: Self.watching, at: now)
        upstream.connections[id]?.isKnownToHost = true
        return heard(upstream.receive(.disconnect(id), from: Self.watching, at: now), at: now)
    }

    /// What came of a request.
    public mutating func replied(
        _ outcome: MediaOutcome,
        to request: MediaRequest,
        at now: Timestamp
    ) -> [Delivery] {
        switch request.side {
        case .ingest: return take(ingest.replied(outcome, to: request.call, of: request.id, at: now), at: now)
        case .page(let client):
            guard owners[request.id] == client, var page = pages[request.id] else {
                // It went while its connection was being opened.
                if case .opened(let handle, _) = outcome {
                    requests.append(MediaRequest(request.side, request.id, .close(handle)))
                }
                return []
            }
            let steps = page.replied(outcome, to: request.call)
            pages[request.id] = page
            return take(steps, of: request.id, at: now)
        }
    }

    /// Media of a publisher arrives.
    public mutating func published(_ handle: MediaHandle, at now: Timestamp) -> [Delivery] {
        publisher = handle
        var deliveries = take(ingest.published(handle), at: now)
        for id in pages.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            deliveries += take(pages[id]?.published() ?? [], of: id, at: now)
        }
        return deliveries
    }

    /// Media of a publisher arrives no more.
    public mutating func unpublished(_ handle: MediaHandle, at now: Timestamp) -> [Delivery] {
        if publisher == handle { publisher = nil }
        return take(ingest.unpublished(handle), at: now)
    }

    /// A publisher did not get through.
    public mutating func publisherFailed(at now: Timestamp) -> [Delivery] {
        take(ingest.failed(at: now), at: now)
    }

    /// A viewer's connection is lost.
    public mutating func viewerLost(_ handle: MediaHandle, at now: Timestamp) -> [Delivery] {
        guard let page = pages.first(where: { $0.value.handle == handle }) else { return [] }
        return take(page.value.lost(), of: page.key, at: now)
    }
}
