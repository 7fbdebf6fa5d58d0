public import HummingbirdCore

extension HTTPServerBuilder {
    /// A server of HTTP/1.1 whose routes may answer with a WebSocket.
    ///
    /// - Parameters:
    ///   - options: Limits and timers of the WebSockets.
    ///   - idleTimeout: How long an HTTP connection may be idle; WebSockets have their own.
    public static func http1WithWebSockets(
        options: WebSocketOptions = WebSocketOptions(),
        idleTimeout: Duration = .seconds(60)
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            WebSocketHTTPChannel(responder: responder, options: options, idleTimeout: idleTimeout)
        }
    }
}
