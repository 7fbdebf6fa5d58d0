import CMediaSockets

/// Wakes a loop from another thread.
final class LoopWake: Sendable {
    let descriptor: Int32

    init() throws(MediaSocketError) {
        descriptor = cms_event_new()
        guard descriptor >= 0 else { throw .init(operation: "make an event", code: -descriptor) }
    }

    deinit { cms_close(descriptor) }

    func signal() { cms_event_signal(descriptor) }

    func clear() { cms_event_clear(descriptor) }
}
