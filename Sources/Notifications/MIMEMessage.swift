import Foundation
import PortholeCore

/// One mail as it goes over the wire: text and HTML as alternatives (RFC 5322, RFC 2046 §5.1.4).
struct MIMEMessage: Sendable {
    let id: OutboxMessageID
    let from: MailSender
    let recipientName: String?
    let recipientEmail: String
    let unsubscribeLink: String
    let content: RenderedMail
    let date: Date

    /// - Throws: ``MailError/permanent(_:)`` when the address cannot stand in a header.
    init(_ mail: Mail, content: RenderedMail, from: MailSender, date: Date) throws {
        guard EmailAddress.isPlausible(mail.recipientEmail) else {
            throw MailError.permanent("the address is no mail address")
        }
        id = mail.id
        self.from = from
        recipientName = mail.recipientName
        recipientEmail = mail.recipientEmail
        unsubscribeLink = mail.unsubscribeLink
        self.content = content
        self.date = date
    }

    /// The message, its lines ended by CRLF.
    func encoded() -> String {
        // Quoted-printable never holds "=_", so no line of a part can be the boundary.
        let boundary = "=_\(id)"
        return
            (header + ["Content-Type: multipart/alternative; boundary=\"\(boundary)\"", ""]
            + part("text/plain", content.text, boundary)
            + part("text/html", content.html, boundary)
            + ["--\(boundary)--", ""])
            .joined(separator: "\r\n")
    }

    private var header: [String] {
        [
            "Date: \(Self.text(of: date))",
            "From: \(HeaderText.mailbox(name: from.name, address: from.address))",
            "To: \(HeaderText.mailbox(name: recipientName, address: recipientEmail))",
            "Subject: \(HeaderText.unstructured(content.subject))",
            // The same for every attempt, so that a receiver recognises a second copy.
            "Message-ID: <\(id)@\(from.domain)>",
            "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated",
        ] + unsubscribe
    }

    /// RFC 8058, on one line each: a relay that unfolds them would break the DKIM signature.
    private var unsubscribe: [String] {
        guard unsubscribeLink.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"<>".utf8.contains($0) })
        else {
            return []
        }
        return [
            "List-Unsubscribe: <\(unsubscribeLink)>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]
    }

    private func part(_ type: String, _ text: String, _ boundary: String) -> [String] {
        [
            "--\(boundary)",
            "Content-Type: \(type); charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            QuotedPrintable.encode(text),
        ]
    }

    /// RFC 5322 §3.3.
    private static func text(of date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: date)
    }
}
