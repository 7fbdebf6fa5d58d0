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

    // MARK: - What says that it is gone

    @Test func `what is deleted leaves a tombstone that names nobody`() async throws {
        let reasons = {
            try await world.children.deletions(world.studio, of: world.child, after: nil, limit: 9)
        }
        _ = try await recordedSession("expires")
        world.clock.advance(by: 31 * Self.day)
        try await world.retention.step()
        world.clock.advance(by: 1)
        let byHand = try await world.onlyRecording(of: try await recordedSession("by hand"))
        try await world.recordings.delete(world.owner, byHand.id)
        #expect(try await reasons().map(\.reason) == [.requested, .expired])
        #expect(try await reasons().first?.recordingID == byHand.id)
        #expect(try await reasons().first?.fileSize == 7)

        _ = try await recordedSession("erased")
        world.clock.advance(by: 1)
        world.mailer.permission.give()
        _ = try await world.children.erase(world.studio, world.child)
        let last = try #require(try await reasons().first)
        #expect(try await reasons() == [last])
        #expect(last.reason == .erased && last.recordingID == nil)
        #expect(last.recordings == 1 && last.fileSize == 6)

        world.clock.advance(by: Tombstone.lifetime)
        try await world.retention.step()
        #expect(try await reasons() == [last])
        world.clock.advance(by: 1)
        try await world.retention.step()
        #expect(try await reasons().isEmpty)
    }

    private func expiry(of session: Session) async throws -> Date? {
        try await world.recordings.list(world.owner, session: session.id).first?.expiresAt
    }
}
