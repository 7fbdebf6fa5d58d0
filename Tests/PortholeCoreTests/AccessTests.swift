import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Access: nobody may do what was not granted")
struct AccessTests {
    let world: World

    init() async throws {
        world = try await World()
    }

    private static let guardianRights: SessionRights = [
        .know, .live, .record, .recording, .download, .deleteRecording, .ownLinks,
    ]

    @Test func `the child itself may do everything with its session`() async throws {
        let session = try await world.session()
        #expect(try await world.rights(of: world.owner, on: session) == .owner)
    }

    @Test(arguments: [User.Role.service, .admin])
    func `the studio may do everything but be the headset`(role: User.Role) async throws {
        let session = try await world.session()
        let rights = try await world.rights(of: World.caller("studio", role: role), on: session)
        #expect(rights == .trusted)
        #expect(!rights.contains(.host))
    }

    @Test func `a stranger does not even learn that the session exists`() async throws {
        let session = try await world.session()
        try await world.consent()
        #expect(try await world.rights(of: .anonymous, on: session) == [])
        #expect(try await world.rights(of: world.stranger, on: session) == [])
        await #expect(throws: DomainError.notFound) {
            try await world.sessions.find(world.stranger, session.id)
        }
        await #expect(throws: DomainError.notFound) {
            try await world.sessions.find(.anonymous, session.id)
        }
    }

    @Test func `a guardian by user id may watch and keep, but not end the session`() async throws {
        let session = try await world.session()
        try await world.consent()
        try await world.guardian(userID: "mum")
        let mum = try World.caller("mum")
        #expect(try await world.rights(of: mum, on: session) == Self.guardianRights)
        await #expect(throws: DomainError.forbidden("Only the player may end the session")) {
            try await world.sessions.end(mum, session.id)
        }
    }

    @Test func `an e-mail makes a guardian only together with the role`() async throws {
        let session = try await world.session()
        try await world.consent()
        try await world.guardian("mum@example.org")
        let withRole = try World.caller("x", role: .guardian, email: "MUM@Example.org")
        let withoutRole = try World.caller("x", role: .user, email: "mum@example.org")
        let withoutEmail = try World.caller("x", role: .guardian)
        #expect(try await world.rights(of: withRole, on: session) == Self.guardianRights)
        #expect(try await world.rights(of: withoutRole, on: session) == [])
        #expect(try await world.rights(of: withoutEmail, on: session) == [])
    }

    @Test func `a guardian of one child is nobody to another`() async throws {
        let other = try await world.session(of: "other")
        try await world.consent()
        try await world.guardian(userID: "mum")
        #expect(try await world.rights(of: World.caller("mum"), on: other) == [])
    }

    @Test(arguments: [
        (WatchRight.live, SessionRights.live),
        (.recording, .recording),
        (.download, .download),
        (.record, .record),
    ])
    func `a link gives exactly the rights in its row`(right: WatchRight, given: SessionRights) async throws {
        let session = try await world.session()
        try await world.consent()
        let link = try await world.link(to: session, rights: [right])
        #expect(try await world.rights(of: Caller(grants: [.link(link)]), on: session) == [.know, given])
    }

    @Test func `a link to one session opens no other, a link to a child all of its own`() async throws {
        let session = try await world.session()
        let next = try await world.session()
        let others = try await world.session(of: "other")
        try await world.consent()
        let one = Caller(grants: [.link(try await world.link(to: session, rights: [.live]))])
        let all = Caller(grants: [.link(try await world.link(to: nil, rights: [.live]))])
        #expect(try await world.rights(of: one, on: session) == [.know, .live])
        #expect(try await world.rights(of: one, on: next) == [])
        #expect(try await world.rights(of: all, on: next) == [.know, .live])
        #expect(try await world.rights(of: all, on: others) == [])
    }

    @Test func `a link that names a session of another child opens nothing`() async throws {
        let others = try await world.session(of: "other")
        try await world.consent()
        let forged = try await world.link(to: others)
        #expect(try await world.rights(of: Caller(grants: [.link(forged)]), on: others) == [])
    }

    @Test func `a link stops at its expiry and at its revocation`() async throws {
        let session = try await world.session()
        try await world.consent()
        let expiring = try await world.link(to: session, expiresIn: 60)
        var revoked = try await world.link(to: session)
        revoked.revokedAt = world.clock.now
        #expect(try await world.rights(of: Caller(grants: [.link(revoked)]), on: session) == [])
        let caller = Caller(grants: [.link(expiring)])
        world.clock.advance(by: 59)
        #expect(try await world.rights(of: caller, on: session).contains(.live))
        world.clock.advance(by: 1)
        #expect(try await world.rights(of: caller, on: session) == [])
    }

    @Test func `without a consent record only the child and the studio see anything`() async throws {
        let session = try await world.session()
        try await world.guardian(userID: "mum")
        let link = Caller(grants: [.link(try await world.link(to: session))])
        #expect(try await world.rights(of: World.caller("mum"), on: session) == [])
        #expect(try await world.rights(of: link, on: session) == [])
        #expect(try await world.rights(of: world.owner, on: session) == .owner)
        #expect(try await world.rights(of: world.studio, on: session) == .trusted)
    }

    @Test func `without consent to live pictures guardians and links see recordings only`() async throws {
        let session = try await world.session()
        try await world.consent(live: false)
        try await world.guardian(userID: "mum")
        let mum = try World.caller("mum")
        let link = Caller(grants: [.link(try await world.link(to: session))])
        #expect(
            try await world.rights(of: mum, on: session)
                == [.know, .recording, .download, .deleteRecording, .ownLinks]
        )
        #expect(try await world.rights(of: link, on: session) == [.know, .recording, .download])
        await #expect(throws: DomainError.forbidden("You may not watch this session live")) {
            try await world.viewers.join(mum, session.id)
        }
        #expect(try await world.rights(of: world.owner, on: session).contains(.live))
    }

    @Test func `a cookie's grants add up`() async throws {
        let session = try await world.session()
        try await world.consent()
        let live = try await world.link(to: session, rights: [.live])
        let download = try await world.link(to: session, rights: [.download])
        let both = Caller(grants: [.link(live), .link(download), .user(try World.user("stranger"))])
        #expect(try await world.rights(of: both, on: session) == [.know, .live, .download])
    }

    // MARK: - Lists

    @Test func `lists hold what one may watch and nothing else`() async throws {
        let session = try await world.session()
        let others = try await world.session(of: "other")
        try await world.consent()
        try await world.guardian(userID: "mum")
        let link = Caller(grants: [.link(try await world.link(to: session, rights: [.live]))])
        let ids = { (caller: Caller) in try await world.sessions.active(caller).map(\.session.id) }
        #expect(try await Set(ids(world.studio)) == [session.id, others.id])
        #expect(try await ids(world.owner) == [session.id])
        #expect(try await ids(World.caller("mum")) == [session.id])
        #expect(try await ids(link) == [session.id])
        #expect(try await ids(world.stranger) == [])
        #expect(try await ids(.anonymous) == [])
        #expect(try await world.scope(of: link, with: .recording).isEmpty)
    }

    @Test func `lists follow consent`() async throws {
        try await world.guardian(userID: "mum")
        let mum = try World.caller("mum")
        #expect(try await !world.scope(of: mum, with: .recording).children.contains(world.child))
        try await world.consent(live: false)
        #expect(try await world.scope(of: mum, with: .recording).children.contains(world.child))
        #expect(try await !world.scope(of: mum, with: .live).children.contains(world.child))
        #expect(try await world.scope(of: world.owner, with: .live).children == [world.child])
    }

    @Test func `expired and revoked links are in no list`() async throws {
        try await world.consent()
        let expired = try await world.link(to: nil, expiresIn: 60)
        var revoked = try await world.link(to: nil)
        revoked.revokedAt = world.clock.now
        world.clock.advance(by: 60)
        let caller = Caller(grants: [.link(expired), .link(revoked)])
        #expect(try await world.scope(of: caller, with: .recording).isEmpty)
    }

    // MARK: - A child's own records

    @Test func `a child reads its records, guardians may erase them, the studio writes them`() async throws {
        try await world.guardian(userID: "mum")
        let link = Caller(grants: [.link(try await world.link(to: nil))])
        let rights = { [world] (caller: Caller) in
            let child = world.child
            return try await world.database.read { try Access.rights(of: caller, onChild: child, in: $0) }
        }
        #expect(try await rights(world.owner) == .read)
        #expect(try await rights(World.caller("mum")) == [.read, .erase])
        #expect(try await rights(world.studio) == [.read, .write, .erase])
        #expect(try await rights(world.stranger) == [])
        #expect(try await rights(link) == [])
        #expect(try await rights(.anonymous) == [])
    }

    // MARK: - Signaling

    @Test func `the first place is the child's, the others are viewers`() async throws {
        let session = try await world.session()
        try await world.consent()
        try await world.guardian(userID: "mum")
        let place = { [world] (caller: Caller, view: Bool, host: Bool) in
            try await world.admission.place(
                for: caller,
                session: session.id,
                wantsToView: view,
                wantsToHost: host
            )
        }
        let mum = try World.caller("mum")
        #expect(try await place(world.owner, false, false)?.isHost == true)
        #expect(try await place(world.owner, true, false)?.isHost == false)
        #expect(try await place(mum, false, false)?.isHost == false)
        #expect(try await place(mum, false, false)?.mayRecord == true)
        await #expect(throws: DomainError.forbidden("Only the player may be the host")) {
            try await place(mum, false, true)
        }
        await #expect(throws: DomainError.notFound) { try await place(world.stranger, false, false) }
    }

    @Test func `nobody is let into a session that is over`() async throws {
        let session = try await world.session(endedAgo: 1)
        await #expect(throws: DomainError.notFound) {
            try await world.admission.place(
                for: world.owner,
                session: session.id,
                wantsToView: false,
                wantsToHost: false
            )
        }
        await #expect(throws: DomainError.notFound) {
            try await world.admission.host(ofSession: session.id)
        }
    }

    @Test func `no viewer records without consent to recordings`() async throws {
        let session = try await world.session()
        try await world.consent(record: false)
        try await world.guardian(userID: "mum")
        let place = try await world.admission.place(
            for: World.caller("mum"),
            session: session.id,
            wantsToView: true,
            wantsToHost: false
        )
        #expect(place?.mayRecord == false)
    }

    @Test func `a link without a named session leads to the newest that it opens`() async throws {
        _ = try await world.session(startedAgo: 60)
        let newest = try await world.session()
        _ = try await world.session(of: "other")
        try await world.consent()
        let link = Caller(grants: [.link(try await world.link(to: nil))])
        let place = { [world] (caller: Caller) in
            try await world.admission.place(
                for: caller,
                session: nil,
                wantsToView: true,
                wantsToHost: false
            )
        }
        #expect(try await place(link)?.session.id == newest.id)
        #expect(try await place(world.stranger) == nil)
    }
}
