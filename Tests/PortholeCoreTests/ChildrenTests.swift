import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("A child's guardians, consent and erasure")
struct ChildrenTests {
    let world: World
    let session: Session

    init() async throws {
        world = try await World()
        try await world.consent()
        session = try await world.session()
    }

    private func replace(_ drafts: [(String, String?)]) async throws -> [Guardian] {
        try await world.children.replaceGuardians(
            world.studio,
            of: world.child,
            with: drafts.map { .init(email: $0.0, name: nil, userID: $0.1.flatMap { UserID($0) }) }
        )
    }

    private func save(live: Bool = true, record: Bool = true, notify: Bool = true) async throws -> Consent {
        try await world.children.saveConsent(
            world.studio,
            of: world.child,
            .init(live: live, record: record, notify: notify, method: nil, policyVersion: nil)
        )
    }

    // MARK: - Guardians

    @Test func `guardians are replaced, and those who stay keep their row`() async throws {
        let mum = try await world.guardian("mum@x.org")
        try await world.guardian("dad@x.org")
        let guardians = try await replace([("MUM@x.org", "mum"), ("gran@x.org", nil)])
        #expect(guardians.map(\.email) == ["gran@x.org", "mum@x.org"])
        #expect(guardians.last?.id == mum.id)
        #expect(guardians.last?.userID == UserID("mum"))
        #expect(try await world.children.guardians(world.owner, of: world.child) == guardians)
        #expect(try await world.accessLog() == [.changedGuardians])
    }

