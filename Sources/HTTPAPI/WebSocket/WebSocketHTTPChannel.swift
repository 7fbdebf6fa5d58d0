import HTTPTypes
public import HummingbirdCore
public import Logging
public import NIOCore
import NIOHTTP1
public import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// HTTP/1.1 whose routes may answer with a WebSocket.
///
/// A drop-in for Hummingbird's `HTTP1Channel`. An upgrade is an ordinary request: it runs through middleware and
/// route, and only an answer of 101 turns the connection into a WebSocket (``WebSocketUpgradeGate``). From there on
/// the request's and the response's bodies carry the messages, as in RFC 8441.
public struct WebSocketHTTPChannel: ServerChildChannel, HTTPChannelHandler {
    /// The connection as Hummingbird reads and writes it.
    public typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// Answers each request.
    public let responder: HTTPChannelHandler.Responder

    private let options: WebSocketOptions
    private let idleTimeout: Duration

    /// What a route needs to know of the connection that its request came on.
    struct Connection: Sendable {
        let channel: any Channel
        let options: WebSocketOptions
    }

    /// The connection that the current request came on; `nil` when requests come without one, as in router tests.
    @TaskLocal static var connection: Connection?

    /// What a request's head may hold: many times a token and a cookie, and little enough to keep for everybody.
    private static var headLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 * 1024
        limits.maxHeaderListSize = 32 * 1024
        limits.maxHeaderFieldCount = 128
        return limits
    }

    /// Creates the channel.
    ///
    /// - Parameters:
    ///   - responder: Answers each request.
    ///   - options: Limits and timers of the WebSockets.
    ///   - idleTimeout: How long an HTTP connection may be idle; WebSockets have their own.
    public init(
        responder: @escaping HTTPChannelHandler.Responder,
        options: WebSocketOptions = WebSocketOptions(),
        idleTimeout: Duration = .seconds(60)
    ) {
        self.responder = responder
        self.options = options
        self.idleTimeout = idleTimeout
    }

    /// Builds the pipeline: HTTP/1.1 coders, the upgrade gate, Hummingbird's own handlers.
    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let encoder = HTTPResponseEncoder()
            let requestDecoder = HTTPRequestDecoder(
                leftOverBytesStrategy: .forwardBytes,
                limitConfiguration: Self.headLimits
            )
            let decoder = ByteToMessageHandler(requestDecoder)
            let gate = WebSocketUpgradeGate(encoder: encoder, decoder: decoder, options: options)
            try channel.pipeline.syncOperations.addHandlers([
                encoder,
                decoder,
                gate,
                HTTP1ToHTTPServerCodec(secure: false),
                HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger),
            ])
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
        }
    }

    /// Serves the connection until it closes.
    public func handle(value: Value, logger: Logger) async {
        await Self.$connection.withValue(Connection(channel: value.channel, options: options)) {
            await handleHTTP(asyncChannel: value, logger: logger)
        }
    }
}
