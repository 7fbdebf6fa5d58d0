import Foundation
import Logging
import Persistence
import TestSupport
import Testing

@testable import PortholeCore

/// A studio with one child, on a real database, and doubles for everything else.
final class World {
    let clock = ManualClock()
    let live = FakeLiveSessions()
    let mailer = FakeMailer()
    let remuxer = FakeRemuxer()
    let tokens = FakeTokens()
    let store: FakeObjectStore
    let recorder: FakeMediaRecorder
    let database: any Database
    var settings: DomainSettings
    private let directory: URL
    private let close: () throws -> Void

    let child: UserID
    let owner: Caller
    let studio: Caller
    let stranger: Caller

    init() async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "porthole-\(UUID().uuidString)")
        let objects = directory.appending(path: "objects")
        try FileManager.default.createDirectory(at: objects, withIntermediateDirectories: true)
        store = FakeObjectStore(in: objects)
        recorder = FakeMediaRecorder(in: directory.appending(path: "recordings"))
        let sqlite = try SQLiteDatabase(
            path: directory.appending(path: "porthole.sqlite").path,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        try await sqlite.migrate()
        database = sqlite
        close = sqlite.close
        settings = DomainSettings(publicURL: "https://porthole.example", now: { [clock] in clock.now })
        settings.isDevelopment = false
        child = try #require(UserID("child"))
        owner = try Self.caller("child")
        studio = try Self.caller("studio", role: .service)
        stranger = try Self.caller("stranger")
    }

    deinit {
        try? close()
        try? FileManager.default.removeItem(at: directory)
    }

    // MARK: - Use cases

    var sessions: Sessions { Sessions(database: database, live: live, settings: settings) }
    var viewers: Viewers { Viewers(database: database, settings: settings) }
    var admission: SignalingAdmission {
        SignalingAdmission(database: database, store: store, settings: settings)
    }
    var receiver: ChunkReceiver { ChunkReceiver(database: database, store: store, settings: settings) }
    var disposal: RecordingDisposal { disposal(of: store) }
    var recordings: Recordings {
        Recordings(database: database, store: store, disposal: disposal, settings: settings)
    }
    var retention: Retention { Retention(database: database, disposal: disposal, settings: settings) }
    var journal: RecordingJournal {
        RecordingJournal(database: database, recorder: recorder, live: live, settings: settings)
    }
    var recovery: RecordingRecovery {
        RecordingRecovery(database: database, recorder: recorder, settings: settings)
    }
    var clips: RecordingClips {
        RecordingClips(
            database: database,
            store: store,
            recorder: recorder,
            remuxer: remuxer,
            settings: settings
        )
    }
    var pictures: RecordingPictures {
        RecordingPictures(database: database, store: store, remuxer: remuxer)
    }
    var finisher: RecordingFinisher {
        RecordingFinisher(
            database: database,
            store: store,
            recorder: recorder,
            remuxer: remuxer,
            settings: settings
        )
    }
    var combiner: RecordingCombiner {
        RecordingCombiner(database: database, store: store, remuxer: remuxer, settings: settings)
    }
    var delivery: MailDelivery {
        MailDelivery(database: database, tokens: tokens, mailer: mailer, settings: settings)
    }
    var links: WatchLinks { WatchLinks(database: database, tokens: tokens, live: live, settings: settings) }
    var logins: PageLogins {
        PageLogins(database: database, tokens: tokens, verifier: tokens, settings: settings)
    }
    var children: Children {
        Children(
            database: database,
            store: store,
            tokens: tokens,
            mailer: mailer,
            live: live,
            recorder: recorder,
            disposal: disposal,
            settings: settings
        )
    }

    func disposal(of store: any ObjectStore) -> RecordingDisposal {
        RecordingDisposal(
            database: database,
            store: store,
            tokens: tokens,
            recorder: recorder,
            settings: settings
        )
    }

    /// A world whose server records a child that may be recorded, with a guardian to tell.
    static func recording() async throws -> World {
        let world = try await World()
        world.settings.recordsOnServer = true
        world.store.permission.give()
        world.remuxer.permission.give()
        try await world.consent()
        try await world.guardian()
        return world
    }

    // MARK: - People

    static func user(
        _ id: String,
        role: User.Role = .user,
        email: String? = nil,
        name: String? = nil,
        guardians: [GuardianDraft] = []
    ) throws -> User {
        User(
            id: try #require(UserID(id)),
            role: role,
            email: email,
            name: name,
            expiresAt: ManualClock.beginning + 3600,
            guardians: guardians
        )
    }

    static func caller(_ id: String, role: User.Role = .user, email: String? = nil) throws -> Caller {
        Caller(grants: [.user(try user(id, role: role, email: email))])
    }

    // MARK: - Rows

    /// The child's session, as a start without any guardian would make it.
    func session(
        of child: String = "child",
        startedAgo: TimeInterval = 0,
        endedAgo: TimeInterval? = nil
    ) async throws -> Session {
        var session = Session(
            userID: try #require(UserID(child)),
            connectionID: UUID().uuidString,
            roomName: "stream-\(child)",
            startedAt: clock.now - startedAgo
        )
        if let endedAgo {
            session.status = .ended
            session.endedAt = clock.now - endedAgo
        }
        let stored = session
        try await database.write { try $0.sessions.insert(stored) }
        return stored
    }

    func stored(_ session: Session) async throws -> Session {
        try #require(await database.read { try $0.sessions.find(session.id) })
    }

    func stored(_ viewer: Viewer) async throws -> Viewer {
        try #require(await database.read { try $0.viewers.find(viewer.id) })
    }

    func consent(live: Bool = true, record: Bool = true, notify: Bool = true) async throws {
        let consent = Consent(
            childID: child,
            live: live,
            record: record,
            notify: notify,
            method: "form",
            policyVersion: nil,
            grantedBy: "studio",
            grantedAt: clock.now
        )
        try await database.write { try $0.consents.save(consent) }
    }

    @discardableResult
    func guardian(_ email: String = "mum@example.org", userID: String? = nil) async throws -> Guardian {
        let guardian = Guardian(
            childID: child,
            email: email,
            name: nil,
            userID: userID.flatMap { UserID($0) },
            createdAt: clock.now
        )
        try await database.write { try $0.guardians.save(guardian) }
        return guardian
    }

    func link(
        to session: Session?,
        of guardian: Guardian? = nil,
        child: UserID? = nil,
        rights: Set<WatchRight> = Set(WatchRight.allCases),
        expiresIn: TimeInterval? = nil
    ) async throws -> WatchLink {
        let link = WatchLink(
            childID: child ?? self.child,
            sessionID: session?.id,
            guardianID: guardian?.id,
            rights: rights,
            createdBy: "studio",
            createdAt: clock.now,
            expiresAt: expiresIn.map { clock.now + $0 }
        )
        try await database.write { try $0.watchLinks.insert(link) }
        return link
    }

    func stored(_ link: WatchLink) async throws -> WatchLink {
        try #require(await database.read { try $0.watchLinks.find(link.id) })
    }

    /// Makes a link as it is stored, revoked now.
    func revoke(_ link: WatchLink) async throws {
        let now = clock.now
        try await database.write { db in
            var revoked = link
            revoked.revokedAt = now
            try db.watchLinks.update(revoked)
        }
    }

    func outbox() async throws -> [OutboxMessage] {
        try await database.read { try $0.outbox.list(limit: 100) }
    }

    func accessLog() async throws -> [AccessLogEntry.Action] {
        let child = child
        return try await database.read { db in
            try db.accessLog.list(childID: child, after: nil, limit: 100).map(\.action)
        }
    }

    // MARK: - Rights

    func rights(of caller: Caller, on session: Session) async throws -> SessionRights {
        let now = clock.now
        return try await database.read { db in
            try Access.rights(of: caller, on: session, in: db, at: now)
        }
    }

    func scope(of caller: Caller, with right: WatchRight) async throws -> VisibleScope {
        let now = clock.now
        return try await database.read { try Access.scope(of: caller, with: right, in: $0, at: now) }
    }
}
