import Foundation
import PortholeCore
import Signaling

/// Media that the server itself carries: who publishes and who watches by it, beside sockets and polling sessions.
extension SignalingHub {
    /// How long a connection of the media plane is remembered that never gets through; the media plane gives up sooner.
    private static let openingTime: TimeInterval = 60

    /// A connection of the media plane.
    struct MediaClient {
        let grant: SignalingGrant
        let openedAt: Date
        var isConnected = false

        /// Among a viewer's clients it has a name that no socket has.
        static func client(_ resource: MediaResourceID) -> ClientID { ClientID("media " + resource.text) }
    }

    /// A connection was opened for somebody, who is expected to connect.
    ///
    /// - Returns: Whether access still is as it was when it was asked for; else the connection must be closed.
    func opened(_ resource: MediaResourceID, by grant: SignalingGrant) -> Bool {
        guard let session = grant.sessionID, !endedSessions.contains(session), !isRevoked(grant),
            !hasExpired(grant)
        else { return false }
        mediaClients[resource] = MediaClient(grant: grant, openedAt: now())
        return true
    }

    /// Something happened in the media plane.
    func happened(_ event: MediaEvent) {
        switch event {
        case .publisherConnected(let room, let resource): publisherCame(resource, room)
        case .publisherLost(let room, let resource): publisherWent(resource, room)
        case .viewerConnected(let room, let resource, let principalID):
            viewerCame(resource, room, principalID)
        case .viewerLeft(let room, let resource, _): viewerWent(resource, room)
        case .connectionFailed(let room, .publisher):
            forward(in: room.text) { $0.publisherFailed(at: $1) }
        case .connectionFailed: break
        }
    }

    private func publisherCame(_ resource: MediaResourceID, _ room: MediaRoomID) {
        // Rooms that are no sessions have nobody to tell.
        guard SessionID(room.text) != nil else { return }
        let session = room.text
        guard !endedSessions.contains(session) else { return orders.add(.cut(room)) }
        mediaClients[resource]?.isConnected = true
        var entry = rooms[session] ?? makeRoom()
        if !entry.isHosted { queue.add(.hostConnected(session)) }
        entry.publisher = resource
        entry.state = .live
        entry.lastUsed = now()
        rooms[session] = entry
        forward(in: session) { $0.published(MediaHandle(resource.text), at: $1) }
        announce(session)
    }

    private func publisherWent(_ resource: MediaResourceID, _ room: MediaRoomID) {
        let session = room.text
        mediaClients[resource] = nil
        // A newer one may have taken its place.
        if rooms[session]?.publisher == resource {
            rooms[session]?.publisher = nil
            rooms[session]?.lastUsed = now()
            hostMayBeLost(session)
        }
        forward(in: session) { $0.unpublished(MediaHandle(resource.text), at: $1) }
        announce(session)
    }

    private func viewerCame(_ resource: MediaResourceID, _ room: MediaRoomID, _ principalID: String) {
        guard SessionID(room.text) != nil else { return }
        let session = room.text
        guard !endedSessions.contains(session) else { return orders.add(.cut(room)) }
        var client =
            mediaClients[resource]
            ?? MediaClient(
                grant: SignalingGrant(sessionID: session, role: .viewer, principalID: principalID),
                openedAt: now()
            )
        client.isConnected = true
        mediaClients[resource] = client
        var entry = rooms[session] ?? makeRoom()
        entry.lastUsed = now()
        addViewer(MediaClient.client(resource), client.grant, session, to: &entry)
        rooms[session] = entry
        announce(session)
    }

    private func viewerWent(_ resource: MediaResourceID, _ room: MediaRoomID) {
        let client = mediaClients.removeValue(forKey: resource)
        forward(in: room.text) { $0.viewerLost(MediaHandle(resource.text), at: $1) }
        guard let client else { return }
        removeViewer(MediaClient.client(resource), client.grant.principalID, room.text)
        announce(room.text)
    }

    /// Everybody who watches a session by the media plane leaves with it.
    func forgetMedia(of session: String) {
        for (resource, client) in mediaClients where client.grant.sessionID == session {
            mediaClients[resource] = nil
            if client.isConnected {
                removeViewer(MediaClient.client(resource), client.grant.principalID, session)
            }
        }
    }

    /// Closes what has run out, and forgets what never came.
    func tickMedia() {
        let oldest = now().addingTimeInterval(-Self.openingTime)
        for (resource, client) in mediaClients {
            if hasExpired(client.grant) {
                orders.add(.close(resource))
                if !client.isConnected { mediaClients[resource] = nil }
            } else if !client.isConnected, client.openedAt < oldest {
                mediaClients[resource] = nil
            }
        }
    }

