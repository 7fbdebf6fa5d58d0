/// How the server gets a stock Unity application to send to it, once.
///
/// Broadcast acts only on an offer with a connection id that it has not seen. One without any sections makes it offer
/// its own media, which we answer. An application that does not know what to do with such an offer gets one with a
/// data channel, as its own receiver page sends. SingleConnection offers by itself.
///
/// ```
/// idle --host comes--> due --id--> asking(empty) --no offer in time--> due(application) --id--> asking(application)
///   ^                   ^              |  host offers media                                        |
///   |                   |              v                                                           v
///   host goes,          +--pause-- opening --answered--> running <--answered-- (accepted, host offers media)
///   another publishes   ^                                   |
///                       +-----media lost, host disconnects--+
/// ```
///
/// No id is offered twice: Unity answers no second offer. The id before is given up first, since a second connection
/// that opens before the first is closed damages its video.
struct Ingest: Sendable {
    /// How long a host may take to offer its media.
    static let patience = Duration.seconds(3)
    /// The same for one that polls: Unity does so every 5 s, and asks and answers in different polls.
    static let pollingPatience = Duration.seconds(13)
    /// How long the offer of a data channel may take to lead to media.
    static let applicationPatience = Duration.seconds(10)
    /// How long to wait after both kinds of offer led to nothing, and at most, as it doubles.
    static let firstPause = Duration.seconds(10)
    static let longestPause = Duration.seconds(60)

    /// What the host is offered.
    enum Kind: Equatable, Sendable {
        /// No sections at all.
        case empty
        /// A data channel alone, as the stock receiver page offers it.
        case application
    }

    enum State: Equatable, Sendable {
        /// There is nobody to ask, or no need to.
        case idle
        /// The next attempt begins then.
        case pausing(until: Timestamp)
        /// The next attempt begins as soon as it gets an id.
        case due(Kind)
        /// The host is to offer its media.
        case asking(Kind, ConnectionID, MediaHandle?, until: Timestamp)
        /// The media plane makes the answer.
        case opening(ConnectionID)
        /// The host sends, or is about to.
        case running(ConnectionID, MediaHandle)
    }

    /// What follows from what happened.
    enum Step: Equatable, Sendable {
        /// Something to tell the host, as a viewer would.
        case say(ClientMessage)
        /// Something to ask of the media plane.
        case ask(ConnectionID, MediaRequest.Call)
    }

    private(set) var state = State.idle
    private(set) var isHostThere = false
    private var isHostPolling = false
    /// Somebody else publishes in the room, by WHIP.
    private var rival: MediaHandle?
    private var pause = Ingest.firstPause
    /// Ids that were given up: what the host still says about them is belated.
    ///
    /// The oldest give way.
    private var givenUp: [ConnectionID] = []
    static let maximumGivenUp = 16

    // MARK: The host

    /// A host is there, newly or again.
    mutating func hostCame(polling: Bool) -> [Step] {
        isHostThere = true
        isHostPolling = polling
        switch state {
        // Unity opens its socket again without a word and goes on sending.
        case .opening, .running: return []
        case .idle, .pausing, .due, .asking: return restart()
        }
    }

    /// No host is there any more; its media may go on.
    mutating func hostLeft() -> [Step] {
        isHostThere = false
        switch state {
        case .opening, .running, .idle: return []
        case .pausing, .due, .asking: return abandon()
        }
    }

    /// The host takes up a connection by itself, as SingleConnection does; its offer is to follow.
    mutating func hostConnected(_ id: ConnectionID, at now: Timestamp) -> [Step] {
        guard rival == nil, id != current else { return [] }
        let steps = abandon()
        givenUp.removeAll { $0 == id }
        state = .asking(.empty, id, nil, until: deadline(.application, now))
        return steps
    }

    /// The host's offer of media.
    mutating func hostOffered(_ id: ConnectionID, sdp: String) -> [Step] {
        switch state {
        case .asking(_, id, let handle?, _):
            state = .running(id, handle)
            return [.ask(id, .answer(handle, offer: sdp))]
        case .asking(_, id, nil, _):
            state = .opening(id)
            return [.ask(id, .open(offer: sdp))]
        case .running(id, let handle):
            return [.ask(id, .answer(handle, offer: sdp))]
        // It offers again until it is answered, which it is about to be.
        case .opening(id): return []
        default: return rival == nil ? [] : [.say(.disconnect(id))]
        }
    }

    /// The host's answer to our offer; that to an empty one has nothing in it.
    mutating func hostAnswered(_ id: ConnectionID, sdp: String) -> [Step] {
        guard case .asking(.application, id, let handle?, _) = state else { return [] }
        return [.ask(id, .accept(handle, answer: sdp))]
    }

    /// The host gives its connection up.
    mutating func hostDisconnected(_ id: ConnectionID, at now: Timestamp) -> [Step] {
        guard id == current else { return [] }
        let steps = closing()
        state = .pausing(until: now.advanced(by: Self.patience))
        return steps
    }

