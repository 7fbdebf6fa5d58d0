import Foundation
import PortholeCore
import Testing

/// One row of every kind about a child.
private struct Life: Sendable {
    let session: Session
    let viewer: Viewer
    let recording: Recording
    let run: RecordingRun
    let chunk: RecordingChunk
    let guardian: Guardian
    let consent: Consent
    let sessionLink: WatchLink
    let childLink: WatchLink
    let message: OutboxMessage
    let entry: AccessLogEntry
    let retention: ChildRetention
    /// The child's own and a guardian's cookie.
    let login: PageLogin

    init(of child: String, hash: UInt8) throws {
        session = try DatabaseFixture.session(of: child)
        viewer = DatabaseFixture.viewer(of: session)
        recording = DatabaseFixture.recording(of: session)
        run = DatabaseFixture.run(of: recording)
        chunk = DatabaseFixture.chunk(of: run)
        guardian = try DatabaseFixture.guardian(of: child)
        consent = try DatabaseFixture.consent(of: child)
        sessionLink = DatabaseFixture.link(childID: session.userID, session: session, guardian: guardian)
        childLink = DatabaseFixture.link(childID: session.userID)
        message = DatabaseFixture.message(about: session, to: guardian)
        entry = try DatabaseFixture.entry(of: child)
        retention = ChildRetention(childID: session.userID, days: 7)
        login = DatabaseFixture.login(
            [.user(try DatabaseFixture.user(child)), .link(sessionLink), .link(childLink)],
            hash: hash
        )
    }

    func insert(in transaction: any Transaction) throws {
        try transaction.sessions.insert(session)
        try transaction.viewers.insert(viewer)
        try transaction.recordings.insert(recording)
        try transaction.recordings.insert(run)
        try transaction.recordings.insert(chunk)
        try transaction.guardians.save(guardian)
        try transaction.consents.save(consent)
        try transaction.watchLinks.insert(sessionLink)
        try transaction.watchLinks.insert(childLink)
        try transaction.outbox.enqueue(message)
        try transaction.accessLog.append(entry)
        try transaction.retentions.save(retention)
        try transaction.pageLogins.insert(login)
    }

    /// Which kinds of rows are still there.
    func remains(in transaction: any Transaction) throws -> Set<String> {
        let recordings = transaction.recordings
        let found: [String: Bool] = [
            "session": try transaction.sessions.find(session.id) == session,
            "viewer": try transaction.viewers.find(viewer.id) == viewer,
            "recording": try recordings.find(recording.id) == recording,
            "run": try recordings.runs(sessionID: session.id) == [run],
            "chunk": try recordings.chunk(runID: run.id, number: 0) == chunk,
            "guardian": try transaction.guardians.find(guardian.id) == guardian,
            "consent": try transaction.consents.find(session.userID) == consent,
            "session link": try transaction.watchLinks.find(sessionLink.id) == sessionLink,
            "child link": try transaction.watchLinks.find(childLink.id) == childLink,
            "message": try transaction.outbox.find(message.id) == message,
            "entry": try transaction.accessLog.list(childID: session.userID, after: nil, limit: 1) == [entry],
            "retention": try transaction.retentions.find(session.userID) == retention,
            "grants": try transaction.pageLogins.find(tokenHash: login.tokenHash)?.grants.isEmpty == false,
        ]
        return Set(found.filter(\.value).keys)
    }
}

extension DatabaseConformance {
    private static let everything: Set = [
        "session", "viewer", "recording", "run", "chunk", "guardian", "consent", "session link", "child link",
        "message", "entry", "retention", "grants",
    ]

    static let erasing: [DatabaseConformance] = [
        DatabaseConformance("erases every row about a child and none about another") { database in
            let child = try Life(of: "child-a", hash: 1)
            let other = try Life(of: "child-b", hash: 2)
            try await database.write { for life in [child, other] { try life.insert(in: $0) } }
            #expect(try await database.read { try child.remains(in: $0) } == everything)

            try await database.write { try $0.eraseChild(child.session.userID) }
            #expect(try await database.read { try child.remains(in: $0) } == [])
            #expect(try await database.read { try other.remains(in: $0) } == everything)
            try await database.write { try $0.eraseChild(child.session.userID) }
        },
        DatabaseConformance("erases nothing when the transaction fails") { database in
            let child = try Life(of: "child-a", hash: 1)
            try await database.write { try child.insert(in: $0) }
            await #expect(throws: Interruption()) {
                try await database.write { transaction in
                    try transaction.eraseChild(child.session.userID)
                    throw Interruption()
                }
            }
            #expect(try await database.read { try child.remains(in: $0) } == everything)
        },
        DatabaseConformance("deletes a session with everything about it, and nothing about the child") {
            database in
            let life = try Life(of: "child-a", hash: 1)
            let other = try Life(of: "child-b", hash: 2)
            try await database.write { transaction in
                for life in [life, other] { try life.insert(in: transaction) }
                try transaction.sessions.delete(life.session.id)
            }
            #expect(
                try await database.read { try life.remains(in: $0) }
                    == ["guardian", "consent", "child link", "entry", "retention", "grants"]
            )
            #expect(try await database.read { try other.remains(in: $0) } == everything)
        },
    ]
}
