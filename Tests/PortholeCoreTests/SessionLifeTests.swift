import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Session life: rows follow what is connected")
struct SessionLifeTests {
    let world: World
    let life: SessionLife

    init() async throws {
        world = try await World()
        world.live.permission.give()
        life = SessionLife(database: world.database, live: world.live, settings: world.settings)
    }

    private func startedSession() async throws -> Session {
        world.clock.advance(by: 1)
        return try await world.sessions.start(world.owner, connectionID: nil, metadata: [:]).session
    }

    @Test func `a connected headset is seen at every step`() async throws {
        let session = try await startedSession()
        world.live.setHosts(session.id)
        for _ in 0..<3 {
            world.clock.advance(by: SessionLife.interval)
            #expect(try await life.step() == [])
            let stored = try await world.stored(session)
            #expect(stored.lastSeenAt == world.clock.now)
            #expect(stored.lastActivityAt == world.clock.now)
            #expect(stored.hostSeen)
        }
    }

    @Test func `a lost headset has the grace to return`() async throws {
        let session = try await startedSession()
        world.live.setHosts(session.id)
        try await life.step()
        world.live.setHosts()
        world.clock.advance(by: world.settings.sessionGrace)
        #expect(try await life.step() == [])
        world.live.setHosts(session.id)
        try await life.step()
        world.live.setHosts()
        world.clock.advance(by: world.settings.sessionGrace)
        #expect(try await life.step() == [])
    }

    @Test func `after the grace a session ends at the moment its headset was last seen`() async throws {
        let session = try await startedSession()
        world.live.setHosts(session.id)
        world.clock.advance(by: 100)
        try await life.step()
        world.live.setHosts()
        world.clock.advance(by: world.settings.sessionGrace + 1)
        #expect(try await life.step() == [session.id])
        let ended = try await world.stored(session)
        #expect(ended.status == .ended)
        #expect(ended.durationSeconds == 100)
        #expect(world.live.takeOrders() == [.end(session.id)])
        #expect(try await life.step() == [])
    }

    @Test func `viewers keep no session alive whose headset was there and left`() async throws {
        let session = try await startedSession()
        world.live.setHosts(session.id)
        try await life.step()
        world.live.setHosts()
        world.live.setWatched(session.id)
        world.clock.advance(by: world.settings.sessionGrace + 1)
        #expect(try await life.step() == [session.id])
    }

    @Test func `after a restart sessions get the grace once more and end at last_seen_at`() async throws {
        let session = try await startedSession()
        world.live.setHosts(session.id)
        world.clock.advance(by: 10)
        try await life.step()
        let seen = world.clock.now

        world.live.setHosts()
        world.clock.advance(by: 600)
        let restarted = SessionLife(database: world.database, live: world.live, settings: world.settings)
        try await restarted.recover()
        world.clock.advance(by: world.settings.sessionGrace)
        #expect(try await restarted.step() == [])
        world.clock.advance(by: 1)
        #expect(try await restarted.step() == [session.id])
        #expect(try await world.stored(session).endedAt == seen)
    }

    @Test func `a headset that returns within the grace of a restart goes on with its session`() async throws
    {
        let session = try await startedSession()
        world.live.setHosts(session.id)
        try await life.step()
        world.clock.advance(by: 600)
        let restarted = SessionLife(database: world.database, live: world.live, settings: world.settings)
        world.clock.advance(by: 20)
        try await restarted.step()
        world.live.setHosts()
        world.clock.advance(by: world.settings.sessionGrace)
        #expect(try await restarted.step() == [])
        #expect(try await world.stored(session).status == .active)
    }

    @Test func `a restart closes the visits that a crash left open`() async throws {
        let session = try await startedSession()
        _ = try await world.viewers.join(world.owner, session.id)
        world.clock.advance(by: 5)
        let restarted = SessionLife(database: world.database, live: world.live, settings: world.settings)
        try await restarted.recover()
        #expect(try await world.sessions.find(world.owner, session.id).0.activeViewers == 0)
    }

    @Test func `a session to which no headset ever came ends when idle`() async throws {
        let session = try await startedSession()
        world.clock.advance(by: world.settings.sessionIdle)
        #expect(try await life.step() == [])
        world.clock.advance(by: 1)
        #expect(try await life.step() == [session.id])
        #expect(try await world.stored(session).durationSeconds == 0)
    }

    @Test func `viewers keep a waiting session alive`() async throws {
        let session = try await startedSession()
        world.live.setWatched(session.id)
        world.clock.advance(by: world.settings.sessionIdle * 3)
        #expect(try await life.step() == [])
        world.live.setWatched()
        world.clock.advance(by: world.settings.sessionIdle)
        #expect(try await life.step() == [])
        world.clock.advance(by: 1)
        #expect(try await life.step() == [session.id])
    }

    @Test func `one session's end leaves the others alone`() async throws {
        let kept = try await world.session(of: "other")
        let lost = try await startedSession()
        world.live.setHosts(kept.id, lost.id)
        try await life.step()
        world.live.setHosts(kept.id)
        world.clock.advance(by: world.settings.sessionGrace + 1)
        #expect(try await life.step() == [lost.id])
        #expect(try await world.stored(kept).status == .active)
    }
}
