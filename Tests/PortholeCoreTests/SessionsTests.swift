import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Sessions start and end")
struct SessionsTests {
    let world: World

    init() async throws {
        world = try await World()
    }

    private func start(_ connectionID: String?, as caller: Caller? = nil) async throws -> Sessions.Started {
        try await world.sessions.start(caller ?? world.owner, connectionID: connectionID, metadata: [:])
    }

    @Test func `a start makes an active session with a room named after child and time`() async throws {
        let started = try await world.sessions.start(
            world.owner,
            connectionID: "headset",
            metadata: ["platform": "Quest", "fps": 72]
        )
        let session = try await world.stored(started.session)
        #expect(session == started.session)
        #expect(session.status == .active)
        #expect(session.userID == world.child)
        #expect(session.connectionID == "headset")
        #expect(session.roomName == "stream-child-1778308000000")
        #expect(session.metadata == ["platform": "Quest", "fps": 72])
    }

    @Test func `the same connection id gives the same session and mails nothing again`() async throws {
        try await world.consent()
        try await world.guardian()
        let first = try await start("headset")
        world.clock.advance(by: 60)
        let again = try await start("headset")
        #expect(again.session.id == first.session.id)
        #expect(try await world.outbox().map(\.template) == [.sessionStarted])
    }

    @Test func `after its end the same connection id gives a new session`() async throws {
        world.live.permission.give()
        let first = try await start("headset")
        _ = try await world.sessions.end(world.owner, first.session.id)
        let next = try await start("headset")
        #expect(next.session.id != first.session.id)
        #expect(next.session.status == .active)
    }

    @Test func `the same connection id of another child is another session`() async throws {
        let mine = try await start("headset")
        let theirs = try await start("headset", as: world.stranger)
        #expect(mine.session.id != theirs.session.id)
        #expect(try await world.stored(mine.session).status == .active)
    }

    @Test func `another connection id ends those sessions whose headset is gone`() async throws {
        world.live.permission.give()
        let lost = try await start("lost").session
        world.live.setHosts(lost.id)
        let connected = try await start("connected").session
        world.live.setHosts(connected.id)
        world.clock.advance(by: 30)
        let next = try await start("next").session
        #expect(try await world.stored(lost).status == .ended)
        #expect(try await world.stored(connected).status == .active)
        #expect(try await world.stored(next).status == .active)
        #expect(world.live.takeOrders() == [.end(lost.id)])
    }

    @Test func `a replaced session ended when its headset was last seen`() async throws {
        world.live.permission.give()
        let first = try await start("first").session
        world.clock.advance(by: 20)
        let seen = world.clock.now
        try await world.database.write { try $0.sessions.markSeen([first.id], at: seen) }
        world.clock.advance(by: 500)
        _ = try await start("second")
        #expect(try await world.stored(first).durationSeconds == 20)
    }

    @Test func `without a connection id every start is a new one`() async throws {
        world.live.permission.give()
        let first = try await start(nil).session
        let second = try await start(nil).session
        #expect(first.connectionID != second.connectionID)
    }

    @Test(arguments: ["", "line\nbreak", String(repeating: "x", count: 129)])
    func `a hostile connection id is refused`(connectionID: String) async throws {
        await #expect(throws: DomainError.self) { try await start(connectionID) }
        #expect(try await world.sessions.active(world.owner).isEmpty)
    }