    @Test func `a guardian who is removed loses links, sockets and rights at once`() async throws {
        world.live.permission.give()
        let mum = try await world.guardian("mum@x.org", userID: "mum")
        let dad = try await world.guardian("dad@x.org", userID: "dad")
        let mums = try await world.link(to: session, of: mum)
        let dads = try await world.link(to: nil, of: dad)
        _ = try await replace([("mum@x.org", "mum")])
        #expect(
            world.live.takeOrders() == [
                .cutLink(dads.id), .cutUser("dad", child: world.child, sessions: [session.id]),
            ]
        )
        #expect(try await world.stored(dads).revokedAt != nil)
        #expect(try await world.stored(mums).revokedAt == nil)
        #expect(try await world.rights(of: World.caller("dad"), on: session) == [])
        #expect(try await world.rights(of: World.caller("mum"), on: session).contains(.live))
    }

    @Test func `a guardian known by e-mail alone is cut as well`() async throws {
        world.live.permission.give()
        try await world.guardian("mum@x.org", userID: "mum")
        try await world.guardian("dad@x.org")
        let dad = try World.caller("dads-account", role: .guardian, email: "dad@x.org")
        _ = try await world.viewers.join(dad, session.id)
        _ = try await world.viewers.join(World.caller("mum"), session.id)
        _ = try await world.viewers.join(world.owner, session.id)
        _ = try await replace([("mum@x.org", "mum")])
        #expect(
            world.live.takeOrders() == [
                .cutUser("dads-account", child: world.child, sessions: [session.id])
            ]
        )
    }

    @Test func `a guardian row that goes over to another account cuts the old one`() async throws {
        world.live.permission.give()
        try await world.guardian("mum@x.org", userID: "old")
        _ = try await replace([("mum@x.org", "new")])
        #expect(
            world.live.takeOrders() == [.cutUser("old", child: world.child, sessions: [session.id])]
        )
    }

    @Test func `the same guardians again cut nobody`() async throws {
        try await world.guardian("mum@x.org", userID: "mum")
        _ = try await world.viewers.join(World.caller("mum"), session.id)
        _ = try await world.viewers.join(world.studio, session.id)
        #expect(try await replace([("mum@x.org", "mum")]).count == 1)
    }

    @Test func `only the studio replaces guardians`() async throws {
        try await world.guardian("mum@x.org", userID: "mum")
        let children = world.children
        for caller in [world.owner, try World.caller("mum")] {
            await #expect(throws: DomainError.forbidden("Only the studio's own token may change this")) {
                try await children.replaceGuardians(caller, of: world.child, with: [])
            }
        }
        for caller in [world.stranger, .anonymous] {
            await #expect(throws: DomainError.notFound) {
                try await children.replaceGuardians(caller, of: world.child, with: [])
            }
            await #expect(throws: DomainError.notFound) {
                try await children.guardians(caller, of: world.child)
            }
        }
        #expect(try await children.guardians(world.owner, of: world.child).count == 1)
    }

    @Test func `wrong drafts change nothing`() async throws {
        try await world.guardian("mum@x.org")
        await #expect(throws: DomainError.invalid("Each guardian needs a valid email")) {
            try await replace([("dad@x.org", nil), ("not an address", nil)])
        }
        await #expect(throws: DomainError.self) {
            try await replace((0...Children.maximumGuardians).map { ("g\($0)@x.org", nil) })
        }
        await #expect(throws: DomainError.self) {
            try await world.children.replaceGuardians(
                world.studio,
                of: world.child,
                with: [.init(email: "dad@x.org", name: "Dad\r\nBcc: x@x.org", userID: nil)]
            )
        }
        #expect(
            try await world.children.guardians(world.owner, of: world.child).map(\.email) == ["mum@x.org"]
        )
    }

    // MARK: - Consent

    @Test func `consent is written by the studio and read by the family`() async throws {
        world.live.permission.give()
        let consent = try await world.children.saveConsent(
            world.studio,
            of: world.child,
            .init(live: true, record: false, notify: true, method: "letter", policyVersion: "3")
        )
        #expect(consent.method == "letter")
        #expect(consent.policyVersion == "3")
        #expect(consent.grantedBy == "studio")
        #expect(try await world.children.consent(world.owner, of: world.child) == consent)
        await #expect(throws: DomainError.forbidden("Only the studio's own token may change this")) {
            try await world.children.deleteConsent(world.owner, of: world.child)
        }
        await #expect(throws: DomainError.notFound) {
            try await world.children.consent(world.stranger, of: world.child)
        }
    }

    @Test func `a change of consent keeps when and how it was first given`() async throws {
        let given = world.clock.now
        world.clock.advance(by: 60)
        let consent = try await save(notify: false)
        #expect(consent.grantedAt == given)
        #expect(consent.method == "form")
        #expect(consent.updatedAt == world.clock.now)
        #expect(try await world.accessLog() == [.changedConsent])
    }

    @Test func `a child that no longer may be watched live is cut off at once`() async throws {
        world.live.permission.give()
        _ = try await save(live: false)
        #expect(world.live.takeOrders().contains(.cutViewers(session.id)))
    }

    @Test func `withdrawn consent cuts all viewers and shuts out all but child and studio`() async throws {
        world.live.permission.give()
        try await world.guardian(userID: "mum")
        try await world.children.deleteConsent(world.studio, of: world.child)
        #expect(world.live.takeOrders().contains(.cutViewers(session.id)))
        #expect(try await world.rights(of: World.caller("mum"), on: session) == [])
        await #expect(throws: DomainError.notFound) {
            try await world.children.deleteConsent(world.studio, of: world.child)
        }
    }

    @Test func `a page that records is cut off when recording is no longer allowed`() async throws {
        world.live.permission.give()
        let session = try await world.session()
        _ = try await save(record: false)
        #expect(world.live.takeOrders().contains(.cutViewers(session.id)))
    }

    @Test func `other changes of consent cut nobody`() async throws {
        _ = try await save(notify: false)
    }

    // MARK: - Unsubscribing

    @Test func `one click stops mails to one address about one child`() async throws {
        let mum = try await world.guardian("mum@x.org")
        try await world.guardian("dad@x.org")
        let token = world.tokens.unsubscribeToken(for: mum.id)
        try await world.children.unsubscribe(token: token)
        let first = world.clock.now
        world.clock.advance(by: 5)
        try await world.children.unsubscribe(token: token)
        let guardians = try await world.children.guardians(world.owner, of: world.child)
        #expect(guardians.map(\.unsubscribedAt) == [nil, first])
        #expect(try await world.accessLog() == [.unsubscribed])
        for unknown in ["", "stop_", world.tokens.unsubscribeToken(for: GuardianID())] {
            await #expect(throws: DomainError.notFound) {
                try await world.children.unsubscribe(token: unknown)
            }
        }
    }

    // MARK: - Erasure

    @Test func `erasing a child leaves nothing of it and everything of others`() async throws {
        for permission in [world.live.permission, world.store.permission, world.remuxer.permission] {
            permission.give()
        }
        let mum = try await world.guardian(userID: "mum")
        let link = try await world.link(to: session, of: mum)
        let cookie = try await world.logins
            .exchange(world.tokens.watchToken(for: link.id), cookie: nil, address: nil)
            .cookie
        _ = try await world.viewers.join(world.owner, session.id)
        try await world.upload("aa", nil, to: session)
        try await world.end(session)
        try await world.combiner.step()
        try await world.upload("tail", nil, run: 2, to: session)
        let active = try await world.session()
        let others = try await world.session(of: "other")
        _ = world.live.takeOrders()

        let mails = try await world.outbox().map(\.id)

        let erasure = try await world.children.erase(World.caller("mum"), world.child)
        #expect(erasure == .init(sessions: 2, recordings: 1, links: 1))
        #expect(!mails.isEmpty && Set(world.mailer.forgotten) == Set(mails))
        #expect(Set(world.live.takeOrders()) == [.end(session.id), .end(active.id)])
        #expect(world.store.keys.isEmpty)
        #expect(try world.store.stagedFileCount() == 0)
        #expect(try await world.accessLog() == [])
        #expect(try await world.outbox().isEmpty)
        #expect(try await world.stored(others).status == .active)
        let (child, gone) = (world.child, session.id)
        let left = try await world.database.read { db in
            [
                try db.sessions.find(gone) == nil,
                try db.guardians.list(childID: child).isEmpty,
                try db.consents.find(child) == nil,
                try db.watchLinks.list(childID: child).isEmpty,
                try db.recordings.list(sessionID: gone).isEmpty,
            ]
        }
        #expect(left == Array(repeating: true, count: left.count))
        await #expect(throws: AuthenticationError.self) {
            try await world.logins.grants(forCookie: cookie)
        }
    }

    @Test func `what arrives while a child is erased goes too`() async throws {
        world.live.permission.give()
        world.store.permission.give()
        try await world.upload("aa", nil, to: session)
        let (children, studio, child) = (world.children, world.studio, world.child)
        let (receiver, owner) = (world.receiver, world.owner)
        let upload = ChunkUpload(
            sessionID: session.id,
            chunkNumber: nil,
            runID: try World.runID(2),
            startedAt: nil,
            isFinal: true,
            mimeType: "video/webm;codecs=vp9"
        )
        let file = StagedFile(path: try await world.store.stage("bb"), size: 2, digest: World.digest("bb"))
        let refused = StagedFile(path: try await world.store.stage("cc"), size: 2, digest: World.digest("cc"))
        let consent = Children.ConsentDraft(
            live: true,
            record: true,
            notify: true,
            method: nil,
            policyVersion: nil
        )
        world.store.beforeNextDelete {
            await #expect(throws: DomainError.forbidden("Nobody has agreed to recordings of this player")) {
                try await receiver.receive(owner, upload, refused)
            }
            // Unless it is agreed to anew.
            _ = try await children.saveConsent(studio, of: child, consent)
            _ = try await receiver.receive(owner, upload, file)
        }
        _ = try await children.erase(studio, child)
        #expect(world.store.keys.isEmpty)
        #expect(try world.store.stagedFileCount() == 0)
        #expect(try await world.stored(recordingsOf: session).isEmpty)
    }

    @Test func `only guardians and the studio erase`() async throws {
        await #expect(throws: DomainError.forbidden("Only guardians and the studio may erase")) {
            try await world.children.erase(world.owner, world.child)
        }
        let link = Caller(grants: [.link(try await world.link(to: nil))])
        for caller in [link, world.stranger, .anonymous] {
            await #expect(throws: DomainError.notFound) {
                try await world.children.erase(caller, world.child)
            }
        }
        #expect(try await world.stored(session).status == .active)
    }
}
