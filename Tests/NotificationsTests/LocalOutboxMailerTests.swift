import Foundation
import Notifications
import PortholeCore
import Testing

@Suite("Local outbox")
final class LocalOutboxMailerTests: Sendable {
    private let directory: TemporaryDirectory
    private let mailer: LocalOutboxMailer
    private var outbox: String { directory.path + "/outbox" }

    init() throws {
        directory = try TemporaryDirectory()
        mailer = try LocalOutboxMailer(
            dataDirectory: directory.path,
            from: MailSender(address: "porthole@localhost"),
            capacity: 5
        )
    }

    deinit { directory.remove() }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a mail is there as a message and for the page, for this user only`() async throws {
        let mail = Mail.sample()
        try await mailer.send(mail)
        let message = try String(contentsOfFile: "\(outbox)/\(mail.id).eml", encoding: .utf8)
        #expect(message.contains("Message-ID: <\(mail.id)@localhost>"))
        let entry = try #require(try await mailer.list().first)
        #expect(entry.id == mail.id)
        #expect(entry.to == "parent@example.org")
        #expect(entry.subject == "Mia is live in VR")
        #expect(entry.links == [mail.link, mail.unsubscribeLink])
        #expect(entry.text.contains(mail.link) && entry.html.contains(mail.link))
        #expect(abs(entry.createdAt.timeIntervalSinceNow) < 60)
        #expect(try mode(outbox) == 0o700)
        #expect(try mode("\(outbox)/\(mail.id).eml") == 0o600)
        #expect(try mode("\(outbox)/\(mail.id).json") == 0o600)
    }

    @Test func `the same mail again replaces itself`() async throws {
        let mail = Mail.sample()
        try await mailer.send(mail)
        try await mailer.send(mail)
        #expect(try await mailer.list().count == 1)
    }

    @Test func `the newest stay`() async throws {
        let mails = (0..<8).map { _ in Mail.sample() }
        for mail in mails { try await mailer.send(mail) }
        #expect(try await mailer.list().map(\.id) == mails.suffix(5).reversed().map(\.id))
        #expect(try FileManager.default.contentsOfDirectory(atPath: outbox).count == 10)
    }

    @Test func `a broken file does not hide the others`() async throws {
        try Data("{".utf8).write(to: URL(fileURLWithPath: outbox + "/broken.json"))
        try await mailer.send(.sample())
        #expect(try await mailer.list().count == 1)
    }

    @Test func `the check leaves nothing behind, and fails when the directory is gone`() async throws {
        try await mailer.check()
        #expect(try FileManager.default.contentsOfDirectory(atPath: outbox).isEmpty)
        try FileManager.default.removeItem(atPath: outbox)
        await #expect(throws: MailError.temporary("the local outbox cannot be written")) {
            try await self.mailer.check()
        }
        await #expect(throws: MailError.temporary("the local outbox cannot be written")) {
            try await self.mailer.send(.sample())
        }
    }
}