    @Test func `nobody starts a session without a user token`() async throws {
        let session = try await world.session()
        let link = Caller(grants: [.link(try await world.link(to: session))])
        await #expect(throws: DomainError.forbidden("A watch link cannot start a session")) {
            try await start(nil, as: link)
        }
        await #expect(throws: DomainError.self) { try await start(nil, as: .anonymous) }
    }

    // MARK: - Consent

    @Test func `in production a start makes no consent`() async throws {
        try await world.guardian()
        #expect(try await start("headset").consent == nil)
        #expect(try await world.outbox().isEmpty)
    }

    @Test func `in development a child's first start is its consent`() async throws {
        world.settings.isDevelopment = true
        let consent = try #require(await start("headset").consent)
        #expect(consent.live && consent.record && consent.notify)
        #expect(consent.method == "development")
        #expect(consent.grantedBy == "porthole")
    }

    @Test func `in development a withdrawn consent stays withdrawn`() async throws {
        world.live.permission.give()
        world.settings.isDevelopment = true
        _ = try await start("headset")
        try await world.children.deleteConsent(world.studio, of: world.child)
        #expect(try await start("headset").consent == nil)
        #expect(try await start("another").consent == nil)
    }

    // MARK: - Guardians of the token

    @Test func `guardians of the token join those known, by address in lower case`() async throws {
        try await world.consent()
        let known = try await world.guardian("mum@example.org")
        let caller = Caller(grants: [
            .user(
                try World.user(
                    "child",
                    guardians: [
                        .init(email: "MUM@example.org", name: "Mum", userID: UserID("mum")),
                        .init(email: "Dad@Example.org", name: nil, userID: nil),
                        .init(email: "dad@example.org", name: "Dad", userID: nil),
                    ]
                )
            )
        ])
        _ = try await start("headset", as: caller)
        let guardians = try await world.children.guardians(world.owner, of: world.child)
        #expect(guardians.map(\.email) == ["dad@example.org", "mum@example.org"])
        #expect(guardians.map(\.name) == ["Dad", "Mum"])
        #expect(guardians.map(\.userID) == [nil, UserID("mum")])
        #expect(guardians.last?.id == known.id)
        #expect(try await world.outbox().map(\.guardianID).count == 2)
    }

    @Test func `a claim without a name keeps the name that is known, and an unsubscription`() async throws {
        try await world.consent()
        var known = try await world.guardian("mum@example.org", userID: "mum")
        known.name = "Mum"
        known.unsubscribedAt = world.clock.now
        let stored = known
        try await world.database.write { try $0.guardians.save(stored) }
        let claim = GuardianDraft(email: "mum@example.org", name: nil, userID: nil)
        _ = try await start(
            "headset",
            as: Caller(grants: [.user(try World.user("child", guardians: [claim]))])
        )
        #expect(try await world.children.guardians(world.owner, of: world.child) == [stored])
        #expect(try await world.outbox().isEmpty)
    }

    @Test func `an older token does not bring back whom the studio took off`() async throws {
        world.live.permission.give()
        try await world.consent()
        let dad = GuardianDraft(email: "dad@example.org", name: "Dad", userID: nil)
        let child = Caller(grants: [.user(try World.user("child", guardians: [dad]))])
        _ = try await start("first", as: child)
        _ = try await world.children.replaceGuardians(world.studio, of: world.child, with: [])
        _ = try await start("second", as: child)
        #expect(try await world.children.guardians(world.owner, of: world.child).isEmpty)

        _ = try await world.children.replaceGuardians(world.studio, of: world.child, with: [dad])
        #expect(try await world.children.guardians(world.owner, of: world.child).count == 1)
    }

    // MARK: - End

    @Test func `an end closes viewers, dates links and owes one mail, once`() async throws {
        world.live.permission.give()
        try await world.consent()
        try await world.guardian(userID: "mum")
        let session = try await start("headset").session
        let link = try await world.link(to: session)
        let viewer = try await world.viewers.join(World.caller("mum"), session.id)
        world.clock.advance(by: 90.9)

        let ended = try await world.sessions.end(world.owner, session.id)
        #expect(ended.durationSeconds == 90)
        #expect(ended.status == .ended)
        world.clock.advance(by: 60)
        #expect(try await world.sessions.end(world.studio, session.id) == ended)

        #expect(world.live.takeOrders() == [.end(session.id), .end(session.id)])
        #expect(try await world.stored(viewer).leftAt == ended.endedAt)
        #expect(try await world.stored(link).expiresAt == ended.endedAt.map { $0 + 30 * 86_400 })
        #expect(try await world.outbox().map(\.template) == [.sessionEnded, .sessionStarted])
    }

    @Test func `no mail is owed without consent to mails, nor to who unsubscribed`() async throws {
        world.live.permission.give()
        try await world.consent(notify: false)
        var guardian = try await world.guardian()
        let first = try await start("first").session
        _ = try await world.sessions.end(world.owner, first.id)
        #expect(try await world.outbox().isEmpty)

        try await world.consent()
        guardian.unsubscribedAt = world.clock.now
        let unsubscribed = guardian
        try await world.database.write { try $0.guardians.save(unsubscribed) }
        _ = try await start("second")
        #expect(try await world.outbox().isEmpty)
    }

    // MARK: - What people see

    @Test func `the state tells waiting, live, interrupted and ended apart`() async throws {
        world.live.permission.give()
        let session = try await start("headset").session
        let state = { [world] in try await world.sessions.find(world.owner, session.id).0.state }
        #expect(try await state() == .waiting)
        world.live.setHosts(session.id)
        let now = world.clock.now
        try await world.database.write { try $0.sessions.markSeen([session.id], at: now) }
        #expect(try await state() == .live)
        world.live.setHosts()
        #expect(try await state() == .interrupted)
        _ = try await world.sessions.end(world.owner, session.id)
        #expect(try await state() == .ended)
        #expect(try await world.sessions.active(world.owner).isEmpty)
        #expect(try await world.sessions.list(world.owner, userID: nil, after: nil, limit: 9).count == 1)
    }

    @Test func `an overview counts who watches and who watched`() async throws {
        try await world.consent()
        let session = try await world.session()
        let first = try await world.viewers.join(world.owner, session.id)
        _ = try await world.viewers.join(world.studio, session.id)
        try await world.viewers.leave(first.id)
        let overview = try await world.sessions.find(world.owner, session.id).0
        #expect(overview.activeViewers == 1)
        #expect(overview.totalViewers == 2)
    }
}
