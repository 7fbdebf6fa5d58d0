import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Turns an HTTP/1.1 connection into a WebSocket when a route answers an upgrade request with 101.
///
/// Sits between the HTTP coders and Hummingbird's handlers for the life of the connection. NIO's own upgraders
/// are not used: they lose the head of a refused request and look at a connection's first request only
/// (swift-nio #2632, #680), which fails behind a proxy that reuses connections.
final class WebSocketUpgradeGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Marks requests that may be answered with 101; removed from what a client sends.
    static let marker: HTTPField.Name = {
        guard let name = HTTPField.Name("x-porthole-websocket") else {
            preconditionFailure("the marker is a valid field name")
        }
        return name
    }()

    /// The upgrade request that waits for its answer; nothing follows it on the connection.
    private struct Upgrade {
        /// How many answers to earlier, pipelined requests come first.
        var answersBefore: Int
        /// `nil` for an upgrade to something other than a WebSocket.
        let key: String?
        /// Held back while the request's body may still become the stream of messages.
        var heldEnd: HTTPServerRequestPart?
    }

    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let options: WebSocketOptions
    private var unanswered = 0
    private var upgrade: Upgrade?
    private var isClosingAfterAnswer = false

    init(
        encoder: HTTPResponseEncoder,
        decoder: ByteToMessageHandler<HTTPRequestDecoder>,
        options: WebSocketOptions
    ) {
        self.encoder = encoder
        self.decoder = decoder
        self.options = options
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = Self.unwrapInboundIn(data)
        switch part {
        case .head(var head):
            head.headers.remove(name: Self.marker.rawName)
            if WebSocketHandshake.asksForUpgrade(head) {
                let key = WebSocketHandshake.key(of: head)
                upgrade = Upgrade(answersBefore: unanswered, key: key)
                if key != nil { head.headers.add(name: Self.marker.rawName, value: "1") }
            }
            unanswered += 1
            context.fireChannelRead(Self.wrapInboundOut(.head(head)))
        case .end where upgrade?.key != nil:
            upgrade?.heldEnd = part
        case .body, .end:
            context.fireChannelRead(data)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .head(let head) where upgrade?.answersBefore == 0 && head.status == .switchingProtocols:
            accept(head, context: context, promise: promise)
        case .head(let head) where upgrade?.answersBefore == 0 && head.status.code >= 200:
            refuse(head, context: context, promise: promise)
        case .end:
            unanswered -= 1
            upgrade?.answersBefore -= 1
            context.write(data, promise: promise)
            if isClosingAfterAnswer {
                context.flush()
                context.close(promise: nil)
            }
        case .head, .body:
            context.write(data, promise: promise)
        }
    }

    private func accept(
        _ head: HTTPResponseHead,
        context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>?
    ) {
        guard let key = upgrade?.key else {
            // A route that answers 101 by itself to something that is no WebSocket handshake.
            promise?.fail(ChannelError.inappropriateOperationForState)
            return context.close(promise: nil)
        }
        var head = head
        head.headers.replaceOrAdd(name: "upgrade", value: "websocket")
        head.headers.replaceOrAdd(name: "connection", value: "Upgrade")
        head.headers.replaceOrAdd(name: "sec-websocket-accept", value: WebSocketHandshake.accept(key))
        context.writeAndFlush(Self.wrapOutboundOut(.head(head)), promise: promise)
        do {
            try switchCoders(context: context)
        } catch {
            context.close(promise: nil)
        }
    }

    /// An ordinary answer; the connection closes behind it, as NIO's decoder parses nothing after an upgrade request.
    private func refuse(
        _ head: HTTPResponseHead,
        context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>?
    ) {
        var head = head
        head.headers.replaceOrAdd(name: "connection", value: "close")
        isClosingAfterAnswer = true
        context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        guard let end = upgrade?.heldEnd else { return }
        upgrade?.heldEnd = nil
        context.fireChannelRead(Self.wrapInboundOut(end))
        context.fireChannelReadComplete()
    }

    /// Puts the WebSocket coders in the place of the HTTP coders.
    ///
    /// The order matters: nothing may be written through the HTTP encoder any more, and the bytes that the HTTP
    /// decoder holds go to the frame decoder. They arrive a tick later and without the `channelReadComplete` for
    /// which `NIOAsyncChannel` waits.
    private func switchCoders(context: ChannelHandlerContext) throws {
        let pipeline = context.pipeline
        let operations = pipeline.syncOperations
        let handlers: [any ChannelHandler] = [
            WebSocketFrameEncoder(),
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: options.maximumMessageSize)),
            WebSocketFrameHandler(options: options),
        ]
        try operations.addHandlers(handlers, position: .before(self))
        operations.removeHandler(encoder, promise: nil)
        operations.removeHandler(decoder).whenComplete { _ in pipeline.fireChannelReadComplete() }
        // Its idle timer sees requests only, not frames, and would cut the socket.
        let idle = try operations.context(handlerType: HTTPConnectionStateHandler.self)
        operations.removeHandler(context: idle, promise: nil)
        operations.removeHandler(self, promise: nil)
    }
}

@available(*, unavailable)
extension WebSocketUpgradeGate: Sendable {}
