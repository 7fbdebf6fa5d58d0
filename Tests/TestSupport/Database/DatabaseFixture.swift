import Foundation
import PortholeCore
import Testing

/// Rows for the conformance suite.
enum DatabaseFixture {
    static func time(_ seconds: Double) -> Date {
        Date(timeIntervalSinceReferenceDate: 800_000_000 + seconds)
    }

    static func child(_ name: String = "child-a") throws -> UserID {
        try #require(UserID(name))
    }

    static func session(
        of child: String = "child-a",
        connectionID: String = UUID().uuidString,
        startedAt: Double = 0
    ) throws -> Session {
        Session(
            userID: try self.child(child),
            connectionID: connectionID,
            roomName: "stream-\(child)",
            startedAt: time(startedAt)
        )
    }

    static func ended(_ session: Session, at end: Double) -> Session {
        var session = session
        session.status = .ended
        session.endedAt = time(end)
        return session
    }

    static func viewer(
        of session: Session,
        userID: String = "viewer",
        joinedAt: Double = 1,
        leftAt: Double? = nil
    ) -> Viewer {
        var viewer = Viewer(sessionID: session.id, userID: userID, name: nil, joinedAt: time(joinedAt))
        viewer.leftAt = leftAt.map(time)
        return viewer
    }

    static func recording(
        of session: Session,
        source: Recording.Source = .browser,
        createdAt: Double = 2
    ) -> Recording {
        Recording(
            sessionID: session.id,
            userID: session.userID,
            source: source,
            mimeType: "video/webm",
            createdAt: time(createdAt)
        )
    }

    static func run(
        of recording: Recording,
        uploader: String = "uploader",
        clientRunID: String = "run",
        position: Int = 0
    ) -> RecordingRun {
        RecordingRun(
            recordingID: recording.id,
            sessionID: recording.sessionID,
            uploader: uploader,
            clientRunID: clientRunID,
            position: position,
            startedAt: nil,
            mimeType: "video/webm",
            createdAt: time(3)
        )
    }

    static func chunk(of run: RecordingRun, number: Int = 0, size: Int64 = 10) -> RecordingChunk {
        let digest = (0..<32).map { UInt8($0) &+ UInt8(truncatingIfNeeded: number) }
        return RecordingChunk(
            runID: run.id,
            number: number,
            size: size,
            digest: digest,
            objectKey: .chunk(sessionID: run.sessionID, runID: run.id, number: number, digest: digest),
            createdAt: time(4)
        )
    }

    static func guardian(of child: String = "child-a", email: String = "g@example.org") throws -> Guardian {
        Guardian(childID: try self.child(child), email: email, name: nil, userID: nil, createdAt: time(0))
    }

    static func consent(of child: String = "child-a") throws -> Consent {
        Consent(
            childID: try self.child(child),
            live: true,
            record: false,
            notify: true,
            method: "form",
            policyVersion: nil,
            grantedBy: "studio",
            grantedAt: time(0)
        )
    }

    static func link(
        childID: UserID,
        session: Session? = nil,
        guardian: Guardian? = nil,
        createdAt: Double = 0,
        expiresAt: Double? = nil
    ) -> WatchLink {
        WatchLink(
            childID: childID,
            sessionID: session?.id,
            guardianID: guardian?.id,
            rights: [.live, .recording],
            createdBy: "studio",
            createdAt: time(createdAt),
            expiresAt: expiresAt.map(time)
        )
    }

    static func login(_ grants: [Grant], hash: UInt8 = 7, expiresAt: Double = 1000) -> PageLogin {
        PageLogin(
            tokenHash: Array(repeating: hash, count: 32),
            grants: grants,
            createdAt: time(0),
            expiresAt: time(expiresAt)
        )
    }

    static func user(_ name: String = "parent") throws -> User {
        User(id: try child(name), role: .guardian, email: "g@example.org", name: "G", expiresAt: time(500.25))
    }

    static func message(
        about session: Session,
        to guardian: Guardian,
        eventID: String? = nil,
        template: MailTemplate = .sessionStarted,
        createdAt: Double = 0
    ) -> OutboxMessage {
        OutboxMessage(
            eventID: eventID ?? session.id.text,
            template: template,
            guardianID: guardian.id,
            childID: session.userID,
            sessionID: session.id,
            recordingID: nil,
            createdAt: time(createdAt)
        )
    }

    static func entry(of child: String = "child-a", at: Double = 0) throws -> AccessLogEntry {
        AccessLogEntry(childID: try self.child(child), at: time(at), actor: "viewer", action: .watched)
    }
}

/// What a body throws on purpose.
struct Interruption: Error, Equatable {}

extension Database {
    /// Whether a transaction that does this is refused.
    func refuses(_ body: @escaping @Sendable (any Transaction) throws -> Void) async -> Bool {
        do {
            try await write(body)
            return false
        } catch {
            return true
        }
    }
}

/// Reads a list page by page until a page comes up short.
///
/// - Throws: When the pages do not end.
func pages<Row: Sendable>(
    limit: Int,
    cursor: @Sendable (Row) -> PageCursor,
    _ read: @Sendable (PageCursor?) async throws -> [Row]
) async throws -> [Row] {
    var rows: [Row] = []
    var after: PageCursor?
    for _ in 0..<1000 {
        let page = try await read(after)
        #expect(page.count <= limit)
        rows += page
        guard page.count == limit, let last = page.last else { return rows }
        after = cursor(last)
    }
    throw Interruption()
}
