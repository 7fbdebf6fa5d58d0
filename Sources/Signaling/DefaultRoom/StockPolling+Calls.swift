/// What each call changes.
extension StockPolling {
    mutating func connect(_ id: ConnectionID, _ client: ClientID, _ now: Timestamp) -> PollingAnswer {
        guard canHold(id, client) else { return .refused }
        guard mode == .private else {
            hold(id, client)
            return .connected(id, polite: true, at: now)
        }
        guard let pair = pairs[id] else {
            pairs[id] = Pair(first: client)
            hold(id, client)
            return .connected(id, polite: false, at: now)
        }
        guard pair.second == nil else { return .refused }
        pairs[id]?.second = client
        hold(id, client)
        return .connected(id, polite: true, at: now)
    }

    mutating func disconnect(_ id: ConnectionID, _ client: ClientID, _ now: Timestamp) -> PollingAnswer {
        let told: [ClientID]
        switch mode {
        case .public:
            told = Array(sessions.keys)
        case .private:
            let other = pairs[id]?.other(than: client)
            if let other { sessions[other]?.connectionIDs.removeAll { $0 == id } }
            told = [client] + [other].compactMap(\.self)
        }
        pairs[id] = nil
        sessions[client]?.forget(id)
        for session in Set(told) {
            sessions[session]?.disconnections
                .append(.init(.disconnect(id), at: now), atMost: Self.maximumItems)
        }
        return .disconnected(id)
    }

    mutating func offer(
        _ id: ConnectionID,
        _ sdp: String,
        _ client: ClientID,
        _ now: Timestamp
    ) -> PollingAnswer {
        guard hasRoom(for: sdp) else { return .full }
        switch mode {
        case .public:
            guard let count = sessions[client]?.offers.count else { return .unknownSession }
            guard sessions[client]?.offers[id] != nil || count < Self.maximumConnections else {
                return .refused
            }
            if pairs[id] == nil { pairs[id] = Pair(first: client) }
            sessions[client]?.offers[id] = Item(.offer(id, sdp: sdp, polite: false), at: now)
        case .private:
            guard let other = pairs[id]?.other(than: client) else { return .accepted }
            sessions[other]?.offers[id] = Item(.offer(id, sdp: sdp, polite: true), at: now)
        }
        return .accepted
    }

    mutating func answer(
        _ id: ConnectionID,
        _ sdp: String,
        _ client: ClientID,
        _ now: Timestamp
    ) -> PollingAnswer {
        guard canHold(id, client) else { return .refused }
        guard hasRoom(for: sdp) else { return .full }
        hold(id, client)
        guard let other = pairs[id]?.other(than: client), sessions[other] != nil else { return .accepted }
        if mode == .public { pairs[id] = Pair(first: other, second: client) }
        sessions[other]?.answers[id] = Item(.answer(id, sdp: sdp), at: now)
        sessions[other]?.stampCandidates(of: id, at: now)
        return .accepted
    }

    mutating func post(
        _ candidate: ICECandidate,
        _ id: ConnectionID,
        _ client: ClientID,
        _ now: Timestamp
    ) -> PollingAnswer {
        let item = Item(.candidate(id, candidate), at: now)
        sessions[client]?.candidates.append(item, atMost: Self.maximumItems)
        return .accepted
    }

    private func canHold(_ id: ConnectionID, _ client: ClientID) -> Bool {
        let ids = sessions[client]?.connectionIDs ?? []
        return ids.contains(id) || ids.count < Self.maximumConnections
    }

    private mutating func hold(_ id: ConnectionID, _ client: ClientID) {
        guard sessions[client]?.connectionIDs.contains(id) == false else { return }
        sessions[client]?.connectionIDs.append(id)
    }

    private func hasRoom(for sdp: String) -> Bool {
        let kept = sessions.values.reduce(0) { $0 + $1.size }
        return kept + sdp.utf8.count <= Self.maximumBytes
    }
}

extension StockPolling.Session {
    fileprivate var size: Int {
        offers.values.reduce(0) { $0 + $1.message.size } + answers.values.reduce(0) { $0 + $1.message.size }
    }

    fileprivate mutating func forget(_ id: ConnectionID) {
        connectionIDs.removeAll { $0 == id }
        offers[id] = nil
        answers[id] = nil
        candidates.removeAll { $0.message.isCandidate(of: id) }
    }

    /// Makes candidates new again for a party that can use them only now.
    fileprivate mutating func stampCandidates(of id: ConnectionID, at now: Timestamp) {
        for index in candidates.indices where candidates[index].message.isCandidate(of: id) {
            candidates[index].time = now
        }
    }
}

extension [PollingAnswer.Item] {
    fileprivate mutating func append(_ item: PollingAnswer.Item, atMost count: Int) {
        if self.count >= count { removeFirst() }
        append(item)
    }
}
