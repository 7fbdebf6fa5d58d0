/// What the HTTP surface needs to know of the configuration.
public struct HTTPSettings: Sendable {
    /// Whether ready links, the outbox page and the default room exist.
    public var isDevelopment: Bool
    /// The server's own origin, such as `https://porthole.example`.
    public var origin: String
    /// Whether that origin is https: cookies then are `Secure` and pages may be embedded by other sites.
    public var isSecure: Bool
    /// Other sites that may call the API from their pages and embed the player.
    public var allowedOrigins: [String]
    /// Whether pages on any port of this machine may call too.
    public var allowsLoopbackOrigins: Bool
    /// Whether a peer's address is a proxy whose forwarding headers are believed.
    public var isTrustedProxy: @Sendable (String) -> Bool
    /// Requests to `/api` in a window.
    public var rateLimit: Int
    /// Length of that window, seconds.
    public var rateWindow: Int
    /// Chunk uploads in a minute and grant.
    public var chunkUploadsPerMinute: Int
    /// Bytes of one chunk.
    public var maxChunkBytes: Int
    /// Signaling sockets of one address.
    public var signalingSocketsPerIP: Int
    /// Whether the default room is open to clients without tokens.
    public var allowsAnonymousSignaling: Bool
    /// Whether pages are told to use WebSocket rather than polling.
    public var usesWebSocket: Bool
    /// `public` or `private`: the start-up mode of the default room.
    public var startupMode: String
    /// Whether media goes through the server; else from peer to peer.
    public var forwardsMedia: Bool
    /// What opens `/metrics`; `nil` opens it to this machine only.
    public var metricsToken: String?
    /// The folder of the pages.
    public var webDirectory: String
    /// The program's version.
    public var version: String
    /// Links for `/` in development.
    public var readyLinks: [ReadyLink]

    /// Settings of a development server.
    public init(origin: String, webDirectory: String, version: String) {
        isDevelopment = true
        self.origin = origin
        isSecure = origin.hasPrefix("https:")
        allowedOrigins = []
        allowsLoopbackOrigins = true
        isTrustedProxy = { _ in false }
        rateLimit = 100
        rateWindow = 900
        chunkUploadsPerMinute = 60
        maxChunkBytes = 16_000_000
        signalingSocketsPerIP = 64
        allowsAnonymousSignaling = true
        usesWebSocket = true
        startupMode = "public"
        forwardsMedia = false
        metricsToken = nil
        self.webDirectory = webDirectory
        self.version = version
        readyLinks = []
    }
}

extension HTTPSettings {
    /// The API's word for how a session is carried.
    var mediaMode: String { forwardsMedia ? "sfu" : "p2p" }
}

/// One link that is ready to be opened.
public struct ReadyLink: Equatable, Sendable {
    /// A word or two.
    public var title: String
    /// What it opens.
    public var description: String
    /// With a token where it needs one.
    public var url: String

    /// Makes a link.
    public init(title: String, description: String, url: String) {
        self.title = title
        self.description = description
        self.url = url
    }
}
