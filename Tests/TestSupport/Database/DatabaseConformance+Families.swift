import Foundation
import PortholeCore
import Testing

extension DatabaseConformance {
    private typealias Fixture = DatabaseFixture

    static let guardians: [DatabaseConformance] = [
        DatabaseConformance("saves a guardian once for a child and an address") { database in
            var guardian = try Fixture.guardian(email: "Mum@Example.org")
            guardian.name = "Mum"
            guardian.userID = try Fixture.child("mum")
            let first = guardian
            try await database.write { try $0.guardians.save(first) }
            #expect(try await database.read { try $0.guardians.find(first.id) } == first)
            #expect(
                try await database.read {
                    try $0.guardians.find(childID: first.childID, email: "MUM@example.org")
                }
                    == first
            )

            let again = Guardian(
                childID: first.childID,
                email: "mum@example.org",
                name: nil,
                userID: nil,
                createdAt: Fixture.time(9)
            )
            guardian.name = nil
            guardian.userID = nil
            let expected = guardian
            try await database.write { try $0.guardians.save(again) }
            #expect(try await database.read { try $0.guardians.list(childID: first.childID) } == [expected])

            guardian.unsubscribedAt = Fixture.time(3.5)
            let unsubscribed = guardian
            try await database.write { try $0.guardians.save(unsubscribed) }
            #expect(try await database.read { try $0.guardians.find(first.id) } == unsubscribed)
        },
        DatabaseConformance("lists a child's guardians by address") { database in
            let guardians = try ["a@x.org", "b@x.org", "c@x.org"].map { try Fixture.guardian(email: $0) }
            let stranger = try Fixture.guardian(of: "child-b", email: "a@x.org")
            try await database.write { transaction in
                for guardian in guardians.reversed() + [stranger] { try transaction.guardians.save(guardian) }
            }
            let child = try Fixture.child()
            #expect(try await database.read { try $0.guardians.list(childID: child) } == guardians)
        },
        DatabaseConformance("knows whose guardian a user is") { database in
            var known = try Fixture.guardian(of: "child-a", email: "a@x.org")
            known.userID = try Fixture.child("mum")
            let byID = known
            let byEmail = try Fixture.guardian(of: "child-b", email: "mum@x.org")
            let other = try Fixture.guardian(of: "child-c", email: "other@x.org")
            try await database.write { for row in [byID, byEmail, other] { try $0.guardians.save(row) } }
            let children = { @Sendable (user: String, email: String?) in
                try await database.read {
                    try $0.guardians.children(userID: Fixture.child(user), email: email)
                }
            }
            #expect(try await children("mum", nil) == [byID.childID])
            #expect(try await children("mum", "Mum@X.org") == [byID.childID, byEmail.childID])
            #expect(try await children("x", "mum@x.org") == [byEmail.childID])
            #expect(try await children("x", "") == [])
            #expect(try await children("x", nil) == [])
        },
        DatabaseConformance("deletes a guardian with the mails owed to it, and leaves its links") {
            database in
            let session = try Fixture.session()
            let guardian = try Fixture.guardian()
            let kept = try Fixture.guardian(email: "kept@example.org")
            let link = Fixture.link(childID: session.userID, guardian: guardian)
            try await database.write { transaction in
                try transaction.sessions.insert(session)
                for guardian in [guardian, kept] {
                    try transaction.guardians.save(guardian)
                    try transaction.outbox.enqueue(Fixture.message(about: session, to: guardian))
                }
                try transaction.watchLinks.insert(link)
                try transaction.guardians.delete(guardian.id)
            }
            #expect(try await database.read { try $0.guardians.find(guardian.id) } == nil)
            #expect(try await database.read { try $0.outbox.list(limit: 9) }.map(\.guardianID) == [kept.id])
            #expect(try await database.read { try $0.watchLinks.find(link.id) } == link)
        },
    ]

    static let consents: [DatabaseConformance] = [
        DatabaseConformance("keeps one consent for each child") { database in
            let consent = try Fixture.consent()
            try await database.write { try $0.consents.save(consent) }
            #expect(try await database.read { try $0.consents.find(consent.childID) } == consent)

            var changed = Consent(
                childID: consent.childID,
                live: false,
                record: true,
                notify: false,
                method: "paper",
                policyVersion: "2",
                grantedBy: "other",
                grantedAt: Fixture.time(5.5)
            )
            changed.updatedAt = Fixture.time(6.5)
            let saved = changed
            try await database.write { try $0.consents.save(saved) }
            #expect(try await database.read { try $0.consents.find(consent.childID) } == saved)

            try await database.write { try $0.consents.delete(consent.childID) }
            #expect(try await database.read { try $0.consents.find(consent.childID) } == nil)
        }
    ]
}
