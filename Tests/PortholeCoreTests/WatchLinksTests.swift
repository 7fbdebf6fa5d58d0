import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Watch links")
struct WatchLinksTests {
    let world: World
    let session: Session

    init() async throws {
        world = try await World()
        try await world.consent()
        session = try await world.session()
    }

    private func draft(
        _ rights: Set<WatchRight> = [.live],
        for guardian: Guardian? = nil,
        expiresIn: Int? = nil,
        coversChild: Bool = false
    ) -> WatchLinks.Draft {
        WatchLinks.Draft(
            rights: rights,
            guardianID: guardian?.id,
            expiresIn: expiresIn,
            coversChild: coversChild
        )
    }

    @Test func `the child makes a link to share, with a URL that is told once`() async throws {
        let made = try await world.links.create(world.owner, session: session.id, draft([.live, .download]))
        #expect(made.link.rights == [.live, .download])
        #expect(made.link.guardianID == nil)
        #expect(made.link.createdBy == "child")
        #expect(made.url == "https://porthole.example/watch/\(session.id)#token=ptw_\(made.link.id)")
        let listed = try await world.links.list(world.owner, session: session.id)
        #expect(listed.map(\.link) == [made.link])
        #expect(listed.map(\.url) == [nil])
        #expect(try await world.accessLog() == [.createdLink])
    }

    @Test func `a guardian makes links for itself and for nobody else`() async throws {
        let mum = try await world.guardian("mum@x.org", userID: "mum")
        let dad = try await world.guardian("dad@x.org")
        let caller = try World.caller("mum")
        #expect(try await world.links.create(caller, session: session.id, draft()).guardian == mum)
        #expect(try await world.links.create(caller, session: session.id, draft(for: mum)).guardian == mum)
        await #expect(throws: DomainError.forbidden("You may make links for yourself only")) {
            try await world.links.create(caller, session: session.id, draft(for: dad))
        }
    }

    @Test func `a link makes no links`() async throws {
        let caller = Caller(grants: [.link(try await world.link(to: session))])
        await #expect(throws: DomainError.forbidden("You may not make links to this session")) {
            try await world.links.create(caller, session: session.id, draft())
        }
        await #expect(throws: DomainError.self) {
            try await world.links.list(caller, session: session.id)
        }
    }

    @Test func `strangers make and see none`() async throws {
        for caller in [world.stranger, .anonymous] {
            await #expect(throws: DomainError.notFound) {
                try await world.links.create(caller, session: session.id, draft())
            }
            await #expect(throws: DomainError.notFound) {
                try await world.links.list(caller, session: session.id)
            }
        }
    }

    @Test func `a guardian sees its own links, the child and the studio see all`() async throws {
        let mum = try await world.guardian("mum@x.org", userID: "mum")
        let dad = try await world.guardian("dad@x.org")
        let own = try await world.link(to: session, of: mum)
        let made = try await world.links.create(World.caller("mum"), session: session.id, draft()).link
        let others = [try await world.link(to: nil, of: dad), try await world.link(to: session)]
        let ids = { [world] in try await Set(world.links.list($0, session: session.id).map(\.link.id)) }
        #expect(try await ids(World.caller("mum")) == [own.id, made.id])
        #expect(try await ids(world.owner) == Set(([own, made] + others).map(\.id)))
        #expect(try await ids(world.studio).count == 4)
    }

    @Test(arguments: [59, 366 * 86_400 + 1, -1, .min])
    func `an absurd life span is refused`(seconds: Int) async throws {
        await #expect(throws: DomainError.self) {
            try await world.links.create(world.owner, session: session.id, draft(expiresIn: seconds))
        }
    }

    @Test func `a link needs a right, and a guardian of this child if any`() async throws {
        await #expect(throws: DomainError.invalid("A link needs at least one right")) {
            try await world.links.create(world.owner, session: session.id, draft([]))
        }
        let foreign = Guardian(
            childID: try #require(UserID("other")),
            email: "x@x.org",
            name: nil,
            userID: nil,
            createdAt: world.clock.now
        )
        try await world.database.write { try $0.guardians.save(foreign) }
        for guardian in [foreign, try Self.unknown(world.child, world.clock.now)] {
            await #expect(throws: DomainError.invalid("guardian_id names no guardian of this player")) {
                try await world.links.create(world.owner, session: session.id, draft(for: guardian))
            }
        }
    }

    private static func unknown(_ child: UserID, _ now: Date) throws -> Guardian {
        Guardian(childID: child, email: "nobody@x.org", name: nil, userID: nil, createdAt: now)
    }

    @Test func `a link expires the retention after the session's end`() async throws {
        world.live.permission.give()
        let month: TimeInterval = 30 * 86_400
        let early = try await world.links.create(world.owner, session: session.id, draft()).link
        let short = try await world.links.create(world.owner, session: session.id, draft(expiresIn: 60)).link
        let child = try await world.links.create(world.owner, session: session.id, draft(coversChild: true))
            .link
        #expect(early.expiresAt == nil)
        #expect(short.expiresAt == world.clock.now + 60)
        #expect(child.sessionID == nil)
        #expect(child.expiresAt == world.clock.now + month)

        world.clock.advance(by: 100)
        let ended = world.clock.now
        _ = try await world.sessions.end(world.owner, session.id)
        world.clock.advance(by: 100)
        let late = try await world.links.create(world.owner, session: session.id, draft()).link
        #expect(try await world.stored(early).expiresAt == ended + month)
        #expect(try await world.stored(short).expiresAt == ended - 40)
        #expect(late.expiresAt == ended + month)
    }

    @Test func `a revoked link is refused from then on and its viewers are cut`() async throws {
        world.live.permission.give()
        let link = try await world.link(to: session)
        let token = world.tokens.watchToken(for: link.id)
        #expect(try await world.logins.grant(for: token) == .link(link))

        try await world.links.revoke(world.owner, link.id)
        #expect(world.live.takeOrders() == [.cutLink(link.id)])
        await #expect(throws: AuthenticationError.invalid(reason: nil)) {
            try await world.logins.grant(for: token)
        }
        #expect(try await world.accessLog() == [.revokedLink])
    }

    @Test func `a second revocation cuts again and keeps the first time`() async throws {
        world.live.permission.give()
        let link = try await world.link(to: session)
        try await world.links.revoke(world.owner, link.id)
        let revoked = try await world.stored(link).revokedAt
        world.clock.advance(by: 9)
        try await world.links.revoke(world.studio, link.id)
        #expect(try await world.stored(link).revokedAt == revoked)
        #expect(world.live.takeOrders().count == 2)
    }

    @Test func `only its guardian, the child and the studio revoke a link`() async throws {
        let mum = try await world.guardian("mum@x.org", userID: "mum")
        try await world.guardian("dad@x.org", userID: "dad")
        let link = try await world.link(to: session, of: mum)
        let holder = Caller(grants: [.link(link)])
        for caller in [try World.caller("dad"), holder, world.stranger, .anonymous] {
            await #expect(throws: DomainError.notFound) { try await world.links.revoke(caller, link.id) }
        }
        await #expect(throws: DomainError.notFound) {
            try await world.links.revoke(world.studio, WatchLinkID())
        }
        world.live.permission.give()
        try await world.links.revoke(World.caller("mum"), link.id)
        #expect(try await world.stored(link).revokedAt != nil)
    }
}
