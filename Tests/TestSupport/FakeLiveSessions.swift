public import PortholeCore
import Synchronization

/// Sockets as a test says they are; remembers who was told to go.
public final class FakeLiveSessions: LiveSessions {
    /// What was asked of the sockets.
    public enum Order: Hashable, Sendable {
        /// The session is over.
        case end(SessionID)
        /// Whoever came by this link goes.
        case cutLink(WatchLinkID)
        /// This user goes from these sessions of a child.
        case cutUser(String, child: UserID, sessions: [SessionID])
        /// All viewers of a session go.
        case cutViewers(SessionID)
    }

    private struct State {
        var hosts: Set<SessionID> = []
        var watched: Set<SessionID> = []
        var orders: [Order] = []
        var recorded: [SessionID: Bool] = [:]
    }

    /// Needed by the orders, not by questions.
    public let permission = Permission(for: "the live sessions")
    private let state = Mutex(State())

    /// Makes one where nobody is connected.
    public init() {}

    /// Connects the hosts of these sessions, and no others.
    public func setHosts(_ sessions: SessionID...) {
        state.withLock { $0.hosts = Set(sessions) }
    }

    /// Lets these sessions be watched, and no others.
    public func setWatched(_ sessions: SessionID...) {
        state.withLock { $0.watched = Set(sessions) }
    }

    /// The orders since the last call.
    public func takeOrders() -> [Order] {
        state.withLock { state in
            defer { state.orders = [] }
            return state.orders
        }
    }

    /// As the test said.
    public func connectedHosts() async -> Set<SessionID> { state.withLock(\.hosts) }

    /// As the test said.
    public func watchedSessions() async -> Set<SessionID> { state.withLock(\.watched) }

    /// Remembers the order.
    public func end(_ session: SessionID) async { record(.end(session)) }

    /// Remembers the order.
    public func cut(link: WatchLinkID) async { record(.cutLink(link)) }

    /// Remembers the order.
    public func cut(userID: String, childID: UserID, sessions: [SessionID]) async {
        record(.cutUser(userID, child: childID, sessions: sessions))
    }

    /// Remembers the order.
    public func cutViewers(of session: SessionID) async { record(.cutViewers(session)) }

    /// Remembers what was said.
    public func setRecording(_ isRecording: Bool, of session: SessionID) async {
        state.withLock { $0.recorded[session] = isRecording }
    }

    /// Whether people were told last that this session is recorded; `nil` if they were told nothing.
    public func isRecorded(_ session: SessionID) -> Bool? { state.withLock { $0.recorded[session] } }

    private func record(_ order: Order) {
        permission.require("\(order)")
        state.withLock { $0.orders.append(order) }
    }
}
