import Foundation
public import PortholeCore
public import Signaling

/// All rooms of signaling and who is in them.
///
/// Drives the engines of `Signaling`: what a socket or a polling client says goes in, what comes out goes to
/// sockets at once and to polling clients when they ask. Who may come in is for the routes to find out; the hub
/// gets ready ``SignalingGrant``s, ends them when they expire or are revoked, and tells pages who is there.
///
/// Nothing in here waits: each call runs to its end before the next, so rooms, sockets and grants always agree.
/// What the domain has to hear leaves by a queue that ``run()`` empties.
public actor SignalingHub {
    /// The subprotocol of pages that want to hear of their session besides what stock clients are told.
    public static let subprotocol = "porthole.1"
    /// The most messages of a socket that waits for its session; another is dropped, since offers are sent again.
    static let maximumEarlyMessages = 64
    /// The most bytes of such messages; another is dropped.
    static let maximumEarlyBytes = 256 * 1024
    /// The most ended sessions remembered, against clients let in just before the end; the oldest give way.
    static let maximumEndedSessions = 1024
    /// The most revoked links remembered, against clients let in just before; the oldest give way.
    static let maximumRevokedGrants = 1024
    /// How long a room of nobody is kept, so that a host finds its connections on return.
    static let emptyRoomTime: TimeInterval = 3600

    /// A client that is in a room.
    struct Member {
        let grant: SignalingGrant
        /// `nil` for one that polls.
        let socket: (any SignalingSocket)?
        let wantsEvents: Bool
        var lastEvent: String?
    }

    /// A socket that has no session yet.
    struct Waiting {
        let socket: any SignalingSocket
        var messages: [ClientMessage] = []
        var bytes = 0
    }

    /// A person who watches.
    struct Viewer {
        var clients: Set<ClientID>
        let name: String?
        let joinedAt: Date
        /// Unknown until the domain has answered.
        var id: String?
    }

    struct Room {
        var engine: RoomEngine
        var state = SessionState.waiting
        var election = RecorderElection()
        /// By principal.
        var viewers: [String: Viewer] = [:]
        /// Whose media arrives in the media plane, if any does.
        var publisher: MediaResourceID?
        /// Whether the server records.
        var isRecorded = false
        /// Of the host that was here last.
        var hostGrant: SignalingGrant?
        var lastUsed: Date

        /// Whether the session has its headset: by signaling, by media, or both.
        var isHosted: Bool { engine.host != nil || publisher != nil }
    }

    /// How media is forwarded.
    struct Forwarding {
        let media: any MediaControl
        let maximumViewers: Int
    }

    let now: @Sendable () -> Date
    let events: any SignalingEvents
    nonisolated let queue: EventQueue
    /// `nil` where sessions are carried from peer to peer.
    nonisolated let forwarding: Forwarding?
    nonisolated let orders = MediaOrders()
    var defaultRoom: DefaultRoom
    var rooms: [String: Room] = [:]
    var members: [ClientID: Member] = [:]
    var waiting: [ClientID: Waiting] = [:]
    /// The connections of the media plane that were opened for sessions.
    var mediaClients: [MediaResourceID: MediaClient] = [:]
    var endedSessions: [String] = []
    var revokedGrants: [String] = []

    /// A hub with nobody in it.
    ///
    /// - Parameters:
    ///   - mode: How the default room brings its clients together.
    ///   - events: Hears who comes and goes in session rooms.
    ///   - media: Forwards the media of sessions; without it rooms relay from peer to peer.
    ///   - maximumViewers: The most clients that watch one session whose media is forwarded.
    public init(
        mode: StockMode,
        events: any SignalingEvents,
        media: (any MediaControl)? = nil,
        maximumViewers: Int = 200
    ) {
        let forwarding = media.map { Forwarding(media: $0, maximumViewers: maximumViewers) }
        self.init(mode: mode, events: events, forwarding: forwarding, now: { Date() })
    }

    /// A hub with nobody in it, by Unity Render Streaming's word for the start-up mode.
    ///
    /// - Parameter startupMode: `private`, else public.
    public init(
        startupMode: String,
        events: any SignalingEvents,
        media: (any MediaControl)? = nil,
        maximumViewers: Int = 200
    ) {
        let mode = StockMode(rawValue: startupMode) ?? .public
        self.init(mode: mode, events: events, media: media, maximumViewers: maximumViewers)
    }

    init(
        mode: StockMode,
        events: any SignalingEvents,
        forwarding: Forwarding? = nil,
        now: @escaping @Sendable () -> Date
    ) {
        self.now = now
        self.forwarding = forwarding
        self.events = events
        queue = EventQueue()
        defaultRoom = DefaultRoom(mode: mode)
    }

    var timestamp: Timestamp {
        Timestamp(milliseconds: Int64(now().timeIntervalSince1970 * 1000))
    }

    /// A room of nobody.
    func makeRoom() -> Room {
        let engine = forwarding.map { RoomEngine(forwardingTo: $0.maximumViewers) } ?? RoomEngine()
        return Room(engine: engine, lastUsed: now())
    }

    // MARK: Coming and going

    /// Puts a client into its room; returns `false` if it is full, or the session over.
    func enter(_ client: ClientID, _ member: Member, recording wantsToRecord: Bool) -> Bool {
        guard let session = member.grant.sessionID else {
            guard member.socket == nil || defaultRoom.sockets.join(client) else { return false }
            members[client] = member
            return true
        }
        guard !endedSessions.contains(session), !isRevoked(member.grant) else { return false }
        var room = rooms[session] ?? makeRoom()
        let role: SessionRoom.Role = member.grant.role == .host ? .host : .viewer
        let wasHosted = room.isHosted
        let transport: SessionRoom.Transport = member.socket == nil ? .polling : .socket
        guard let arrival = room.engine.join(client, as: role, over: transport, at: timestamp) else {
            return false
        }
        room.lastUsed = now()
        members[client] = member
        switch role {
        case .host:
            room.state = .live
            room.hostGrant = member.grant
            if !wasHosted { queue.add(.hostConnected(session)) }
        case .viewer:
            addViewer(client, member.grant, session, to: &room)
            if member.grant.mayRecord, wantsToRecord {
                room.election.add(client, principalID: member.grant.principalID, at: now())
            }
        }
        rooms[session] = room
        if let replaced = arrival.replacedHost {
            members.removeValue(forKey: replaced)?.socket?
                .close(.policyViolation, reason: "Replaced by a newer host")
        }
        send(arrival.deliveries)
        settle(session)
        announce(session)
        return true
    }

    func addViewer(
        _ client: ClientID,
        _ grant: SignalingGrant,
        _ session: String,
        to room: inout Room
    ) {
        guard room.viewers[grant.principalID] == nil else {
            room.viewers[grant.principalID]?.clients.insert(client)
            return
        }
        room.viewers[grant.principalID] = Viewer(clients: [client], name: grant.displayName, joinedAt: now())
        queue.add(.viewerJoined(grant, session))
    }

    /// Takes a client out of its room; does nothing if it is in none.
    func exit(_ client: ClientID) {
        guard let member = members[client] else { return }
        guard let session = member.grant.sessionID else {
            members[client] = nil
            if member.socket != nil { send(defaultRoom.sockets.leave(client)) }
            return
        }
        send(rooms[session]?.engine.leave(client, at: timestamp) ?? [])
        forget(client)
        settle(session)
        announce(session)
    }

    /// Tidies up behind a client that has left its session's room.
    func forget(_ client: ClientID) {
        guard let member = members.removeValue(forKey: client), let session = member.grant.sessionID else {
            return
        }
        rooms[session]?.lastUsed = now()
        switch member.grant.role {
        case .host: hostMayBeLost(session)
        case .viewer:
            rooms[session]?.election.remove(client, at: now())
            removeViewer(client, member.grant.principalID, session)
        }
    }

    /// A host's socket or its media went; the other may still be there.
    func hostMayBeLost(_ session: String) {
        guard rooms[session]?.isHosted != true else { return }
        if rooms[session]?.state == .live { rooms[session]?.state = .interrupted }
        queue.add(.hostLost(session))
    }

    /// Takes one of a person's clients away, and the person with the last of them.
    func removeViewer(_ client: ClientID, _ principal: String, _ session: String) {
        rooms[session]?.viewers[principal]?.clients.remove(client)
        guard rooms[session]?.viewers[principal]?.clients.isEmpty == true else { return }
        rooms[session]?.viewers[principal] = nil
        queue.add(.viewerLeft(principal, session))
    }

    // MARK: Messages

    /// Sends to sockets what an engine has put out.
    func send(_ deliveries: [Delivery]) {
        let timestamp = timestamp
        for delivery in deliveries {
            members[delivery.client]?.socket?.send(delivery.message.webSocketText(at: timestamp))
        }
    }

    /// A message of a socket, before or after it has found its session.
    ///
    /// - Parameter size: Bytes of its text.
    func receive(_ message: ClientMessage, from client: ClientID, size: Int = 0) {
        if let waited = waiting[client] {
            guard waited.messages.count < Self.maximumEarlyMessages,
                waited.bytes + size <= Self.maximumEarlyBytes
            else { return }
            waiting[client]?.messages.append(message)
            waiting[client]?.bytes += size
            return
        }
        guard let member = members[client] else { return }
        if let session = member.grant.sessionID {
            send(rooms[session]?.engine.receive(message, from: client, at: timestamp) ?? [])
            settle(session)
        } else {
            send(defaultRoom.sockets.receive(message, from: client))
        }
    }
}
