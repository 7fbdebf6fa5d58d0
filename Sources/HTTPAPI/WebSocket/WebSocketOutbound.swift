import NIOCore
import Synchronization

/// The sending half of a WebSocket, usable from any task.
///
/// Sending never waits: messages go into a bounded queue that the connection empties as fast as its peer reads.
/// A peer so slow that the queue is full is closed with 1013, for a message that is skipped would leave the two
/// sides with different ideas of the conversation.
final class WebSocketOutbound: Sendable {
    /// What the connection writes next; finished by the first close.
    let parts: AsyncStream<WebSocketPart>

    private let continuation: AsyncStream<WebSocketPart>.Continuation
    private let channel: any Channel
    private let maximumQueuedBytes: Int
    private let queuedBytes = Mutex(0)

    init(channel: any Channel, options: WebSocketOptions) {
        // One more than the bound, for the Close frame behind a full queue.
        let policy = AsyncStream<WebSocketPart>.Continuation.BufferingPolicy
            .bufferingOldest(
                options.maximumQueuedMessages + 1
            )
        (parts, continuation) = AsyncStream.makeStream(of: WebSocketPart.self, bufferingPolicy: policy)
        self.channel = channel
        maximumQueuedBytes = options.maximumQueuedBytes
    }

    /// Queues a message; does nothing once the socket is closing.
    func send(_ message: WebSocketMessage) {
        let isTooMuch = queuedBytes.withLock { bytes in
            bytes += message.size
            return bytes > maximumQueuedBytes
        }
        guard !isTooMuch, case .enqueued(let remaining) = continuation.yield(.message(message)), remaining > 0
        else { return overflow() }
    }

    /// Sends a Close frame behind what is queued; the connection ends within the close timeout, come what may.
    ///
    /// RFC 6455 §7.1.2.
    func close(_ code: WebSocketCloseCode, reason: String = "") {
        continuation.yield(.close(code, reason: reason))
        continuation.finish()
        channel.triggerUserOutboundEvent(WebSocketControl.closeWithinTimeout, promise: nil)
    }

    /// Gives the room of a part back; the connection calls it for each part it has written.
    func wrote(_ part: WebSocketPart) {
        guard case .message(let message) = part else { return }
        queuedBytes.withLock { $0 -= message.size }
    }

    /// Makes later sends no-ops; the connection calls it when it can write no more.
    func abandon() {
        continuation.finish()
    }

    private func overflow() {
        continuation.finish()
        channel.triggerUserOutboundEvent(
            WebSocketControl.close(.tryAgainLater, reason: "Too slow"),
            promise: nil
        )
    }
}

/// What the sending half asks of ``WebSocketFrameHandler`` past the queue.
enum WebSocketControl: Sendable {
    /// Start the closing handshake now.
    case close(WebSocketCloseCode, reason: String)
    /// A Close frame is on its way through the queue: cut the connection if it does not get through in time.
    case closeWithinTimeout
}
