import Foundation
import Notifications
import PortholeCore
import Testing

@Suite("Mail by SMTP, against aiosmtpd", .enabled(if: SMTPPeer.python != nil), .serialized)
struct SMTPMailerTests {
    private let from = MailSender(name: "Porthole", address: "porthole@sender.example")

    private func mailer(_ endpoint: SMTPEndpoint, trusting caFile: String? = nil) throws -> SMTPMailer {
        try SMTPMailer(endpoint: endpoint, from: from, caFile: caFile)
    }

    private func failure(_ body: () async throws -> Void) async -> MailError? {
        do {
            try await body()
            return nil
        } catch let error as MailError {
            return error
        } catch {
            return .temporary("another error: \(error)")
        }
    }

    @Test(arguments: [("starttls", SMTPEndpoint.Security.startTLS), ("tls", .implicitTLS)])
    func `a mail arrives whole over TLS`(mode: String, security: SMTPEndpoint.Security) async throws {
        let peer = try SMTPPeer(mode)
        let mailer = try mailer(peer.endpoint(security), trusting: peer.caFile)
        let mail = Mail.sample()
        try await mailer.send(mail)
        let received = try #require(try peer.received().first)
        #expect(received.from == "porthole@sender.example")
        #expect(received.to == ["parent@example.org"])
        #expect(received.tls)
        #expect(received.client == "sender.example")
        #expect(received.message.contains("\r\nMessage-ID: <\(mail.id)@sender.example>\r\n"))
        #expect(received.message.contains("\r\nList-Unsubscribe: <\(mail.unsubscribeLink)>\r\n"))
        #expect(received.message.hasSuffix("--\r\n"))
        try await mailer.check()
    }

    @Test func `a server without TLS gets no mail, unless it is this machine and no password is known`()
        async throws
    {
        let peer = try SMTPPeer("open")
        try await mailer(peer.endpoint(.none)).send(.sample())
        #expect(try peer.received().count == 1)
        for endpoint in [peer.endpoint(.startTLS), peer.endpoint(.none, login: ["user", "secret"])] {
            let failure = await failure { try await self.mailer(endpoint).send(.sample()) }
            #expect(failure == .temporary("the mail server offers no TLS"))
        }
        #expect(try peer.received().count == 1)
    }

    @Test func `certificates of unknown authorities and for other names are refused`() async throws {
        let refused = MailError.temporary("the mail server's certificate is not trusted")
        let unknown = try SMTPPeer("starttls")
        #expect(
            await failure { try await self.mailer(unknown.endpoint(.startTLS)).send(.sample()) } == refused
        )
        let implicit = try SMTPPeer("tls")
        #expect(
            await failure { try await self.mailer(implicit.endpoint(.implicitTLS)).send(.sample()) }
                == refused
        )
        let other = try SMTPPeer("wrong-name")
        let endpoint = other.endpoint(.startTLS)
        #expect(
            await failure { try await self.mailer(endpoint, trusting: other.caFile).send(.sample()) }
                == refused
        )
        #expect(try unknown.received().isEmpty && implicit.received().isEmpty && other.received().isEmpty)
    }

    @Test(arguments: [("starttls", SMTPEndpoint.Security.startTLS), ("tls", .implicitTLS)])
    func `logs in, and waits for the operator when refused`(
        mode: String,
        security: SMTPEndpoint.Security
    ) async throws {
        let login = ["user@example.org", "p:ä %secret"]
        let peer = try SMTPPeer(mode, login: login)
        try await mailer(peer.endpoint(security, login: login), trusting: peer.caFile).send(.sample())
        #expect(try #require(peer.received().first).authenticated)
        let wrong = peer.endpoint(security, login: [login[0], "wrong"])
        #expect(
            await failure { try await self.mailer(wrong, trusting: peer.caFile).send(.sample()) }
                == .temporary("the mail server refused the user name or password")
        )
        let none = await failure {
            try await self.mailer(peer.endpoint(security), trusting: peer.caFile).send(.sample())
        }
        #expect(none == .temporary("the mail server answered 530"))
    }

    @Test func `4xx is worth another try, 5xx is not, and neither names anybody`() async throws {
        let peer = try SMTPPeer("open")
        let mailer = try mailer(peer.endpoint(.none))
        #expect(
            await failure { try await mailer.send(.sample(to: "code-450@example.org")) }
                == .temporary("the mail server answered 450")
        )
        #expect(
            await failure { try await mailer.send(.sample(to: "code-550@example.org")) }
                == .permanent("the mail server answered 550")
        )
        #expect(
            await failure { try await mailer.send(.sample(child: "code 554")) }
                == .permanent("the mail server answered 554")
        )
        #expect(try peer.received().isEmpty)
    }

    @Test func `a refused sender is the operator's to mend`() async throws {
        let peer = try SMTPPeer("open")
        let sender = MailSender(address: "code-550@sender.example")
        let mailer = try SMTPMailer(endpoint: peer.endpoint(.none), from: sender)
        #expect(
            await failure { try await mailer.send(.sample()) } == .temporary("the mail server answered 550")
        )
    }

    @Test func `health follows the last mail and recovers with the next`() async throws {
        var peer: SMTPPeer? = try SMTPPeer("open")
        let port = try #require(peer?.port)
        let endpoint = SMTPEndpoint(host: "127.0.0.1", port: port, security: .none)
        let mailer = try mailer(endpoint)
        try await mailer.check()
        #expect(await failure { try await mailer.send(.sample(to: "code-550@example.org")) } != nil)
        try await mailer.check()
        peer = nil
        // What was found a moment ago still holds; the next mail finds out.
        try await mailer.check()
        let gone = MailError.temporary("no connection to the mail server")
        #expect(await failure { try await mailer.send(.sample()) } == gone)
        #expect(await failure { try await mailer.check() } == gone)
        #expect(await failure { try await self.mailer(endpoint).check() } == gone)
    }

    @Test func `dots and other scripts arrive as they were, read by another parser`() async throws {
        let peer = try SMTPPeer("open")
        // A line that begins with a dot ends a mail unless it is stuffed (RFC 5321 §4.5.2).
        let mail = Mail.sample(name: "Ζωή\r\nBcc: x@y.z", child: ".ミア 🧑‍🚀")
        try await mailer(peer.endpoint(.none)).send(mail)
        let received = try #require(peer.received().first)
        #expect(received.subject == ".ミア 🧑‍🚀 is live in VR")
        #expect(received.recipient == "Ζωή Bcc: x@y.z")
        let expected = try MailRenderer().render(mail)
        #expect(
            received.text.trimmingCharacters(in: .newlines) == expected.text.trimmingCharacters(in: .newlines)
        )
        #expect(received.text.contains("\n.ミア 🧑‍🚀 has just put on the headset."))
        #expect(
            received.html.trimmingCharacters(in: .newlines) == expected.html.trimmingCharacters(in: .newlines)
        )
    }

    @Test func `cancelling gives up at once`() async throws {
        // An address that nobody answers: RFC 5737.
        let mailer = try mailer(SMTPEndpoint(host: "192.0.2.1", port: 25, security: .startTLS))
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await mailer.send(.sample()) }
            group.cancelAll()
        }
        #expect(start.duration(to: .now) < .seconds(10))
    }
}
