/// How the server plays Unity towards one connection of the stock receiver page.
///
/// The page offers a data channel alone. We answer that, then offer media by ourselves and take the page's answer. While
/// nobody publishes its offer waits: the page has no other way of waiting, and sends it again every 5 s.
///
/// ```
/// waiting --somebody publishes--> opening --answered--> open, media offered --> open, media answered
/// ```
struct ReceiverPage: Sendable {
    enum State: Equatable, Sendable {
        /// Nobody publishes; its newest offer.
        case waiting(offer: String)
        /// The media plane makes the answer.
        case opening
        /// Connected, or about to.
        case open(MediaHandle, isMediaOffered: Bool)
    }

    /// What follows from what happened.
    enum Step: Equatable, Sendable {
        /// Something to tell the page, as Unity would.
        case say(ClientMessage)
        /// Something to ask of the media plane.
        case ask(MediaRequest.Call)
        /// The connection is over.
        case end
    }

    let id: ConnectionID
    private(set) var state: State

    /// The page's first offer came.
    init(_ id: ConnectionID, offer: String) {
        self.id = id
        state = .waiting(offer: offer)
    }

    /// Somebody publishes, now or already.
    mutating func published() -> [Step] {
        switch state {
        case .waiting(let offer):
            state = .opening
            return [.ask(.open(offer: offer))]
        case .open(let handle, isMediaOffered: false):
            state = .open(handle, isMediaOffered: true)
            return [.ask(.offerMedia(handle))]
        case .opening, .open: return []
        }
    }

    /// A further offer: the same again, or a change.
    mutating func offered(_ sdp: String) -> [Step] {
        switch state {
        case .waiting:
            state = .waiting(offer: sdp)
            return []
        case .opening: return []
        case .open(let handle, _): return [.ask(.answer(handle, offer: sdp))]
        }
    }

    /// The page's answer to our offer.
    func answered(_ sdp: String) -> [Step] {
        guard case .open(let handle, _) = state else { return [] }
        return [.ask(.accept(handle, answer: sdp))]
    }

    /// What came of a request.
    mutating func replied(_ outcome: MediaOutcome, to call: MediaRequest.Call) -> [Step] {
        switch (call, outcome) {
        case (.open, .opened(let handle, let sdp)):
            state = .open(handle, isMediaOffered: true)
            return [.say(.answer(id, sdp: sdp)), .ask(.offerMedia(handle))]
        case (.answer, .described(let sdp)): return [.say(.answer(id, sdp: sdp))]
        case (.offerMedia, .described(let sdp)): return [.say(.offer(id, sdp: sdp))]
        case (.offerMedia(let handle), .failed):
            // The publisher went just now: media is offered when it is back.
            state = .open(handle, isMediaOffered: false)
            return []
        case (.open, .failed): return [.say(.disconnect(id)), .end]
        default: return []
        }
    }

    /// The media plane has lost the page.
    func lost() -> [Step] { [.say(.disconnect(id)), .end] }

    /// The page is gone, or gives the connection up.
    func closed() -> [Step] {
        guard case .open(let handle, _) = state else { return [] }
        return [.ask(.close(handle))]
    }

    /// The connection in the media plane.
    var handle: MediaHandle? { if case .open(let handle, _) = state { handle } else { nil } }
}
