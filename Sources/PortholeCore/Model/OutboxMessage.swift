public import Foundation

/// The mails that Porthole sends.
public enum MailTemplate: String, Sendable, Codable, CaseIterable {
    case sessionStarted = "session-started"
    case sessionEnded = "session-ended"
    case recordingReady = "recording-ready"

    /// How long after the event the mail still makes sense, in seconds; older ones are dropped unsent.
    public var lifetime: TimeInterval {
        switch self {
        case .sessionStarted: 15 * 60
        case .sessionEnded: 24 * 60 * 60
        case .recordingReady: 7 * 24 * 60 * 60
        }
    }
}

/// One mail that is owed to one guardian about one event.
///
/// Holds parameters only; links are made when it is sent.
public struct OutboxMessage: Equatable, Sendable {
    /// How far it got.
    public enum Status: String, Sendable, Codable {
        case pending
        case sent
        /// Too old, unsubscribed, consent withdrawn, or refused for good.
        case dropped
    }

    /// The key of the row.
    public let id: OutboxMessageID
    /// The event (a session's or recording's id): with guardian and template the key that makes a mail unique.
    public let eventID: String
    /// Which mail it is.
    public let template: MailTemplate
    /// Who gets it.
    public let guardianID: GuardianID
    /// Whom it is about.
    public let childID: UserID
    /// The session that it is about.
    public let sessionID: SessionID
    /// The recording that it is about; `nil` for mails about sessions.
    public let recordingID: RecordingID?
    /// When the event happened.
    public let createdAt: Date
    /// How far it got.
    public var status: Status
    /// How often sending was tried.
    public var attempts: Int
    /// Not before this moment is it tried (again).
    public var nextAttemptAt: Date
    /// When it went out; `nil` until then.
    public var sentAt: Date?
    /// Why the last attempt failed, without addresses or secrets.
    public var lastError: String?

    /// Makes one that is due at once.
    public init(
        id: OutboxMessageID = OutboxMessageID(),
        eventID: String,
        template: MailTemplate,
        guardianID: GuardianID,
        childID: UserID,
        sessionID: SessionID,
        recordingID: RecordingID?,
        createdAt: Date
    ) {
        self.id = id
        self.eventID = eventID
        self.template = template
        self.guardianID = guardianID
        self.childID = childID
        self.sessionID = sessionID
        self.recordingID = recordingID
        self.createdAt = createdAt
        status = .pending
        attempts = 0
        nextAttemptAt = createdAt
    }

    /// When the mail stops making sense.
    public var expiresAt: Date { createdAt.addingTimeInterval(template.lifetime) }
}
