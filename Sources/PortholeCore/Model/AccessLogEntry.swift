public import Foundation

/// One line of who looked at what of a child's; rows are only ever added, or erased with the child.
public struct AccessLogEntry: Equatable, Sendable {
    /// What was done.
    public enum Action: String, Sendable, Codable, CaseIterable {
        case watched
        case left
        case opened = "opened-link"
        case played
        case downloaded
        case clipped
        case deletedRecording = "deleted-recording"
        case createdLink = "created-link"
        case revokedLink = "revoked-link"
        case changedGuardians = "changed-guardians"
        case changedConsent = "changed-consent"
        case changedRetention = "changed-retention"
        case unsubscribed
    }

    /// The key of the row.
    public let id: AccessLogEntryID
    /// Whose session or recording it was.
    public let childID: UserID
    /// When it was done.
    public let at: Date
    /// A user id, guardian id or link id.
    public let actor: String
    /// What was done.
    public let action: Action
    /// The session, where one was meant.
    public let sessionID: SessionID?
    /// The recording, where one was meant.
    public let recordingID: RecordingID?
    /// The client's address, truncated to /24 or /48.
    public let address: String?

    /// Makes one from its parts.
    public init(
        id: AccessLogEntryID = AccessLogEntryID(),
        childID: UserID,
        at: Date,
        actor: String,
        action: Action,
        sessionID: SessionID? = nil,
        recordingID: RecordingID? = nil,
        address: String? = nil
    ) {
        self.id = id
        self.childID = childID
        self.at = at
        self.actor = actor
        self.action = action
        self.sessionID = sessionID
        self.recordingID = recordingID
        self.address = address
    }
}
