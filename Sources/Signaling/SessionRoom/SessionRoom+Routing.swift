/// Who hears what.
extension SessionRoom {
    mutating func viewerSaid(_ message: ClientMessage, _ viewer: ClientID, _ now: Timestamp) -> [Delivery] {
        let id = message.connectionID
        switch message {
        case .connect:
            guard let held = claim(id, for: viewer, now) else {
                return [Delivery(to: viewer, refusal(of: id))]
            }
            return [Delivery(to: viewer, .connect(id, polite: true))] + held
        case .disconnect:
            let ended = connections[id]?.viewer == viewer ? end(id, at: now) : []
            return ended + deliver(.disconnect(id), to: viewer, now)
        case .offer(_, let sdp):
            // Stock clients connect first, but the stock server does not ask for it.
            guard let held = claim(id, for: viewer, now) else { return [] }
            return held + sendToHost(.offer(id, sdp: sdp, polite: false), id, viewer, now)
        case .answer(_, let sdp):
            return sendToHost(.answer(id, sdp: sdp), id, viewer, now)
        case .candidate(_, let candidate):
            return sendToHost(.candidate(id, candidate), id, viewer, now)
        }
    }

    mutating func hostSaid(_ message: ClientMessage, _ host: ClientID, _ now: Timestamp) -> [Delivery] {
        let id = message.connectionID
        switch message {
        case .connect:
            guard open(id) else { return [Delivery(to: host, .tooManyConnections(id))] }
            return [Delivery(to: host, .connect(id, polite: true))]
        case .disconnect:
            let viewer = connections.removeValue(forKey: id)?.viewer
            return (viewer.map { deliver(.disconnect(id), to: $0, now) } ?? [])
                + deliver(.disconnect(id), to: host, now)
        case .offer(_, let sdp):
            guard open(id) else { return [] }
            return sendToViewer(.offer(id, sdp: sdp, polite: false), id, now)
        case .answer(_, let sdp):
            return sendToViewer(.answer(id, sdp: sdp), id, now)
        case .candidate(_, let candidate):
            return sendToViewer(.candidate(id, candidate), id, now)
        }
    }

    /// Delivers a message, into the mailbox of a client that polls; what answers its own call does not wait there.
    private mutating func deliver(
        _ message: ServerMessage,
        to client: ClientID,
        _ now: Timestamp
    ) -> [Delivery] {
        guard clients[client]?.mailbox != nil else { return [Delivery(to: client, message)] }
        clients[client]?.mailbox?.append(message, at: now)
        return []
    }

    // MARK: Ownership

    /// Gives a connection to a viewer and delivers what the host has said about it; `nil` if it must not have it.
    private mutating func claim(_ id: ConnectionID, for viewer: ClientID, _ now: Timestamp) -> [Delivery]? {
        var connection = connections[id] ?? Connection()
        guard connection.viewer != viewer else { return [] }
        guard connection.viewer == nil, connections(of: viewer).count < Self.maximumConnections else {
            return nil
        }
        let held = connection.heldForViewer
        connection.heldForViewer = []
        connection.viewer = viewer
        connections[id] = connection
        return held.flatMap { deliver($0, to: viewer, now) }
    }

    private func refusal(of id: ConnectionID) -> ServerMessage {
        connections[id]?.viewer == nil ? .tooManyConnections(id) : .alreadyUsed(id)
    }

    /// Makes sure that the host may speak about a connection; `false` if it has opened too many.
    private mutating func open(_ id: ConnectionID) -> Bool {
        if connections[id] == nil {
            let unclaimed = connections.values.count { $0.viewer == nil }
            guard unclaimed < Self.maximumConnections else { return false }
        }
        connections[id, default: Connection()].isKnownToHost = true
        return true
    }

    /// A viewer's connection is over: the host hears of it, on its return if it is away.
    mutating func end(_ id: ConnectionID, at now: Timestamp) -> [Delivery] {
        guard let connection = connections.removeValue(forKey: id), connection.isKnownToHost else {
            return []
        }
        if let host { return deliver(.disconnect(id), to: host, now) }
        if farewells.count >= Self.maximumFarewells { farewells.removeFirst() }
        farewells.append(id)
        return []
    }

    // MARK: Holding

    private mutating func sendToHost(
        _ message: ServerMessage,
        _ id: ConnectionID,
        _ viewer: ClientID,
        _ now: Timestamp
    ) -> [Delivery] {
        guard var connection = connections[id], connection.viewer == viewer, !message.isEndOfCandidates else {
            return []
        }
        hold(message, in: &connection.heldForHost)
        connections[id] = connection
        return deliverHeld(id, at: now)
    }

    private mutating func sendToViewer(
        _ message: ServerMessage,
        _ id: ConnectionID,
        _ now: Timestamp
    ) -> [Delivery] {
        guard var connection = connections[id], !message.isEndOfCandidates else { return [] }
        connection.isKnownToHost = true
        if !message.isCandidate(of: id) { connection.isNegotiated = true }
        guard let viewer = connection.viewer else {
            hold(message, in: &connection.heldForViewer)
            connections[id] = connection
            return []
        }
        connections[id] = connection
        return deliver(message, to: viewer, now) + deliverHeld(id, at: now)
    }

    private func hold(_ message: ServerMessage, in held: inout [ServerMessage]) {
        held.removeAll { $0.isSuperseded(by: message) }
        guard held.count < Self.maximumHeldMessages, heldBytes + message.size <= Self.maximumHeldBytes else {
            return
        }
        held.append(message)
    }

    private var heldBytes: Int {
        connections.values.reduce(0) { sum, connection in
            sum + (connection.heldForHost + connection.heldForViewer).reduce(0) { $0 + $1.size }
        }
    }

    /// Delivers what the host can use by now.
    ///
    /// A candidate that reaches Unity before it has handled the offer is lost to it, so candidates wait for its
    /// first word on the connection.
    private mutating func deliverHeld(_ id: ConnectionID, at now: Timestamp) -> [Delivery] {
        guard let host, var connection = connections[id] else { return [] }
        let isNegotiated = connection.isNegotiated
        let ready = connection.heldForHost.filter { isNegotiated || !$0.isCandidate(of: id) }
        guard !ready.isEmpty else { return [] }
        connection.heldForHost.removeAll { isNegotiated || !$0.isCandidate(of: id) }
        connection.isKnownToHost = true
        connections[id] = connection
        return ready.flatMap { deliver($0, to: host, now) }
    }

    /// Tells a host that has come what it has missed.
    mutating func welcomeHost(at now: Timestamp) -> [Delivery] {
        guard let host else { return [] }
        let ended = farewells
        farewells = []
        let ids = connections.keys.sorted { $0.rawValue < $1.rawValue }
        return ended.flatMap { deliver(.disconnect($0), to: host, now) }
            + ids.flatMap { deliverHeld($0, at: now) }
    }
}

extension ServerMessage {
    fileprivate var isEndOfCandidates: Bool {
        if case .candidate(_, let candidate) = self { candidate.isEndOfCandidates } else { false }
    }
}
