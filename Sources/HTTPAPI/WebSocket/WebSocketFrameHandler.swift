import NIOCore
import NIOExtras
import NIOHTTP1
import NIOWebSocket

/// One end of a WebSocket: frames on the wire's side, whole messages as body parts on the route's side.
///
/// Checks masks and UTF-8, joins fragments up to a limit, answers pings, sends its own, cuts the idle, and shakes
/// hands on closing. Confined to the connection's event loop.
///
/// RFC 6455 §5 to §8.
final class WebSocketFrameHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = WebSocketFrame

    /// ```
    /// open --Close sent or received--> closing --TCP closed--> closed
    /// ```
    enum State {
        case open
        case closing
        case closed
    }

    /// A message whose last frame has not come yet.
    private struct Fragments {
        let opcode: WebSocketOpcode
        var bytes: ByteBuffer
        var count = 1
    }

    let options: WebSocketOptions
    var state = State.open
    var closeTimer: Scheduled<Void>?
    private var fragments: Fragments?
    private var hasEnded = false
    private var lastRead = NIODeadline.now()
    private var pingTimer: Scheduled<Void>?

    init(options: WebSocketOptions) {
        self.options = options
    }

    func handlerAdded(context: ChannelHandlerContext) {
        schedulePing(context: context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stopTimers()
    }

    func channelInactive(context: ChannelHandlerContext) {
        state = .closed
        stopTimers()
        endMessages(context: context)
        context.fireChannelInactive()
    }

    private func schedulePing(context: ChannelHandlerContext) {
        let loop = context.eventLoop.assumeIsolated()
        let context = context.loopBound
        pingTimer = loop.scheduleTask(in: TimeAmount(options.pingInterval)) {
            self.ping(context: context.value)
        }
    }

    private func ping(context: ChannelHandlerContext) {
        guard NIODeadline.now() - lastRead <= TimeAmount(options.idleTimeout) else {
            return context.close(promise: nil)
        }
        guard state == .open else { return }
        send(.ping, ByteBuffer(), context: context)
        schedulePing(context: context)
    }

    private func stopTimers() {
        pingTimer?.cancel()
        pingTimer = nil
        closeTimer?.cancel()
        closeTimer = nil
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        lastRead = .now()
        // §5.1: a client masks each frame. §5.2: no extension was agreed on that gives the reserved bits a meaning.
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return fail(.protocolError, context: context)
        }
        switch frame.opcode {
        case .ping:
            if state == .open { send(.pong, frame.unmaskedData, context: context) }
        case .pong:
            break
        case .connectionClose:
            receivedClose(frame.unmaskedData, context: context)
        case .text, .binary:
            receivedStart(of: frame, context: context)
        case .continuation:
            receivedContinuation(frame, context: context)
        default:
            fail(.protocolError, context: context)
        }
    }

    private func receivedStart(of frame: WebSocketFrame, context: ChannelHandlerContext) {
        guard state == .open else { return }
        guard fragments == nil else { return fail(.protocolError, context: context) }
        if frame.fin {
            deliver(frame.opcode, frame.unmaskedData, context: context)
        } else {
            fragments = Fragments(opcode: frame.opcode, bytes: frame.unmaskedData)
        }
    }

    private func receivedContinuation(_ frame: WebSocketFrame, context: ChannelHandlerContext) {
        guard state == .open else { return }
        guard var joined = fragments.take() else { return fail(.protocolError, context: context) }
        joined.count += 1
        joined.bytes.writeImmutableBuffer(frame.unmaskedData)
        guard joined.bytes.readableBytes <= options.maximumMessageSize,
            joined.count <= options.maximumFragments
        else { return fail(.messageTooBig, context: context) }
        if frame.fin {
            deliver(joined.opcode, joined.bytes, context: context)
        } else {
            fragments = joined
        }
    }

    private func deliver(_ opcode: WebSocketOpcode, _ bytes: ByteBuffer, context: ChannelHandlerContext) {
        let message: WebSocketMessage
        if opcode == .text {
            guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
                return fail(.invalidPayload, context: context)
            }
            message = .text(text)
        } else {
            message = .binary(bytes)
        }
        context.fireChannelRead(Self.wrapInboundOut(.body(WebSocketPart.message(message).encoded())))
    }

    /// Tells the route that no more messages come.
    func endMessages(context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        hasEnded = true
        fragments = nil
        context.fireChannelRead(Self.wrapInboundOut(.end(nil)))
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength: fail(.messageTooBig, context: context)
        case .some: fail(.protocolError, context: context)
        case nil: context.fireErrorCaught(error)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            startClose(.goingAway, context: context)
        case ChannelEvent.inputClosed:
            // A WebSocket has no use for a half of a TCP connection.
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Outbound

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .body(.byteBuffer(let buffer)):
            guard state == .open, let part = WebSocketPart(decoding: buffer) else {
                promise?.fail(ChannelError.ioOnClosedChannel)
                return
            }
            write(part, context: context, promise: promise)
        case .end:
            startClose(.normalClosure, context: context)
            promise?.succeed()
        case .head, .body:
            promise?.fail(ChannelError.inappropriateOperationForState)
        }
    }

    private func write(
        _ part: WebSocketPart,
        context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>?
    ) {
        switch part {
        case .message(.text(let text)):
            let frame = WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text))
            context.write(Self.wrapOutboundOut(frame), promise: promise)
        case .message(.binary(let bytes)):
            context.write(
                Self.wrapOutboundOut(WebSocketFrame(fin: true, opcode: .binary, data: bytes)),
                promise: promise
            )
        case .close(let code, let reason):
            startClose(code, reason: reason, context: context)
            promise?.succeed()
        }
    }

    func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer, context: ChannelHandlerContext) {
        context.writeAndFlush(
            Self.wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)),
            promise: nil
        )
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard let control = event as? WebSocketControl else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        switch control {
        case .close(let code, let reason): startClose(code, reason: reason, context: context)
        case .closeWithinTimeout: startCloseTimer(options.closeTimeout, context: context)
        }
        promise?.succeed()
    }

    /// Hummingbird half-closes when its request loop ends and closes on cancellation: both become a closing handshake.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard state != .closed, context.channel.isActive else {
            return context.close(mode: mode, promise: promise)
        }
        startClose(.goingAway, context: context)
        context.channel.closeFuture.cascade(to: promise)
    }
}

@available(*, unavailable)
extension WebSocketFrameHandler: Sendable {}
