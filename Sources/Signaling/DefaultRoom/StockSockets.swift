/// The WebSocket half of the default room: to its clients the stock Unity Render Streaming server.
///
/// Where that server would crash, on an answer to a party that is not there, this one drops the message.
public struct StockSockets: Sendable {
    /// The most sockets, far above what relaying each candidate to all can bear; another is not let in.
    public static let maximumClients = 256
    /// The most connection ids one socket may hold; another is answered with an error.
    public static let maximumConnections = 32
    /// The most pairs, counting those of offers nobody answers; another offer is relayed but cannot be answered.
    public static let maximumPairs = maximumClients * maximumConnections

    /// The two ends of a connection.
    private struct Pair {
        var first: ClientID?
        var second: ClientID?

        func other(than client: ClientID) -> ClientID? {
            first == client ? second : first
        }

        func has(_ client: ClientID) -> Bool {
            first == client || second == client
        }
    }

    private let mode: StockMode
    /// In the order of their coming, in which broadcasts go out.
    private var clients: [ClientID] = []
    private var connectionIDs: [ClientID: Set<ConnectionID>] = [:]
    private var pairs: [ConnectionID: Pair] = [:]

    /// An empty room.
    public init(mode: StockMode) {
        self.mode = mode
    }

    /// Lets a socket in; returns whether there is room.
    public mutating func join(_ client: ClientID) -> Bool {
        guard clients.count < Self.maximumClients, connectionIDs[client] == nil else { return false }
        clients.append(client)
        connectionIDs[client] = []
        return true
    }

    /// A socket closed: the other ends of its connections hear of it.
    public mutating func leave(_ client: ClientID) -> [Delivery] {
        guard let ids = connectionIDs.removeValue(forKey: client) else { return [] }
        clients.removeAll { $0 == client }
        let deliveries = ids.sorted { $0.rawValue < $1.rawValue }
            .compactMap { id -> Delivery? in
                guard let other = pairs.removeValue(forKey: id)?.other(than: client) else { return nil }
                return Delivery(to: other, .disconnect(id))
            }
        // The stock server keeps these and goes on writing to the closed socket.
        pairs = pairs.filter { !$0.value.has(client) }
        return deliveries
    }

    /// A message came.
    public mutating func receive(_ message: ClientMessage, from client: ClientID) -> [Delivery] {
        guard connectionIDs[client] != nil else { return [] }
        switch message {
        case .connect(let id): return connect(id, client)
        case .disconnect(let id): return disconnect(id, client)
        case .offer(let id, let sdp): return offer(id, sdp, client)
        case .answer(let id, let sdp): return answer(id, sdp, client)
        case .candidate(let id, let candidate): return relay(.candidate(id, candidate), id, client)
        }
    }

    private mutating func connect(_ id: ConnectionID, _ client: ClientID) -> [Delivery] {
        guard add(id, to: client) else { return [Delivery(to: client, .tooManyConnections(id))] }
        guard mode == .private else { return [Delivery(to: client, .connect(id, polite: true))] }
        guard let pair = pairs[id] else {
            pairs[id] = Pair(first: client)
            return [Delivery(to: client, .connect(id, polite: false))]
        }
        guard pair.second == nil else {
            if !pair.has(client) { connectionIDs[client]?.remove(id) }
            return [Delivery(to: client, .alreadyUsed(id))]
        }
        pairs[id]?.second = client
        return [Delivery(to: client, .connect(id, polite: true))]
    }

    private mutating func disconnect(_ id: ConnectionID, _ client: ClientID) -> [Delivery] {
        connectionIDs[client]?.remove(id)
        let other = pairs.removeValue(forKey: id)?.other(than: client)
        return [other, client].compactMap(\.self).map { Delivery(to: $0, .disconnect(id)) }
    }

    private mutating func offer(_ id: ConnectionID, _ sdp: String, _ client: ClientID) -> [Delivery] {
        switch mode {
        case .private:
            return relay(.offer(id, sdp: sdp, polite: true), id, client)
        case .public:
            // A later offer of another client takes the id over: answers go to who offered last.
            if pairs[id] != nil || pairs.count < Self.maximumPairs { pairs[id] = Pair(first: client) }
            return relay(.offer(id, sdp: sdp, polite: false), id, client)
        }
    }

    private mutating func answer(_ id: ConnectionID, _ sdp: String, _ client: ClientID) -> [Delivery] {
        guard add(id, to: client), let other = pairs[id]?.other(than: client) else { return [] }
        if mode == .public { pairs[id] = Pair(first: other, second: client) }
        return [Delivery(to: other, .answer(id, sdp: sdp))]
    }

    /// To the other end in private mode, to everybody else in public mode.
    private func relay(_ message: ServerMessage, _ id: ConnectionID, _ client: ClientID) -> [Delivery] {
        switch mode {
        case .private: pairs[id]?.other(than: client).map { [Delivery(to: $0, message)] } ?? []
        case .public: clients.filter { $0 != client }.map { Delivery(to: $0, message) }
        }
    }

    private mutating func add(_ id: ConnectionID, to client: ClientID) -> Bool {
        let ids = connectionIDs[client, default: []]
        guard ids.contains(id) || ids.count < Self.maximumConnections else { return false }
        connectionIDs[client, default: []].insert(id)
        return true
    }
}
