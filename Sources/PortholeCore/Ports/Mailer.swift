/// One mail with everything that its template shows.
public struct Mail: Equatable, Sendable {
    /// The outbox message that it is.
    public var id: OutboxMessageID
    /// Which mail it is.
    public var template: MailTemplate
    /// Where it goes.
    public var recipientEmail: String
    /// What to call the guardian, if that is known.
    public var recipientName: String?
    /// What to call the child: a name from its token or metadata; never its e-mail.
    public var childName: String?
    /// The main link of the mail.
    public var link: String
    /// One click, one address, one child (RFC 8058).
    public var unsubscribeLink: String
    /// Of the session, seconds.
    public var durationSeconds: Int?

    /// Makes one from its parts.
    public init(
        id: OutboxMessageID,
        template: MailTemplate,
        recipientEmail: String,
        recipientName: String?,
        childName: String?,
        link: String,
        unsubscribeLink: String,
        durationSeconds: Int?
    ) {
        self.id = id
        self.template = template
        self.recipientEmail = recipientEmail
        self.recipientName = recipientName
        self.childName = childName
        self.link = link
        self.unsubscribeLink = unsubscribeLink
        self.durationSeconds = durationSeconds
    }
}

/// Why a mail did not go out.
///
/// Texts hold neither addresses nor secrets.
public enum MailError: Error, Equatable, Sendable {
    /// Worth another try: no connection, a 4xx answer.
    case temporary(String)
    /// Refused for good: a 5xx answer for this recipient.
    case permanent(String)
}

/// Renders and sends mails.
public protocol Mailer: Sendable {
    /// - Throws: ``MailError``.
    func send(_ mail: Mail) async throws

    /// Deletes what is kept of these mails on this machine: the child was erased.
    func forget(_ mails: [OutboxMessageID]) async throws

    /// Throws when mails cannot go out now (for `/health`).
    func check() async throws
}