    /// The rows of viewers by their connections of the media plane.
    func viewerIDs(byMediaOf sessionID: String) -> [MediaResourceID: String] {
        guard let viewers = rooms[sessionID]?.viewers else { return [:] }
        return mediaClients.filter { $0.value.grant.sessionID == sessionID }
            .compactMapValues { viewers[$0.grant.principalID]?.id }
    }

    // MARK: Rooms and the media plane

    /// Tells the room's engine something, and does what follows.
    private func forward(
        in session: String,
        _ body: (inout ForwardedRoom, Timestamp) -> [Delivery]
    ) {
        let now = timestamp
        send(rooms[session]?.engine.forward { body(&$0, now) } ?? [])
        settle(session)
    }

    /// Gives the media plane what a room's engine asks of it; after each call of the engine.
    func settle(_ session: String) {
        while rooms[session]?.engine.needsIngestID == true {
            guard let id = ConnectionID(UUID().uuidString.lowercased()) else { return }
            let now = timestamp
            send(rooms[session]?.engine.forward { $0.beginIngest(id, at: now) } ?? [])
        }
        guard let needs = rooms[session]?.engine.takeNeeds() else { return }
        if let id = needs.newestIngest { queue.add(.ingestBegan(id.rawValue, session)) }
        for request in needs.requests {
            guard let grant = mediaGrant(for: request, in: session) else { continue }
            orders.add(.request(request, session: session, grant: grant))
        }
    }

    private func mediaGrant(for request: MediaRequest, in session: String) -> MediaGrant? {
        guard let id = SessionID(session) else { return nil }
        let holder: SignalingGrant?
        switch request.side {
        case .ingest: holder = rooms[session]?.hostGrant
        case .page(let client):
            // Whoever is gone still has what it left behind closed.
            holder =
                members[client]?.grant ?? SignalingGrant(sessionID: session, role: .viewer, principalID: "")
        }
        var grant = holder.map { MediaGrant($0, in: id) }
        grant?.isUnity = true
        return grant
    }

    /// What came of a room's request.
    func replied(_ outcome: MediaOutcome, to request: MediaRequest, in session: String) {
        var outcome = outcome
        if case .opened(let handle, _) = outcome {
            let resource = MediaResourceID(handle.rawValue)
            let grant: SignalingGrant? =
                switch request.side {
                case .ingest: rooms[session]?.hostGrant
                case .page(let client): members[client]?.grant
                }
            // Whoever went meanwhile, or may not watch any more.
            guard let grant, opened(resource, by: grant) else {
                orders.add(.close(resource))
                outcome = .failed
                forward(in: session) { $0.replied(outcome, to: request, at: $1) }
                return
            }
        }
        forward(in: session) { $0.replied(outcome, to: request, at: $1) }
    }

    /// An id that a host knows the server by since an earlier process: the host is told to give it up.
    public func giveUpIngest(_ connectionID: String, in session: String) {
        guard let id = ConnectionID(connectionID), !endedSessions.contains(session), forwarding != nil else {
            return
        }
        rooms[session] = rooms[session] ?? makeRoom()
        forward(in: session) { $0.giveUp(id, at: $1) }
    }

    /// Does what rooms need of the media plane, until there is no more.
    nonisolated func serveOrders(_ media: any MediaControl) async {
        for await order in orders.orders {
            switch order {
            case .request(let request, let session, let grant):
                let outcome = await media.perform(request, by: grant)
                await replied(outcome, to: request, in: session)
            case .close(let resource): await media.close(resource)
            case .cut(let room): await media.cut(.room(room))
            }
        }
    }

    /// Compares now and then who the hub believes to be there with who is: events may be lost when very many come at
    /// once.
    nonisolated func compare(with media: any MediaControl) async {
        while (try? await Task.sleep(for: .seconds(30))) != nil { await reconcile(with: media) }
    }

    func reconcile(with media: any MediaControl) async {
        for (resource, client) in mediaClients where client.isConnected {
            guard await media.grant(of: resource) == nil, let session = client.grant.sessionID else {
                continue
            }
            // Whatever happened meanwhile, these do nothing about a connection that the hub does not know.
            let room = MediaRoomID(session)
            switch client.grant.role {
            case .host: publisherWent(resource, room)
            case .viewer: viewerWent(resource, room)
            }
        }
    }

    /// Hears what happens in the media plane.
    nonisolated func hear(_ media: any MediaControl) async {
        for await event in media.events() { await happened(event) }
    }
}
