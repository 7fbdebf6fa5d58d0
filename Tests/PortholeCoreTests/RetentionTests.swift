import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Retention: what is past its time goes, with its files")
struct RetentionTests {
    let world: World
    static let day: TimeInterval = 86_400

    init() async throws {
        world = try await World()
        world.store.permission.give()
        world.remuxer.permission.give()
        try await world.consent()
    }

    private func recordedSession(_ text: String) async throws -> Session {
        let session = try await world.session()
        try await world.upload(text, nil, to: session)
        try await world.end(session)
        try await world.combiner.step()
        return session
    }

    @Test func `a recording goes with its chunks, file, picture and session`() async throws {
        let old = try await recordedSession("old")
        world.clock.advance(by: 1)
        #expect(try await world.retention.step() == 0)
        world.clock.advance(by: 29 * Self.day)
        let new = try await recordedSession("new")
        world.clock.advance(by: Self.day)

        #expect(try await world.retention.step() == 1)
        #expect(try await world.database.read { try $0.sessions.find(old.id) } == nil)
        #expect(try await world.film(of: new) == "new")
        #expect(world.store.keys.count == 3)
        #expect(try await world.retention.step() == 0)
    }

    @Test func `many go in one sweep`() async throws {
        for number in 0..<101 {
            let session = try await world.session()
            try await world.upload("\(number)", nil, to: session)
        }
        world.clock.advance(by: 31 * Self.day)
        #expect(try await world.retention.step() == 101)
        #expect(world.store.keys.isEmpty)
    }

    @Test func `an active session stays, whatever its age`() async throws {
        let session = try await world.session()
        world.clock.advance(by: 400 * Self.day)
        try await world.retention.step()
        #expect(try await world.stored(session).status == .active)
    }

