public import Foundation

/// Where rows live.
///
/// One implementation per database; all of them pass the conformance suite.
public protocol Database: Sendable {
    /// Runs `body` on a consistent snapshot.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// Runs `body` in one transaction: all of it is stored, or (when it throws) nothing.
    ///
    /// `body` may run more than once when the database asks for a retry; it has no other effects.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// Throws when the database cannot be used now (for `/health`).
    func check() async throws
}

/// The repositories, within one transaction.
///
/// Calls block; the database runs them on threads of its own.
public protocol Transaction {
    var sessions: any SessionRepository { get }
    var viewers: any ViewerRepository { get }
    var recordings: any RecordingRepository { get }
    var guardians: any GuardianRepository { get }
    var consents: any ConsentRepository { get }
    var watchLinks: any WatchLinkRepository { get }
    var pageLogins: any PageLoginRepository { get }
    var outbox: any OutboxRepository { get }
    var accessLog: any AccessLogRepository { get }
    var retentions: any RetentionRepository { get }
    var tombstones: any TombstoneRepository { get }

    /// Deletes every row about a child: sessions, viewers, recordings, runs, chunks, guardians, consent, links,
    /// outbox, access log, retention. Tombstones stay.
    func eraseChild(_ childID: UserID) throws
}

/// Sessions.
public protocol SessionRepository {
    func insert(_ session: Session) throws
    /// Overwrites the row with the same id; does nothing when it is gone.
    func update(_ session: Session) throws
    func find(_ id: SessionID) throws -> Session?
    /// The active session that this user started with this connection id.
    func active(userID: UserID, connectionID: String) throws -> Session?
    /// All active sessions, of one user or of all, newest first.
    func active(userID: UserID?) throws -> [Session]
    /// Visible sessions, newest first (`startedAt`, then id).
    func list(
        _ scope: VisibleScope,
        userID: UserID?,
        activeOnly: Bool,
        after: PageCursor?,
        limit: Int
    ) throws -> [Session]
    /// Sets `lastSeenAt`, `lastActivityAt` and `hostSeen` of active sessions whose host is connected.
    func markSeen(_ ids: [SessionID], at now: Date) throws
    /// Sets `ingestConnectionID` of an active session.
    func setIngest(_ id: SessionID, connectionID: String?) throws
    /// Sets `lastActivityAt` of active sessions.
    func markActive(_ ids: [SessionID], at now: Date) throws
    /// Deletes ended sessions without recordings whose end lies before `date`, as ``delete(_:)`` does, oldest first.
    ///
    /// - Returns: How many.
    func deleteEnded(before date: Date, of scope: RetentionScope, limit: Int) throws -> Int
    /// Deletes the row with its viewers, recordings, runs, chunks, links of this session and outbox rows.
    func delete(_ id: SessionID) throws
}

/// Viewers.
public protocol ViewerRepository {
    func insert(_ viewer: Viewer) throws
    func update(_ viewer: Viewer) throws
    func find(_ id: ViewerID) throws -> Viewer?
    /// The newest row of this principal in this session, open or closed.
    func latest(sessionID: SessionID, userID: String) throws -> Viewer?
    /// Everybody who watched, in order of joining.
    func list(sessionID: SessionID) throws -> [Viewer]
    /// How many rows are open, for each session that has any.
    func openCounts(_ ids: [SessionID]) throws -> [SessionID: Int]
    /// Closes the open rows of a session, or of all sessions (after a crash) when `nil`.
    func closeAll(sessionID: SessionID?, at now: Date) throws
}

/// Recordings with their runs and chunks.
public protocol RecordingRepository {
    func insert(_ recording: Recording) throws
    func update(_ recording: Recording) throws
    func find(_ id: RecordingID) throws -> Recording?
    /// Of one session, newest first.
    func list(sessionID: SessionID) throws -> [Recording]
    /// Visible recordings, newest first (`createdAt`, then id).
    func list(_ scope: VisibleScope, userID: UserID?, after: PageCursor?, limit: Int) throws -> [Recording]
    /// How many recordings each of these sessions has, clips not counted.
    func counts(_ ids: [SessionID]) throws -> [SessionID: Int]
    /// Recordings that hold chunks which their file does not (`needsCombining`), oldest first.
    func toCombine(limit: Int) throws -> [Recording]
    /// Recordings of the server that are over and not in the object store yet, oldest first.
    func toFinish(limit: Int) throws -> [Recording]
    /// Clips that are asked for and not made yet, oldest first.
    func toClip(limit: Int) throws -> [Recording]
    /// Ready recordings whose pictures for the seek bar are still to be drawn, newest first.
    func toIllustrate(limit: Int) throws -> [Recording]
    /// Recordings created before `date`, oldest first.
    func created(
        before date: Date,
        of scope: RetentionScope,
        after: PageCursor?,
        limit: Int
    ) throws -> [Recording]
    /// Deletes the row with its runs and chunks.
    func delete(_ id: RecordingID) throws

