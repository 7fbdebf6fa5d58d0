import PortholeCore

extension Mail {
    /// A mail with everything in it.
    static func sample(
        _ template: MailTemplate = .sessionStarted,
        to recipient: String = "parent@example.org",
        name: String? = "Ana Núñez",
        child: String? = "Mia"
    ) -> Mail {
        Mail(
            id: OutboxMessageID(),
            template: template,
            recipientEmail: recipient,
            recipientName: name,
            childName: child,
            link: "https://porthole.example/watch/7#token=ptw_a.b",
            unsubscribeLink: "https://porthole.example/unsubscribe/" + String(repeating: "x", count: 90),
            durationSeconds: 3900
        )
    }
}
