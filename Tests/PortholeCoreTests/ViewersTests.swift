import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Viewers come and go")
struct ViewersTests {
    let world: World
    let session: Session

    init() async throws {
        world = try await World()
        try await world.consent()
        session = try await world.session()
    }

    private func openRows() async throws -> Int {
        try await world.sessions.find(world.owner, session.id).0.activeViewers
    }

    @Test func `one person has one open row, however it joins`() async throws {
        try await world.guardian(userID: "mum")
        let byRoute = try await world.viewers.join(World.caller("mum"), session.id)
        let mum = Principal(id: "mum", name: nil, link: nil, expiresAt: nil)
        let bySocket = try await world.viewers.join(mum, session: session.id, address: nil)
        #expect(bySocket == byRoute)
        #expect(try await openRows() == 1)
    }

    @Test func `two links of one guardian are one viewer, two guardians are two`() async throws {
        let (mum, dad) = (try await world.guardian("mum@x.org"), try await world.guardian("dad@x.org"))
        for guardian in [mum, mum, dad] {
            let link = try await world.link(to: session, of: guardian)
            let viewer = try await world.viewers.join(Caller(grants: [.link(link)]), session.id)
            #expect(viewer.userID == guardian.id.text)
        }
        #expect(try await openRows() == 2)
    }

    @Test func `a return within ten seconds reopens the row`() async throws {
        let viewer = try await world.viewers.join(world.owner, session.id)
        try await world.viewers.leave(viewer.id)
        world.clock.advance(by: Viewer.returnWindow)
        #expect(try await world.viewers.join(world.owner, session.id).id == viewer.id)
        #expect(try await openRows() == 1)
    }

    @Test func `a later return is another visit`() async throws {
        let viewer = try await world.viewers.join(world.owner, session.id)
        world.clock.advance(by: 60)
        try await world.viewers.leave(viewer.id)
        world.clock.advance(by: Viewer.returnWindow + 0.001)
        #expect(try await world.viewers.join(world.owner, session.id).id != viewer.id)
        #expect(try await world.accessLog() == [.watched, .left, .watched])
    }

    @Test func `leaving twice changes nothing`() async throws {
        let viewer = try await world.viewers.join(world.owner, session.id)
        try await world.viewers.leave(viewer.id)
        let left = try await world.stored(viewer)
        world.clock.advance(by: 5)
        try await world.viewers.leave(world.owner, session.id, viewer: viewer.id)
        #expect(left.leftAt != nil)
        #expect(try await world.stored(viewer) == left)
    }

    @Test func `only the viewer, the child and the studio may end a visit`() async throws {
        try await world.guardian("mum@x.org", userID: "mum")
        try await world.guardian("dad@x.org", userID: "dad")
        let (mum, dad) = (try World.caller("mum"), try World.caller("dad"))
        let viewer = try await world.viewers.join(mum, session.id)
        for other in [dad, world.stranger, .anonymous] {
            await #expect(throws: DomainError.notFound) {
                try await world.viewers.leave(other, session.id, viewer: viewer.id)
            }
        }
        for allowed in [mum, world.owner, world.studio] {
            world.clock.advance(by: 20)
            let visit = try await world.viewers.join(mum, session.id)
            try await world.viewers.leave(allowed, session.id, viewer: visit.id)
            #expect(try await openRows() == 0)
        }
    }

    @Test func `a visit is found under its own session only`() async throws {
        let viewer = try await world.viewers.join(world.owner, session.id)
        let other = try await world.session()
        await #expect(throws: DomainError.notFound) {
            try await world.viewers.leave(world.owner, other.id, viewer: viewer.id)
        }
    }

    @Test func `nobody joins a session that is over`() async throws {
        let over = try await world.session(endedAgo: 1)
        await #expect(throws: DomainError.conflict("The session has ended")) {
            try await world.viewers.join(world.owner, over.id)
        }
        let principal = Principal(id: "child", name: nil, link: nil, expiresAt: nil)
        #expect(try await world.viewers.join(principal, session: over.id, address: nil) == nil)
        #expect(try await world.viewers.join(principal, session: SessionID(), address: nil) == nil)
    }
}
