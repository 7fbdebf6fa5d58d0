public import Foundation

/// One stretch of play that a headset streams, from `POST /api/sessions/start` to its end.
public struct Session: Equatable, Sendable {
    /// What the API calls `status`.
    public enum Status: String, Sendable, Codable {
        case active
        case ended
        case error
    }

    /// The key of the row.
    public let id: SessionID
    /// The child: the user whose token started the session.
    public let userID: UserID
    /// The client's own id of this start; a repeated start with it gives the same session.
    public var connectionID: String
    /// `stream-<userId>-<epoch ms>`.
    public var roomName: String
    /// What the API calls `status`.
    public var status: Status
    /// What the client told about itself, kept as it came.
    public var metadata: [String: JSONValue]
    /// What to call the child in mails and on pages: the `name` of the token that started the session.
    public var playerName: String?
    /// When it was started.
    public let startedAt: Date
    /// When it ended; `nil` while active.
    public var endedAt: Date?
    /// The last moment at which the server knew the host connected; the start until a host was seen.
    public var lastSeenAt: Date
    /// Whether a host ever connected.
    public var hostSeen: Bool
    /// Under which connection id the host's signaling knows the server, if media goes through it.
    ///
    /// Kept so that after a restart the host can be told to give that connection up.
    public var ingestConnectionID: String?
    /// The last sign of life of any kind: host, viewer, upload.
    ///
    /// Idle sessions end by it.
    public var lastActivityAt: Date
    /// When it was made.
    public let createdAt: Date
    /// When it last changed.
    public var updatedAt: Date

    /// Makes a session that starts now.
    public init(
        id: SessionID = SessionID(),
        userID: UserID,
        connectionID: String,
        roomName: String,
        metadata: [String: JSONValue] = [:],
        playerName: String? = nil,
        startedAt: Date
    ) {
        self.id = id
        self.userID = userID
        self.connectionID = connectionID
        self.roomName = roomName
        status = .active
        self.metadata = metadata
        self.playerName = playerName
        self.startedAt = startedAt
        lastSeenAt = startedAt
        hostSeen = false
        lastActivityAt = startedAt
        createdAt = startedAt
        updatedAt = startedAt
    }

    /// Whole seconds from start to end, as the API reports them; `nil` while active.
    public var durationSeconds: Int? {
        endedAt.map { max(0, Int($0.timeIntervalSince(startedAt))) }
    }
}

/// What a session is doing, for people.
public enum SessionState: String, Sendable, Codable {
    /// No headset has connected yet.
    case waiting
    case live
    /// The headset was there and is expected back within the grace.
    case interrupted
    case ended

    /// The state of a session whose host is or is not connected.
    public init(of session: Session, hostConnected: Bool) {
        self =
            if session.status != .active {
                .ended
            } else if hostConnected {
                .live
            } else {
                session.hostSeen ? .interrupted : .waiting
            }
    }
}
