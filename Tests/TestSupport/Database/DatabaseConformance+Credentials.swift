import Foundation
import PortholeCore
import Testing

extension DatabaseConformance {
    private typealias Fixture = DatabaseFixture

    static let watchLinks: [DatabaseConformance] = [
        DatabaseConformance("keeps every field of a watch link") { database in
            let session = try Fixture.session()
            let guardian = try Fixture.guardian()
            var link = Fixture.link(childID: session.userID, session: session, guardian: guardian)
            let bare = WatchLink(
                childID: session.userID,
                sessionID: nil,
                guardianID: nil,
                rights: [],
                createdBy: "x",
                createdAt: Fixture.time(1),
                expiresAt: Fixture.time(2.5)
            )
            let inserted = link
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                try transaction.watchLinks.insert(inserted)
                try transaction.watchLinks.insert(bare)
            }
            #expect(try await database.read { try $0.watchLinks.find(inserted.id) } == inserted)
            #expect(try await database.read { try $0.watchLinks.find(bare.id) } == bare)
            #expect(try await database.read { try $0.watchLinks.find(WatchLinkID()) } == nil)

            link.expiresAt = Fixture.time(3.5)
            link.revokedAt = Fixture.time(4.5)
            let updated = link
            try await database.write { try $0.watchLinks.update(updated) }
            #expect(try await database.read { try $0.watchLinks.find(updated.id) } == updated)
        },
        DatabaseConformance("lists the links of a session and of a child, newest first") { database in
            let session = try Fixture.session()
            let other = try Fixture.session()
            let child = session.userID
            let own = Fixture.link(childID: child, session: session, createdAt: 1)
            let whole = Fixture.link(childID: child, createdAt: 2)
            let sibling = Fixture.link(childID: child, session: other, createdAt: 3)
            let stranger = Fixture.link(childID: try Fixture.child("child-b"), createdAt: 4)
            try await database.write { transaction in
                for session in [session, other] { try transaction.sessions.insert(session) }
                for link in [own, whole, sibling, stranger] { try transaction.watchLinks.insert(link) }
            }
            #expect(
                try await database.read { try $0.watchLinks.list(sessionID: session.id, childID: child) }
                    == [whole, own]
            )
            #expect(
                try await database.read { try $0.watchLinks.list(childID: child) } == [sibling, whole, own]
            )
        },
        DatabaseConformance("sets the expiry of a session's links that have none") { database in
            let session = try Fixture.session()
            let open = Fixture.link(childID: session.userID, session: session)
            let dated = Fixture.link(childID: session.userID, session: session, expiresAt: 5)
            let whole = Fixture.link(childID: session.userID)
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                for link in [open, dated, whole] { try transaction.watchLinks.insert(link) }
                try transaction.watchLinks.setExpiry(sessionID: session.id, at: Fixture.time(99.5))
            }
            let expiries = try await database.read { transaction in
                try [open, dated, whole].map { try transaction.watchLinks.find($0.id)?.expiresAt }
            }
            #expect(expiries == [Fixture.time(99.5), Fixture.time(5), nil])
        },
    ]

    static let pageLogins: [DatabaseConformance] = [
        DatabaseConformance("keeps a page login with its grants in order") { database in
            let session = try Fixture.session()
            let first = Fixture.link(childID: session.userID, session: session)
            let second = Fixture.link(childID: session.userID)
            var login = Fixture.login([.link(second), .user(try Fixture.user()), .link(first)])
            let inserted = login
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                for link in [first, second] { try transaction.watchLinks.insert(link) }
                try transaction.pageLogins.insert(inserted)
            }
            let hash = login.tokenHash
            #expect(try await database.read { try $0.pageLogins.find(tokenHash: hash) } == inserted)
            #expect(try await database.read { try $0.pageLogins.find(tokenHash: [1, 2]) } == nil)

            login.grants = [.user(try Fixture.user("other"))]
            login.expiresAt = Fixture.time(2000.5)
            let updated = login
            try await database.write { try $0.pageLogins.update(updated) }
            #expect(try await database.read { try $0.pageLogins.find(tokenHash: hash) } == updated)

            try await database.write { transaction in
                try transaction.pageLogins.delete(updated.id)
                try transaction.pageLogins.update(updated)
            }
            #expect(try await database.read { try $0.pageLogins.find(tokenHash: hash) } == nil)
        },
        DatabaseConformance("reads a login's links as they are now") { database in
            let session = try Fixture.session()
            var link = Fixture.link(childID: session.userID, session: session)
            let whole = Fixture.link(childID: session.userID)
            let login = Fixture.login([.link(link), .link(whole)])
            let inserted = link
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                try transaction.watchLinks.insert(inserted)
                try transaction.watchLinks.insert(whole)
                try transaction.pageLogins.insert(login)
            }
            link.revokedAt = Fixture.time(5)
            let revoked = link
            try await database.write { try $0.watchLinks.update(revoked) }
            let find: @Sendable (any Transaction) throws -> PageLogin? = {
                try $0.pageLogins.find(tokenHash: login.tokenHash)
            }
            #expect(try await database.read(find)?.grants == [.link(revoked), .link(whole)])

            try await database.write { try $0.sessions.delete(session.id) }
            let rest = try await database.read(find)
            #expect(rest?.grants == [.link(whole)])

            try await database.write { try $0.pageLogins.update(login) }
            #expect(try await database.read(find)?.grants == [.link(whole)])
        },
        DatabaseConformance("has one login for a cookie and forgets expired ones") { database in
            let old = Fixture.login([], hash: 1, expiresAt: 10)
            let new = Fixture.login([], hash: 2, expiresAt: 20)
            try await database.write { transaction in
                try transaction.pageLogins.insert(old)
                try transaction.pageLogins.insert(new)
            }
            #expect(await database.refuses { try $0.pageLogins.insert(Fixture.login([], hash: 2)) })
            try await database.write { try $0.pageLogins.deleteExpired(before: Fixture.time(15)) }
            #expect(try await database.read { try $0.pageLogins.find(tokenHash: old.tokenHash) } == nil)
            #expect(try await database.read { try $0.pageLogins.find(tokenHash: new.tokenHash) } == new)
        },
    ]
}
