import Foundation
import PortholeCore
import Testing

@testable import Notifications

@Suite("Messages on the wire (RFC 5322, 2045, 2047, 8058)")
struct MIMEMessageTests {
    private let from = MailSender(name: "Porthole", address: "porthole@sender.example")
    private let date = Date(timeIntervalSince1970: 1_800_000_000)

    private func encoded(_ mail: Mail) throws -> String {
        try MIMEMessage(mail, content: MailRenderer().render(mail), from: from, date: date).encoded()
    }

    private func header(_ message: String) throws -> [String] {
        let end = try #require(message.range(of: "\r\n\r\n"))
        return message[..<end.lowerBound].components(separatedBy: "\r\n")
    }

    @Test func `the header says who, when, what, and how to stop`() throws {
        let mail = Mail.sample(name: "Ana \"A\" Smith")
        let header = try header(encoded(mail))
        for line in [
            "Date: Fri, 15 Jan 2027 08:00:00 +0000",
            "From: \"Porthole\" <porthole@sender.example>",
            "To: \"Ana \\\"A\\\" Smith\" <parent@example.org>",
            "Subject: Mia is live in VR",
            "Message-ID: <\(mail.id)@sender.example>",
            "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated",
            "List-Unsubscribe: <\(mail.unsubscribeLink)>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Content-Type: multipart/alternative; boundary=\"=_\(mail.id)\"",
        ] {
            #expect(header.contains(line), "\(line)")
        }
        #expect(header.count == 10)
    }

    @Test func `every line ends with CRLF and body lines hold 76 ASCII characters at most`() throws {
        let message = try encoded(.sample(child: "Zoë 🧑‍🚀"))
        #expect(!message.replacingOccurrences(of: "\r\n", with: "").contains { $0.isNewline })
        let lines = message.components(separatedBy: "\r\n")
        let body = lines.drop { !$0.isEmpty }
        #expect(body.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
    }

    @Test(arguments: [
        "Ana\r\nBcc: x@example.org", "Ana\nBcc: x@example.org", "Ana\u{2028}Bcc: x", "Ana\u{0}\r\n\r\nBody",
    ])
    func `nothing in a name becomes a header`(name: String) throws {
        let mail = Mail.sample(name: name, child: name)
        let header = try header(encoded(mail))
        #expect(header.filter { $0.hasPrefix("Bcc") || $0.hasPrefix("Body") }.isEmpty)
        #expect(header.count == 10)
    }

    @Test(arguments: ["a@b\r\nBcc: x@y.z", "a b@c.de", "<a@b.cd>", "", "a@b@c.de,d@e.fg"])
    func `what is no address is refused for good`(address: String) {
        #expect(throws: MailError.permanent("the address is no mail address")) {
            _ = try encoded(.sample(to: address))
        }
    }

    @Test func `a link that cannot stand in a header is left out of it`() throws {
        var mail = Mail.sample()
        mail.unsubscribeLink = "https://x/\r\nBcc: a@b.c"
        #expect(try !header(encoded(mail)).contains { $0.contains("Unsubscribe") || $0.hasPrefix("Bcc") })
    }

    @Test func `other scripts go as encoded words that no character crosses`() throws {
        let name = "Ζωή 🧑‍🚀 " + String(repeating: "ж", count: 40)
        let folded = HeaderText.encodedWords(name)
        let words = folded.components(separatedBy: "\r\n ")
        #expect(words.count > 1 && words.allSatisfy { $0.utf8.count <= 75 })
        let decoded = try words.map { word in
            let data = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
            return try #require(String(data: data, encoding: .utf8))
        }
        #expect(decoded.joined() == name)
        #expect(HeaderText.unstructured("=?UTF-8?Q?x?=").hasPrefix("=?UTF-8?B?"))
    }

    @Test(arguments: [
        ("plain", "plain"), ("a=b", "a=3Db"), ("é", "=C3=A9"), ("end \nx\t", "end=20\r\nx=09"),
        ("a\r\nb", "a\r\nb"), ("", ""), (".", "."),
    ])
    func `quoted-printable`(text: String, expected: String) {
        #expect(QuotedPrintable.encode(text) == expected)
    }

    @Test func `quoted-printable breaks long lines softly`() {
        for text in [String(repeating: "x", count: 500), String(repeating: "ü", count: 200)] {
            let lines = QuotedPrintable.encode(text).components(separatedBy: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 76 })
            #expect(lines.dropLast().allSatisfy { $0.hasSuffix("=") })
            #expect(
                lines.map { $0.hasSuffix("=") ? String($0.dropLast()) : $0 }.joined()
                    == QuotedPrintable.encode(text).replacing("=\r\n", with: "")
            )
        }
    }
}
