/// The room of one streaming session: one host, any number of viewers, over sockets and polling alike.
///
/// To stock clients it looks like a server in public mode, but it routes: what a viewer says reaches the host only,
/// and what the host says about a connection reaches only the viewer that owns it.
///
/// ```
/// unclaimed --viewer connects or offers--> owned --either disconnects, viewer leaves--> gone
///     ^                                      ^
///     host connects or offers first          viewer connects or offers first
/// ```
///
/// Connections survive the host's absence, for Unity opens its socket again every 5 s without saying anything.
/// What it would have been told meanwhile is held and delivered on its return.
public struct SessionRoom: Sendable {
    /// The most viewers unless a room is made for more: as many as no headset can encode for.
    ///
    /// Another is not let in.
    public static let maximumViewers = 64
    /// The most connections of one viewer, and the most that the host has opened and no viewer taken; another is
    /// answered with an error.
    public static let maximumConnections = 32
    /// The most messages held for one end of one connection; another is dropped, since offers are sent again.
    public static let maximumHeldMessages = 64
    /// The most bytes held in the whole room; another message is dropped.
    public static let maximumHeldBytes = 4 * 1024 * 1024
    /// The most ended connections that an absent host still has to hear of; the oldest give way.
    public static let maximumFarewells = 256
    /// How long a polling client may be silent: Unity polls every 5 s, so two polls may get lost.
    public static let pollingTimeout = Duration.seconds(15)

    /// What a client is in the room.
    public enum Role: Sendable {
        /// Streams.
        case host
        /// Watches.
        case viewer
    }

    /// How a client is reached.
    public enum Transport: Sendable {
        /// At once.
        case socket
        /// When it asks.
        case polling
    }

    struct Client {
        let role: Role
        var lastHeard: Timestamp
        /// `nil` for a socket.
        var mailbox: Mailbox?
    }

    struct Connection {
        /// `nil` while only the host has named the connection.
        var viewer: ClientID?
        /// Whether the host was told of it or named it, and so has to hear of its end.
        var isKnownToHost = false
        /// Whether the host has answered or offered: only then can it make use of candidates.
        var isNegotiated = false
        var heldForHost: [ServerMessage] = []
        var heldForViewer: [ServerMessage] = []
    }

    /// The client that streams now.
    public internal(set) var host: ClientID?
    var clients: [ClientID: Client] = [:]
    var connections: [ConnectionID: Connection] = [:]
    /// Connections that ended while the host was away.
    var farewells: [ConnectionID] = []

    let maximumViewers: Int

    /// An empty room.
    public init(maximumViewers: Int = Self.maximumViewers) {
        self.maximumViewers = maximumViewers
    }

    /// The clients that watch.
    public var viewers: [ClientID] {
        clients.filter { $0.value.role == .viewer }.keys.sorted { $0.rawValue < $1.rawValue }
    }

    /// The connections that a viewer owns.
    public func connections(of viewer: ClientID) -> [ConnectionID] {
        connections.filter { $0.value.viewer == viewer }.keys.sorted { $0.rawValue < $1.rawValue }
    }

    /// Whether nobody is here.
    public var isEmpty: Bool { clients.isEmpty }

    /// What follows from a client's coming.
    public struct Arrival: Equatable, Sendable {
        /// What to send.
        public var deliveries: [Delivery] = []
        /// The host that a newer one replaced; it is no longer in the room.
        public var replacedHost: ClientID?
    }

    /// Lets a client in, or returns `nil` if the room is full.
    ///
    /// A newer host replaces the older one and is told what was held for it.
    public mutating func join(
        _ client: ClientID,
        as role: Role,
        over transport: Transport,
        at now: Timestamp
    ) -> Arrival? {
        guard clients[client] == nil else { return nil }
        let mailbox = transport == .polling ? Mailbox() : nil
        switch role {
        case .viewer:
            guard clients.count - (host == nil ? 0 : 1) < maximumViewers else { return nil }
            clients[client] = Client(role: role, lastHeard: now, mailbox: mailbox)
            return Arrival()
        case .host:
            let replaced = host
            if let replaced { clients[replaced] = nil }
            clients[client] = Client(role: role, lastHeard: now, mailbox: mailbox)
            host = client
            return Arrival(deliveries: welcomeHost(at: now), replacedHost: replaced)
        }
    }

    /// A client went: the host hears of the end of each of a viewer's connections, viewers hear nothing of the host's.
    public mutating func leave(_ client: ClientID, at now: Timestamp) -> [Delivery] {
        guard let left = clients.removeValue(forKey: client) else { return [] }
        switch left.role {
        case .host:
            host = nil
            return []
        case .viewer:
            return connections(of: client).flatMap { end($0, at: now) }
        }
    }

    /// A client's message came.
    public mutating func receive(
        _ message: ClientMessage,
        from client: ClientID,
        at now: Timestamp
    ) -> [Delivery] {
        guard let role = clients[client]?.role else { return [] }
        clients[client]?.lastHeard = now
        return switch role {
        case .host: hostSaid(message, client, now)
        case .viewer: viewerSaid(message, client, now)
        }
    }

    /// What follows from time passing.
    public struct Passage: Equatable, Sendable {
        /// Polling clients that have been silent for too long; they are no longer in the room.
        public var departed: [ClientID] = []
        /// What to send.
        public var deliveries: [Delivery] = []
    }

    /// Lets time pass; to be called about once a second while somebody polls.
    public mutating func advance(to now: Timestamp) -> Passage {
        let silent = clients.filter { client in
            client.value.mailbox != nil && now.since(client.value.lastHeard) >= Self.pollingTimeout
        }
        let departed = silent.keys.sorted { $0.rawValue < $1.rawValue }
        return Passage(departed: departed, deliveries: departed.flatMap { leave($0, at: now) })
    }
}