    @Test func `without a limit recordings stay for ever, cookies and mails do not`() async throws {
        world.settings.retention = nil
        try await world.guardian()
        let session = try await recordedSession("kept")
        let link = try await world.link(to: nil)
        let cookie = try await world.logins
            .exchange(world.tokens.watchToken(for: link.id), cookie: nil, address: nil)
            .cookie
        world.mailer.permission.give()
        try await world.delivery.step()
        world.clock.advance(by: 400 * Self.day)
        try await world.retention.step()
        #expect(try await world.film(of: session) == "kept")
        #expect(try await world.outbox().isEmpty)
        await #expect(throws: AuthenticationError.invalid(reason: nil)) {
            try await world.logins.grants(forCookie: cookie)
        }
    }

    @Test func `lines of the access log go with their time`() async throws {
        let session = try await world.session()
        _ = try await world.viewers.join(world.owner, session.id)
        world.clock.advance(by: 20 * Self.day)
        try await world.end(session)
        world.clock.advance(by: 11 * Self.day)
        // Whoever still watched left with the session.
        #expect(try await world.accessLog() == [.left, .watched])
        try await world.retention.step()
        #expect(try await world.accessLog() == [.left])
    }

    // MARK: - A time of one child's own

    @Test func `a child's own time is shorter or longer than the others'`() async throws {
        let session = try await recordedSession("of the child")
        let link = try await world.link(to: session)
        let days = { try await world.children.setRetention(world.studio, of: world.child, days: $0) }
        #expect(try await days(90) == .init(days: 90, isDefault: false))
        world.clock.advance(by: 60 * Self.day)
        #expect(try await world.retention.step() == 0)
        #expect(try await expiry(of: session) == session.startedAt + 90 * Self.day)
        #expect(try await world.accessLog().first == .changedRetention)

        #expect(try await days(60) == .init(days: 60, isDefault: false))
        #expect(try await world.retention.step() == 0)
        world.clock.advance(by: 1)
        #expect(try await world.retention.step() == 1)
        #expect(world.store.keys.isEmpty)
        #expect(try await world.database.read { try $0.sessions.find(session.id) } == nil)
        #expect(try await world.database.read { try $0.watchLinks.find(link.id) } == nil)
    }

    @Test func `without a limit for all a child's own time holds`() async throws {
        world.settings.retention = nil
        let session = try await recordedSession("short")
        #expect(try await expiry(of: session) == nil)
        _ = try await world.children.setRetention(world.studio, of: world.child, days: 1)
        world.clock.advance(by: Self.day + 1)
        #expect(try await world.retention.step() == 1)
        #expect(try await world.children.setRetention(world.studio, of: world.child, days: nil).days == nil)
    }

    @Test func `a link lives as long as what it opens`() async throws {
        _ = try await world.children.setRetention(world.studio, of: world.child, days: 2)
        let session = try await world.session()
        let link = try await world.link(to: session)
        try await world.end(session)
        #expect(try await world.stored(link).expiresAt == world.clock.now + 2 * Self.day)
    }

    @Test(arguments: [0, -1, 3651])
    func `days out of range are refused`(days: Int) async throws {
        await #expect(throws: DomainError.invalid("days is a number from 1 to 3650")) {
            try await world.children.setRetention(world.studio, of: world.child, days: days)
        }
    }

    @Test func `guardians read the time, the studio sets it, strangers know nothing`() async throws {
        try await world.guardian(userID: "mum")
        let mum = try World.caller("mum")
        #expect(try await world.children.retention(mum, of: world.child) == .init(days: 30, isDefault: true))
        await #expect(throws: DomainError.forbidden("Only the studio's own token may change this")) {
            try await world.children.setRetention(mum, of: world.child, days: 1)
        }
        await #expect(throws: DomainError.notFound) {
            try await world.children.retention(world.stranger, of: world.child)
        }
        await #expect(throws: DomainError.notFound) {
            try await world.children.deletions(world.stranger, of: world.child, after: nil, limit: 1)
        }
    }

    @Test func `links whose end nobody chose follow a new time`() async throws {
        let session = try await world.session()
        let mailed = try await world.link(to: session)
        let chosen = try await world.link(to: session, expiresIn: 5 * Self.day)
        try await world.end(session)
        let child = try await world.links.create(
            world.studio,
            session: session.id,
            .init(rights: [.live], guardianID: nil, expiresIn: nil, coversChild: true)
        )
        let end = try #require(try await world.stored(mailed).expiresAt) - 30 * Self.day
        func days(_ days: Int?) async throws -> [Int] {
            _ = try await world.children.setRetention(world.studio, of: world.child, days: days)
            var found: [Int] = []
            for link in [mailed, chosen, child.link] {
                let expiry = try #require(try await world.stored(link).expiresAt)
                found.append(Int(expiry.timeIntervalSince(end) / Self.day))
            }
            return found
        }
        #expect(try await days(90) == [90, 5, 90])
        // What is still to come is nobody's for more than a year.
        #expect(try await days(3650) == [3650, 5, 365])
        #expect(try await days(nil) == [30, 5, 30])

        // Who watches by one that ends now is cut, and more time brings back none that has ended.
        world.clock.advance(by: 10 * Self.day)
        _ = world.live.takeOrders()
        #expect(try await days(7) == [7, 5, 7])
        #expect(Set(world.live.takeOrders()) == [.cutLink(mailed.id), .cutLink(child.link.id)])
        #expect(try await days(365) == [7, 5, 7])
        #expect(world.live.takeOrders() == [])
    }

    // MARK: - What goes wrong

    @Test func `what cannot be deleted waits for the next sweep, and holds up nothing else`() async throws {
        for number in 0..<3 {
            let session = try await world.session()
            try await world.upload("\(number)", nil, to: session)
        }
        world.clock.advance(by: 31 * Self.day)
        world.store.beforeNextDelete { throw ObjectStoreError.failed(operation: "delete", reason: "down") }
        var failures = 0
        #expect(try await world.retention.step { _, _ in failures += 1 } == 2)
        #expect(failures == 1 && world.store.keys.count == 1)
        #expect(try await world.retention.step { _, _ in failures += 1 } == 1)
        #expect(failures == 1 && world.store.keys.isEmpty)
    }

    @Test func `more time that is given during a sweep holds`() async throws {
        let first = try await recordedSession("goes")
        let second = try await recordedSession("is given more time")
        world.clock.advance(by: 31 * Self.day)
        let (children, studio, child) = (world.children, world.studio, world.child)
        world.store.beforeNextDelete {
            _ = try await children.setRetention(studio, of: child, days: 90)
        }
        #expect(try await world.retention.step() == 1)
        let left = try await world.stored(recordingsOf: first) + world.stored(recordingsOf: second)
        #expect(left.count == 1)
    }

    private func expiry(of session: Session) async throws -> Date? {
        try await world.recordings.list(world.owner, session: session.id).first?.expiresAt
    }
}
