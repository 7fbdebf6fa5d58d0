/// What the server hears in either half of the room, and what it does.
extension ForwardedRoom {
    /// Takes out of deliveries what is for the server itself, and acts on it.
    mutating func heard(_ deliveries: [Delivery], at now: Timestamp) -> [Delivery] {
        var others: [Delivery] = []
        for delivery in deliveries {
            switch delivery.client {
            case Self.watching: others += hostSaid(delivery.message, at: now)
            case Self.streaming: others += viewerSaid(delivery.message, at: now)
            default: others.append(delivery)
            }
        }
        return others
    }

    private mutating func hostSaid(_ message: ServerMessage, at now: Timestamp) -> [Delivery] {
        switch message {
        case .offer(let id, let sdp, _): take(ingest.hostOffered(id, sdp: sdp), at: now)
        case .answer(let id, let sdp): take(ingest.hostAnswered(id, sdp: sdp), at: now)
        case .disconnect(let id): take(ingest.hostDisconnected(id, at: now), at: now)
        // Our candidates stand in our descriptions; those of others are learnt from where they send.
        case .candidate, .connect, .error: []
        }
    }

    private mutating func viewerSaid(_ message: ServerMessage, at now: Timestamp) -> [Delivery] {
        switch message {
        case .offer(let id, let sdp, _): return pageOffered(id, sdp, at: now)
        case .answer(let id, let sdp): return take(pages[id]?.answered(sdp) ?? [], of: id, at: now)
        case .disconnect(let id):
            let deliveries = take(pages[id]?.closed() ?? [], of: id, at: now)
            pages[id] = nil
            owners[id] = nil
            return deliveries
        case .candidate, .connect, .error: return []
        }
    }

    private mutating func pageOffered(_ id: ConnectionID, _ sdp: String, at now: Timestamp) -> [Delivery] {
        if pages[id] != nil { return take(pages[id]?.offered(sdp) ?? [], of: id, at: now) }
        pages[id] = ReceiverPage(id, offer: sdp)
        owners[id] = downstream.connections[id]?.viewer
        return publisher == nil ? [] : take(pages[id]?.published() ?? [], of: id, at: now)
    }

    // MARK: Steps

    mutating func take(_ steps: [Ingest.Step], at now: Timestamp) -> [Delivery] {
        var deliveries: [Delivery] = []
        for step in steps {
            switch step {
            case .say(let message):
                // The echo of a `disconnect` is for the server; nothing follows from it.
                deliveries += upstream.receive(message, from: Self.watching, at: now)
                    .filter { $0.client != Self.watching }
            case .ask(let id, let call):
                requests.append(MediaRequest(.ingest, id, call))
            }
        }
        return deliveries
    }

    mutating func take(_ steps: [ReceiverPage.Step], of id: ConnectionID, at now: Timestamp) -> [Delivery] {
        var deliveries: [Delivery] = []
        for step in steps {
            switch step {
            case .say(let message):
                deliveries += downstream.receive(message, from: Self.streaming, at: now)
                    .filter { $0.client != Self.streaming }
            case .ask(let call):
                guard let owner = owners[id] else { continue }
                requests.append(MediaRequest(.page(owner), id, call))
            case .end:
                pages[id] = nil
                owners[id] = nil
            }
        }
        return deliveries
    }
}
