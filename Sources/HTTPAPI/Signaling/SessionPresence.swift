public import Foundation

/// Who is in a session's room now.
public struct SessionPresence: Equatable, Sendable {
    /// A person who watches, however many sockets it has.
    public struct Viewer: Equatable, Sendable {
        /// The id that ``SignalingEvents/viewerJoined(_:sessionID:)`` gave.
        public let id: String
        /// How others see it.
        public let name: String?
        /// Who it is, for telling a viewer from the others; never sent.
        let principalID: String
        /// When its first socket came.
        public let joinedAt: Date
    }

    /// How the session stands.
    public var state = SessionState.waiting
    /// Whether a host is there.
    public var isHostConnected = false
    /// Whether the server records.
    public var isRecorded = false
    /// Who watches, in the order of coming.
    public var viewers: [Viewer] = []
    /// The polling session or socket whose browser records.
    public var recorderClientID: String?
    /// The person whose browser records, also for the moment it takes to load its page again.
    public var recorderPrincipalID: String?
}
