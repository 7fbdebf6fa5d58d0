public import PortholeCore
import Synchronization

/// A media plane without media: it answers, remembers, and lets a test say what happens to connections.
///
/// Its texts are words, not descriptions; `offer` in an answer is what it was offered.
public final class FakeMediaControl: MediaControl {
    /// What was asked of it and has no answer of interest.
    public enum Order: Equatable, Sendable {
        /// A connection was opened.
        case open(MediaGrant, offer: String)
        /// A connection was opened by our own offer.
        case openByOffer(MediaGrant)
        /// The answer to our own offer.
        case accept(MediaResourceID, answer: String)
        /// A further offer.
        case answer(MediaResourceID, offer: String)
        /// Our own offer of media.
        case offerMedia(MediaResourceID)
        /// A fragment, and the entity tag that it came with.
        case trickle(MediaResourceID, fragment: String, entityTag: String?)
        /// A restart of ICE.
        case restart(MediaResourceID, fragment: String)
        /// The end of a connection.
        case close(MediaResourceID)
        /// The end of several.
        case cut(MediaCut)
    }

    private struct State {
        var count = 0
        var grants: [MediaResourceID: MediaGrant] = [:]
        var connected: Set<MediaResourceID> = []
        var orders: [Order] = []
        var refusal: MediaError?
        var listeners: [AsyncStream<MediaEvent>.Continuation] = []
        var totals = MediaTotals()
    }

    private let state = Mutex(State())

    /// Makes one that nobody is connected to.
    public init() {}

    // MARK: What a test says and asks

    /// Refuses what is asked from now on; `nil` answers again.
    public func refuse(with error: MediaError?) {
        state.withLock { $0.refusal = error }
    }

    /// The orders since the last call.
    public func takeOrders() -> [Order] {
        state.withLock { state in
            defer { state.orders = [] }
            return state.orders
        }
    }

    /// A connection gets through.
    public func connect(_ resource: MediaResourceID) {
        guard let grant = state.withLock({ $0.grants[resource] }) else { return }
        state.withLock { _ = $0.connected.insert(resource) }
        switch grant.role {
        case .publisher: emit(.publisherConnected(grant.room, resource))
        case .viewer: emit(.viewerConnected(grant.room, resource, principalID: grant.principalID))
        }
    }

    /// A connection is lost, or never gets through.
    public func lose(_ resource: MediaResourceID) {
        let (grant, wasConnected) = state.withLock {
            ($0.grants.removeValue(forKey: resource), $0.connected.remove(resource) != nil)
        }
        guard let grant else { return }
        switch grant.role {
        case _ where !wasConnected: emit(.connectionFailed(grant.room, grant.role))
        case .publisher: emit(.publisherLost(grant.room, resource))
        case .viewer: emit(.viewerLeft(grant.room, resource, principalID: grant.principalID))
        }
    }

    /// A connection is gone and nobody hears of it.
    public func loseSilently(_ resource: MediaResourceID) {
        state.withLock { state in
            state.grants[resource] = nil
            state.connected.remove(resource)
        }
    }

    /// The open connections.
    public var open: [MediaResourceID: MediaGrant] { state.withLock(\.grants) }

    /// How many listen to what happens.
    public var listenerCount: Int { state.withLock(\.listeners.count) }

    /// Sets the figures of the whole plane.
    public func setTotals(_ totals: MediaTotals) {
        state.withLock { $0.totals = totals }
    }

    /// Says that something happened.
    public func emit(_ event: MediaEvent) {
        for listener in state.withLock(\.listeners) { listener.yield(event) }
    }

    // MARK: The port

    /// Opens a connection named `r1`, `r2` and so on.
    public func open(_ grant: MediaGrant, offer: String) async throws(MediaError) -> MediaDescription {
        let resource = try add(grant, .open(grant, offer: offer))
        return MediaDescription(resource: resource, sdp: "answer to \(offer)", entityTag: "e1")
    }

    /// Opens a connection likewise.
    public func openByOffer(_ grant: MediaGrant) async throws(MediaError) -> MediaDescription {
        let resource = try add(grant, .openByOffer(grant))
        return MediaDescription(resource: resource, sdp: "application offer", entityTag: "e1")
    }

    /// A word.
    public func emptyOffer() async -> String { "empty offer" }

    /// Remembers the order.
    public func accept(answer: String, of resource: MediaResourceID) async throws(MediaError) {
        try note(.accept(resource, answer: answer), of: resource)
    }

    /// Remembers the order.
    public func answer(offer: String, of resource: MediaResourceID) async throws(MediaError) -> String {
        try note(.answer(resource, offer: offer), of: resource)
        return "answer to \(offer)"
    }