    func insert(_ run: RecordingRun) throws
    func update(_ run: RecordingRun) throws
    func run(sessionID: SessionID, uploader: String, clientRunID: String) throws -> RecordingRun?
    /// In order of arrival (`position`).
    func runs(sessionID: SessionID) throws -> [RecordingRun]

    func insert(_ chunk: RecordingChunk) throws
    func chunk(runID: RecordingRunID, number: Int) throws -> RecordingChunk?
    /// In order of number.
    func chunks(runID: RecordingRunID) throws -> [RecordingChunk]
    /// Sum of the sizes of all chunks of a recording, bytes.
    func chunkBytes(recordingID: RecordingID) throws -> Int64
}

/// Guardians.
public protocol GuardianRepository {
    func find(_ id: GuardianID) throws -> Guardian?
    func find(childID: UserID, email: String) throws -> Guardian?
    /// In order of e-mail.
    func list(childID: UserID) throws -> [Guardian]
    /// Inserts, or updates the row of the same child and e-mail (name, user id, unsubscribed; its id stays).
    func save(_ guardian: Guardian) throws
    func delete(_ id: GuardianID) throws
    /// Remembers, or forgets, that the studio took this address off the child's guardians.
    func setRemoved(_ isRemoved: Bool, childID: UserID, email: String) throws
    /// Whether it did.
    func isRemoved(childID: UserID, email: String) throws -> Bool
    /// The children of whom this user is a guardian: by user id, or by e-mail when one is given.
    func children(userID: UserID, email: String?) throws -> Set<UserID>
}

/// Consent records, at most one for each child.
public protocol ConsentRepository {
    func find(_ childID: UserID) throws -> Consent?
    func save(_ consent: Consent) throws
    func delete(_ childID: UserID) throws
}

/// Watch links.
public protocol WatchLinkRepository {
    func insert(_ link: WatchLink) throws
    func update(_ link: WatchLink) throws
    func find(_ id: WatchLinkID) throws -> WatchLink?
    /// Links that cover a session: its own and the child's, newest first.
    func list(sessionID: SessionID, childID: UserID) throws -> [WatchLink]
    /// All links of a child, newest first.
    func list(childID: UserID) throws -> [WatchLink]
    /// Links of one session that have no expiry yet get this one.
    func setExpiry(sessionID: SessionID, at date: Date) throws
}

/// Page logins (cookies).
public protocol PageLoginRepository {
    func insert(_ login: PageLogin) throws
    /// Overwrites grants and expiry.
    func update(_ login: PageLogin) throws
    /// The login with its grants as they are now: links are read from their rows, missing ones left out.
    func find(tokenHash: [UInt8]) throws -> PageLogin?
    func delete(_ id: PageLoginID) throws
    func deleteExpired(before now: Date) throws
}

/// Mails that are owed.
public protocol OutboxRepository {
    /// Adds the message unless one for the same event, guardian and template exists.
    func enqueue(_ message: OutboxMessage) throws
    /// Due pending messages, oldest first; their `nextAttemptAt` becomes `leaseUntil`, so that no other worker
    /// takes them meanwhile.
    func lease(at now: Date, until leaseUntil: Date, limit: Int) throws -> [OutboxMessage]
    func update(_ message: OutboxMessage) throws
    func find(_ id: OutboxMessageID) throws -> OutboxMessage?
    /// All messages about a child.
    func list(childID: UserID) throws -> [OutboxMessage]
    /// The newest messages.
    func list(limit: Int) throws -> [OutboxMessage]
    /// Deletes settled messages created before `date`.
    func deleteSettled(before date: Date) throws
}

/// Who looked at what.
public protocol AccessLogRepository {
    func append(_ entry: AccessLogEntry) throws
    /// Newest first.
    func list(childID: UserID, after: PageCursor?, limit: Int) throws -> [AccessLogEntry]
    /// - Returns: How many lines were deleted.
    func delete(before date: Date, of scope: RetentionScope, limit: Int) throws -> Int
}

/// How long each child's recordings are kept.
public protocol RetentionRepository {
    func find(_ childID: UserID) throws -> ChildRetention?
    /// In the order of their children, beginning after one.
    func list(after childID: UserID?, limit: Int) throws -> [ChildRetention]
    /// Inserts, or replaces the child's.
    func save(_ retention: ChildRetention) throws
    func delete(_ childID: UserID) throws
}

/// What was deleted.
public protocol TombstoneRepository {
    func append(_ tombstone: Tombstone) throws
    /// Newest first.
    func list(subject: [UInt8], after: PageCursor?, limit: Int) throws -> [Tombstone]
    /// Deletes those of one subject that name a recording.
    func deleteRecordings(subject: [UInt8]) throws
    func delete(before date: Date) throws
}
