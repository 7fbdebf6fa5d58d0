/// What happened and the domain has not heard of yet, in order.
struct EventQueue: Sendable {
    enum Event: Sendable {
        case hostConnected(_ session: String)
        case hostLost(_ session: String)
        /// The host knows the server under this connection id from now on.
        case ingestBegan(_ connectionID: String, _ session: String)
        case viewerJoined(SignalingGrant, _ session: String)
        case viewerLeft(_ principal: String, _ session: String)
    }

    /// The events, for one reader.
    let events: AsyncStream<Event>

    private let continuation: AsyncStream<Event>.Continuation

    init() {
        // Unbounded, for a lost event would be a viewer who never left; what can come in is bounded by the limits
        // on sockets and on their rate.
        (events, continuation) = AsyncStream.makeStream(of: Event.self)
    }

    func add(_ event: Event) {
        continuation.yield(event)
    }

    /// Ends ``events`` behind what has been added.
    func finish() {
        continuation.finish()
    }
}