    // MARK: The media plane

    /// What came of a request.
    mutating func replied(
        _ outcome: MediaOutcome,
        to call: MediaRequest.Call,
        of id: ConnectionID,
        at now: Timestamp
    ) -> [Step] {
        switch (call, outcome, state) {
        case (.emptyOffer, .described(let sdp), .asking(.empty, id, nil, _)):
            return [.say(.offer(id, sdp: sdp))]
        case (.openByOffer, .opened(let handle, let sdp), .asking(.application, id, nil, let until)):
            state = .asking(.application, id, handle, until: until)
            return [.say(.offer(id, sdp: sdp))]
        case (.open, .opened(let handle, let sdp), .opening(id)):
            state = .running(id, handle)
            return [.say(.answer(id, sdp: sdp))]
        case (.answer, .described(let sdp), .running(id, _)):
            return [.say(.answer(id, sdp: sdp))]
        // What was opened for an attempt that is over meanwhile.
        case (_, .opened(let handle, _), _):
            return [.ask(id, .close(handle))]
        case (.close, _, _), (_, .done, _), (_, .described, _):
            return []
        case (_, .failed, _):
            guard id == current else { return [] }
            return giveUp(at: now)
        }
    }

    /// Media arrives, of ours or of somebody else.
    mutating func published(_ handle: MediaHandle) -> [Step] {
        switch state {
        case .running(_, handle):
            pause = Self.firstPause
            return []
        // Connected for its data channel; its media is to come.
        case .asking(_, _, handle, _): return []
        default: break
        }
        rival = handle
        return abandon()
    }

    /// Media arrives no more.
    mutating func unpublished(_ handle: MediaHandle) -> [Step] {
        if rival == handle {
            rival = nil
            return isHostThere && state == .idle ? restart() : []
        }
        switch state {
        case .running(_, handle), .asking(_, _, handle, _): return isHostThere ? restart() : abandon()
        default: return []
        }
    }

    /// A publisher did not get through to the media plane.
    mutating func failed(at now: Timestamp) -> [Step] {
        guard case .running = state else { return [] }
        return giveUp(at: now)
    }

    // MARK: Time

    /// Lets time pass.
    mutating func advance(to now: Timestamp) -> [Step] {
        switch state {
        case .asking(.empty, _, _, let until) where until <= now:
            let steps = abandon()
            state = .due(.application)
            return steps
        case .asking(.application, _, _, let until) where until <= now:
            return giveUp(at: now)
        case .pausing(let until) where until <= now:
            return restart()
        default:
            return []
        }
    }

    /// Whether an attempt waits for its id.
    var needsID: Bool { if case .due = state { true } else { false } }

    /// Begins an attempt under an id that was never used.
    mutating func begin(_ id: ConnectionID, at now: Timestamp) -> [Step] {
        guard case .due(let kind) = state else { return [] }
        state = .asking(kind, id, nil, until: deadline(kind, now))
        return [.ask(id, kind == .empty ? .emptyOffer : .openByOffer)]
    }

    // MARK: Within

    /// The id that the host knows.
    var current: ConnectionID? {
        switch state {
        case .idle, .pausing, .due: nil
        case .asking(_, let id, _, _), .opening(let id), .running(let id, _): id
        }
    }

    /// Whether the host was told that a connection is over, or is about to be.
    func hasGivenUp(_ id: ConnectionID) -> Bool { givenUp.contains(id) }

    private func deadline(_ kind: Kind, _ now: Timestamp) -> Timestamp {
        let patience = kind == .empty ? Self.patience : Self.applicationPatience
        return now.advanced(by: isHostPolling ? max(patience, Self.pollingPatience) : patience)
    }

    /// Closes what is open in the media plane.
    private func closing() -> [Step] {
        switch state {
        case .asking(_, let id, let handle?, _), .running(let id, let handle): [.ask(id, .close(handle))]
        default: []
        }
    }

    /// Gives the attempt or the connection up.
    private mutating func abandon() -> [Step] {
        let steps = closing() + (current.map { [.say(.disconnect($0))] } ?? [])
        if let current {
            if givenUp.count >= Self.maximumGivenUp { givenUp.removeFirst() }
            givenUp.append(current)
        }
        state = .idle
        return steps
    }

    /// Begins anew at once, unless somebody else publishes.
    private mutating func restart() -> [Step] {
        let steps = abandon()
        if rival == nil { state = .due(.empty) }
        return steps
    }

    /// Gives up for a while, longer each time.
    private mutating func giveUp(at now: Timestamp) -> [Step] {
        let steps = abandon()
        guard isHostThere, rival == nil else { return steps }
        state = .pausing(until: now.advanced(by: pause))
        pause = min(pause * 2, Self.longestPause)
        return steps
    }
}
