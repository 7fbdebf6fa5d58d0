/// Limits and timers of one WebSocket connection.
public struct WebSocketOptions: Sendable {
    /// The largest message accepted, in bytes, whether whole or in fragments: ten times a usual SDP.
    public var maximumMessageSize = 64 * 1024

    /// The most frames one message may be cut into; Unity cuts at 1016 bytes, the largest message into 65.
    public var maximumFragments = 1024

    /// How often a ping is sent: well below the 60 s after which common proxies cut an idle connection.
    public var pingInterval: Duration = .seconds(20)

    /// How long nothing at all may arrive before the connection is cut: three unanswered pings.
    public var idleTimeout: Duration = .seconds(60)

    /// How long the peer may take to answer a Close frame before the connection is cut.
    public var closeTimeout: Duration = .seconds(5)

    /// The most messages that wait for a slow reader; one more closes the socket with 1013.
    public var maximumQueuedMessages = 256

    /// The most bytes that wait for a slow reader; one more closes the socket with 1013.
    public var maximumQueuedBytes = 1024 * 1024

    /// Creates the options that signaling uses.
    public init() {}
}
