import PortholeCore
import Synchronization

/// Tells everybody who listens what happens on the loops.
///
/// Each listener has a queue of its own; the oldest events of one that does not listen are dropped.
final class MediaEventBroadcaster: Sendable {
    /// Events that a listener may be behind.
    private static let capacity = 1024

    private let listeners = Mutex<[Int: AsyncStream<MediaEvent>.Continuation]>([:])
    private let next = Atomic(0)

    /// Everything from now on.
    func events() -> AsyncStream<MediaEvent> {
        let id = next.add(1, ordering: .relaxed).newValue
        let (stream, continuation) = AsyncStream.makeStream(
            of: MediaEvent.self,
            bufferingPolicy: .bufferingNewest(Self.capacity)
        )
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { $0[id] = nil }
        }
        listeners.withLock { $0[id] = continuation }
        return stream
    }

    func send(_ event: MediaEvent) {
        let all = listeners.withLock { Array($0.values) }
        for continuation in all { continuation.yield(event) }
    }

    func finish() {
        let all = listeners.withLock { Array($0.values) }
        for continuation in all { continuation.finish() }
    }
}
