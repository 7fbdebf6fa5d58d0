/// The HTTP half of the default room: to its clients the stock Unity Render Streaming server.
public struct StockPolling: Sendable {
    /// The most sessions; another is not opened.
    public static let maximumSessions = 256
    /// The most connection ids of one session; another is refused.
    public static let maximumConnections = 32
    /// The most candidates that one session may have posted, and the most disconnections it may not have read;
    /// the oldest give way.
    public static let maximumItems = 512
    /// The most bytes of offers and answers that all sessions keep together; another is refused.
    public static let maximumBytes = 16 * 1024 * 1024
    /// How long a session may be silent, as the stock server has it; looked at when another one polls.
    public static let timeout = Duration.seconds(10)
    /// How long a session may be silent even if nobody else polls.
    public static let idleTimeout = Duration.seconds(300)

    typealias Item = PollingAnswer.Item

    struct Session {
        var lastHeard: Timestamp
        var connectionIDs: [ConnectionID] = []
        var offers: [ConnectionID: Item] = [:]
        var answers: [ConnectionID: Item] = [:]
        var candidates: [Item] = []
        var disconnections: [Item] = []
    }

    struct Pair {
        var first: ClientID
        var second: ClientID?

        func other(than client: ClientID) -> ClientID? {
            first == client ? second : first
        }
    }

    let mode: StockMode
    var sessions: [ClientID: Session] = [:]
    var pairs: [ConnectionID: Pair] = [:]

    /// An empty room.
    public init(mode: StockMode) {
        self.mode = mode
    }

    /// `PUT /signaling`: opens a session under an id that nobody can guess.
    public mutating func open(_ session: ClientID, at now: Timestamp) -> PollingAnswer {
        guard sessions.count < Self.maximumSessions else { return .full }
        sessions[session] = Session(lastHeard: now)
        return .opened(session)
    }

    /// `DELETE /signaling`: ends a session, also one that is not there.
    public mutating func close(_ session: ClientID, at now: Timestamp) -> PollingAnswer {
        remove(session, at: now)
        return .accepted
    }

    /// `GET /signaling…`: what the other sessions have for this one.
    ///
    /// - Parameter from: Items from this moment on, itself included; `nil` for all.
    public mutating func poll(
        _ client: ClientID,
        _ selection: PollingAnswer.Selection,
        from: Timestamp?,
        at now: Timestamp
    ) -> PollingAnswer {
        guard sessions[client] != nil else { return .unknownSession }
        sessions[client]?.lastHeard = now
        removeSessions(silentFor: Self.timeout, at: now)
        let items = items(for: client, at: now)
            .filter { item in
                if case .connect = item.message { return selection.contains(item.message) }
                return selection.contains(item.message) && from.map { item.time >= $0 } ?? true
            }
        return .messages(items.oldestFirst(), selection, at: now)
    }

    /// The other calls: `PUT` and `DELETE /signaling/connection`, `POST /signaling/offer` and its like.
    public mutating func receive(
        _ message: ClientMessage,
        from client: ClientID,
        at now: Timestamp
    ) -> PollingAnswer {
        guard sessions[client] != nil else { return .unknownSession }
        sessions[client]?.lastHeard = now
        switch message {
        case .connect(let id): return connect(id, client, now)
        case .disconnect(let id): return disconnect(id, client, now)
        case .offer(let id, let sdp): return offer(id, sdp, client, now)
        case .answer(let id, let sdp): return answer(id, sdp, client, now)
        case .candidate(let id, let candidate): return post(candidate, id, client, now)
        }
    }

    /// Ends sessions that have been silent for very long.
    public mutating func advance(to now: Timestamp) {
        removeSessions(silentFor: Self.idleTimeout, at: now)
    }

    private mutating func removeSessions(silentFor timeout: Duration, at now: Timestamp) {
        for (client, session) in sessions where now.since(session.lastHeard) >= timeout {
            remove(client, at: now)
        }
    }

    private mutating func remove(_ client: ClientID, at now: Timestamp) {
        guard let session = sessions[client] else { return }
        for id in session.connectionIDs { _ = disconnect(id, client, now) }
        sessions[client] = nil
        pairs = pairs.filter { $0.value.first != client && $0.value.second != client }
    }

    private func items(for client: ClientID, at now: Timestamp) -> [Item] {
        guard let session = sessions[client] else { return [] }
        var items = session.connectionIDs.map { Item(.connect($0, polite: true), at: now) }
        switch mode {
        case .private: items += session.offers.values
        case .public: items += sessions.filter { $0.key != client }.flatMap { $0.value.offers.values }
        }
        items += session.answers.values
        for id in session.connectionIDs {
            guard let other = pairs[id]?.other(than: client) else { continue }
            items += sessions[other]?.candidates.filter { $0.message.isCandidate(of: id) } ?? []
        }
        return items + session.disconnections
    }
}

extension [PollingAnswer.Item] {
    /// Sorted by time; items of one millisecond keep their order.
    func oldestFirst() -> Self {
        enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
}

extension ServerMessage {
    func isCandidate(of id: ConnectionID) -> Bool {
        if case .candidate(id, _) = self { true } else { false }
    }
}