    /// Remembers the order.
    public func offerMedia(to resource: MediaResourceID) async throws(MediaError) -> String {
        try note(.offerMedia(resource), of: resource)
        return "media offer"
    }

    /// Remembers the order; takes only the tag `e1`.
    public func trickle(
        fragment: String,
        to resource: MediaResourceID,
        entityTag: String?
    ) async throws(MediaError) {
        if let entityTag, entityTag != "e1" { throw .staleEntityTag }
        try note(.trickle(resource, fragment: fragment, entityTag: entityTag), of: resource)
    }

    /// Remembers the order.
    public func restartICE(
        fragment: String,
        of resource: MediaResourceID
    ) async throws(MediaError) -> MediaDescription {
        try note(.restart(resource, fragment: fragment), of: resource)
        return MediaDescription(resource: resource, sdp: "fragment", entityTag: "e2")
    }

    /// As opened.
    public func grant(of resource: MediaResourceID) async -> MediaGrant? {
        state.withLock { $0.grants[resource] }
    }

    /// Ends a connection, with its event if it was connected.
    public func close(_ resource: MediaResourceID) async {
        guard state.withLock({ $0.grants[resource] }) != nil else { return }
        state.withLock { $0.orders.append(.close(resource)) }
        end(resource)
    }

    /// Ends the connections that are meant.
    public func cut(_ cut: MediaCut) async {
        let meant = state.withLock { state in
            state.orders.append(.cut(cut))
            return state.grants.filter { cut.means($0.value) }.keys
        }
        for resource in meant { end(resource) }
    }

    /// What happens from now on.
    public func events() -> AsyncStream<MediaEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: MediaEvent.self)
        state.withLock { $0.listeners.append(continuation) }
        return stream
    }

    /// Rooms with a connected publisher.
    public func publishedRooms() async -> Set<MediaRoomID> {
        state.withLock { state in
            Set(state.connected.compactMap { state.grants[$0] }.filter { $0.role == .publisher }.map(\.room))
        }
    }

    /// Connected viewers.
    public func viewers() async -> [MediaRoomID: [String]] {
        state.withLock { state in
            let grants = state.connected.compactMap { state.grants[$0] }.filter { $0.role == .viewer }
            return Dictionary(grouping: grants, by: \.room).mapValues { $0.map(\.principalID) }
        }
    }

    /// Figures of a room that has connections: one track of video, and its viewers.
    public func statistics(of room: MediaRoomID) async -> MediaRoomStatistics? {
        let connected = state.withLock { state in
            state.connected.compactMap { id in state.grants[id].map { (id, $0) } }
                .filter { $0.1.room == room }
        }
        guard !connected.isEmpty else { return nil }
        var statistics = MediaRoomStatistics()
        for (resource, grant) in connected {
            switch grant.role {
            case .publisher:
                var track = MediaRoomStatistics.Track()
                (track.kind, track.codec) = ("video", "VP8")
                statistics.tracks.append(track)
            case .viewer:
                var viewer = MediaRoomStatistics.Viewer()
                (viewer.resource, viewer.principalID) = (resource, grant.principalID)
                statistics.viewers.append(viewer)
            }
        }
        return statistics
    }

    /// As the test said.
    public func totals() async -> MediaTotals { state.withLock(\.totals) }

    // MARK: Within

    private func add(_ grant: MediaGrant, _ order: Order) throws(MediaError) -> MediaResourceID {
        if let refusal = state.withLock(\.refusal) { throw refusal }
        return state.withLock { state in
            state.count += 1
            let resource = MediaResourceID("r\(state.count)")
            state.grants[resource] = grant
            state.orders.append(order)
            return resource
        }
    }

    private func note(_ order: Order, of resource: MediaResourceID) throws(MediaError) {
        if let refusal = state.withLock(\.refusal) { throw refusal }
        guard state.withLock({ $0.grants[resource] }) != nil else { throw .unknownResource }
        state.withLock { $0.orders.append(order) }
    }

    private func end(_ resource: MediaResourceID) {
        let wasConnected = state.withLock { $0.connected.contains(resource) }
        if wasConnected {
            lose(resource)
        } else {
            state.withLock { _ = $0.grants.removeValue(forKey: resource) }
        }
    }
}

extension MediaCut {
    fileprivate func means(_ grant: MediaGrant) -> Bool {
        switch self {
        case .grant(let id): grant.grantID == id
        case .viewer(let room, let principalID):
            grant.room == room && grant.role == .viewer && grant.principalID == principalID
        case .viewers(let room): grant.room == room && grant.role == .viewer
        case .room(let room): grant.room == room
        }
    }
}
