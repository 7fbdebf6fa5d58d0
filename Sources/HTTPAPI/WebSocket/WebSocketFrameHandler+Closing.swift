import NIOCore
import NIOWebSocket

/// The closing handshake.
///
/// RFC 6455 §7.
extension WebSocketFrameHandler {
    /// How long a peer that broke the protocol may take to read why, before the connection is cut.
    private static var failureTimeout: Duration { .milliseconds(500) }

    /// Sends a Close frame and waits for the peer's; the connection is cut if it takes too long.
    func startClose(_ code: WebSocketCloseCode, reason: String = "", context: ChannelHandlerContext) {
        guard state == .open else { return }
        state = .closing
        var payload = ByteBuffer()
        payload.writeInteger(code.rawValue)
        payload.writeString(reason)
        send(.connectionClose, payload, context: context)
        endMessages(context: context)
        startCloseTimer(options.closeTimeout, context: context)
    }

    /// Answers the peer's Close frame, or takes it as the answer to ours, and closes TCP first, as a server does.
    ///
    /// RFC 6455 §5.5.1 and §7.1.1.
    func receivedClose(_ payload: ByteBuffer, context: ChannelHandlerContext) {
        if state == .open {
            state = .closing
            let code = Self.answer(toClose: payload)
            send(.connectionClose, ByteBuffer(integer: code.rawValue), context: context)
        }
        endMessages(context: context)
        context.close(promise: nil)
    }

    /// Fails the connection: says why, then cuts it without much waiting.
    ///
    /// RFC 6455 §7.1.7.
    func fail(_ code: WebSocketCloseCode, context: ChannelHandlerContext) {
        guard state != .closed else { return }
        startClose(code, context: context)
        startCloseTimer(Self.failureTimeout, context: context)
    }

    func startCloseTimer(_ timeout: Duration, context: ChannelHandlerContext) {
        guard state != .closed else { return }
        closeTimer?.cancel()
        let loop = context.eventLoop.assumeIsolated()
        let context = context.loopBound
        closeTimer = loop.scheduleTask(in: TimeAmount(timeout)) { context.value.close(promise: nil) }
    }

    /// The code that answers a Close frame's: the same one, or 1002 if the peer may not send it.
    private static func answer(toClose payload: ByteBuffer) -> WebSocketCloseCode {
        var payload = payload
        guard payload.readableBytes > 0 else { return .normalClosure }
        guard
            let code = payload.readInteger(as: UInt16.self).map(WebSocketCloseCode.init(rawValue:)),
            code.isSendable, String(validating: payload.readableBytesView, as: UTF8.self) != nil
        else { return .protocolError }
        return code
    }
}
