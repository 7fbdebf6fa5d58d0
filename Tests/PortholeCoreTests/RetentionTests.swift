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
}
