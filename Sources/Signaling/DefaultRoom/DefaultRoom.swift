/// The room of everybody who comes without a token: the stock Unity Render Streaming server, without its crashes.
///
/// Clients of the two transports never see each other, as on that server.
public struct DefaultRoom: Sendable {
    /// Whether connections are public or private.
    public let mode: StockMode
    /// The WebSocket clients.
    public var sockets: StockSockets
    /// The HTTP clients.
    public var polling: StockPolling

    /// An empty room.
    public init(mode: StockMode) {
        self.mode = mode
        sockets = StockSockets(mode: mode)
        polling = StockPolling(mode: mode)
    }

    /// Lets time pass.
    public mutating func advance(to now: Timestamp) {
        polling.advance(to: now)
    }
}
