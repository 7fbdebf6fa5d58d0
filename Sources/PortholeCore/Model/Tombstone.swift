public import Foundation

/// What is left of what was deleted: that it was, when and why.
///
/// Of whom only the server's key can tell.
///
/// It outlives the child's other rows, so that a studio can show that what it promised to delete is deleted.
public struct Tombstone: Equatable, Sendable {
    /// Why something was deleted.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        /// Somebody who may has asked for it.
        case requested
        /// It was past its time.
        case expired
        /// Everything about the child went.
        case erased
    }

    /// How long tombstones are kept, seconds: three years.
    public static let lifetime: TimeInterval = 3 * 365 * 86_400

    /// The key of the row.
    public let id: TombstoneID
    /// The pseudonym of the child (``OwnTokens/pseudonym(of:)``).
    public let subject: [UInt8]
    /// The recording that is gone; `nil` for everything about the child, whose recordings are not named then.
    public let recordingID: RecordingID?
    /// How many recordings are gone.
    public let recordings: Int
    /// Why.
    public let reason: Reason
    /// Bytes that are gone with it.
    public let fileSize: Int64
    /// When.
    public let deletedAt: Date

    /// Makes one from its parts.
    public init(
        id: TombstoneID = TombstoneID(),
        subject: [UInt8],
        recordingID: RecordingID?,
        recordings: Int = 1,
        reason: Reason,
        fileSize: Int64,
        deletedAt: Date
    ) {
        self.id = id
        self.subject = subject
        self.recordingID = recordingID
        self.recordings = recordings
        self.reason = reason
        self.fileSize = fileSize
        self.deletedAt = deletedAt
    }
}
