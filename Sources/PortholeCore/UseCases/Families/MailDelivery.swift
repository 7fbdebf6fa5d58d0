import Foundation

/// Sends the mails that are owed: each once, retried while it makes sense, dropped when stale.
public struct MailDelivery: Sendable {
    /// How long one worker may keep a message before another takes it, seconds.
    static let leaseDuration: TimeInterval = 180
    /// How many mails one step sends, so that it ends.
    static let maximumPerStep = 20
    /// The longest wait between two attempts, seconds.
    static let maximumBackoff: TimeInterval = 15 * 60

    let database: any Database
    let tokens: any OwnTokens
    let mailer: any Mailer
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(database: any Database, tokens: any OwnTokens, mailer: any Mailer, settings: DomainSettings) {
        self.database = database
        self.tokens = tokens
        self.mailer = mailer
        self.settings = settings
    }

    /// Sends what is due, one after another, each under a lease of its own.
    ///
    /// - Parameter failed: Told about an attempt that did not work, with a reason that is safe to log.
    /// - Returns: How many mails went out.
    @discardableResult
    public func step(failed: (OutboxMessageID, MailError) -> Void = { _, _ in }) async throws -> Int {
        var sent = 0
        for _ in 0..<Self.maximumPerStep {
            let now = settings.now()
            let due = try await database.write { db in
                try db.outbox.lease(at: now, until: now.addingTimeInterval(Self.leaseDuration), limit: 1)
                    .first
            }
            guard let message = due else { break }
            guard let mail = try await prepare(message) else { continue }
            do {
                try await mailer.send(mail)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // What is no mail error is ours to mend, and the mail is still owed.
                let error = error as? MailError ?? .temporary("it could not be made")
                failed(message.id, error)
                try await settle(message) { Self.record(error, in: &$0, at: $1) }
                continue
            }
            sent += 1
            try await settle(message) { message, now in
                message.status = .sent
                message.sentAt = now
                message.attempts += 1
                message.lastError = nil
            }
        }
        return sent
    }

    /// The mail with its links, or `nil` when it is not to be sent any more (its row then says so).
    private func prepare(_ message: OutboxMessage) async throws -> Mail? {
        let (settings, tokens) = (settings, tokens)
        return try await database.write { db in
            switch try Self.compose(message, tokens, in: db, settings: settings) {
            case .mail(let mail):
                return mail
            case .pointless(let reason):
                var dropped = message
                dropped.status = .dropped
                dropped.lastError = reason
                try db.outbox.update(dropped)
                return nil
            }
        }
    }

    private enum Composition {
        case mail(Mail)
        case pointless(reason: String)
    }

    private static func compose(
        _ message: OutboxMessage,
        _ tokens: any OwnTokens,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> Composition {
        guard settings.now() < message.expiresAt else { return .pointless(reason: "too old") }
        guard let guardian = try db.guardians.find(message.guardianID), guardian.unsubscribedAt == nil else {
            return .pointless(reason: "unsubscribed")
        }
        guard try db.consents.find(message.childID)?.notify == true else {
            return .pointless(reason: "no consent")
        }
        guard let session = try db.sessions.find(message.sessionID) else {
            return .pointless(reason: "session deleted")
        }
        if let recording = message.recordingID, try db.recordings.find(recording) == nil {
            return .pointless(reason: "recording deleted")
        }
        guard let link = try link(for: guardian, session: session, in: db, settings: settings) else {
            return .pointless(reason: "link revoked")
        }
        let token = tokens.watchToken(for: link.id)
        return .mail(
            Mail(
                id: message.id,
                template: message.template,
                recipientEmail: guardian.email,
                recipientName: guardian.name,
                childName: session.playerName,
                link: message.recordingID.map { settings.recordingURL($0, token: token) }
                    ?? settings.watchURL(session: session.id, token: token),
                unsubscribeLink: settings.publicURL + "/unsubscribe/"
                    + tokens.unsubscribeToken(for: guardian.id),
                durationSeconds: session.durationSeconds
            )
        )
    }

    /// The guardian's personal link to the session: one for all its mails.
    private static func link(
        for guardian: Guardian,
        session: Session,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> WatchLink? {
        let now = settings.now()
        let mailed = try db.watchLinks.list(sessionID: session.id, childID: session.userID)
            .first {
                $0.sessionID == session.id && $0.guardianID == guardian.id
                    && $0.createdBy == mailedLinkCreator
            }
        if let mailed { return mailed.isValid(at: now) ? mailed : nil }
        let link = WatchLink(
            childID: session.userID,
            sessionID: session.id,
            guardianID: guardian.id,
            rights: Set(WatchRight.allCases),
            createdBy: mailedLinkCreator,
            createdAt: now,
            expiresAt: try session.endedAt.map {
                try settings.linkExpiry(from: $0, of: session.userID, coversChild: false, in: db)
            }
        )
        try db.watchLinks.insert(link)
        return link
    }

    /// Who made the links in mails; no user id that a studio gives out.
    static let mailedLinkCreator = "porthole mail"

    private func settle(
        _ message: OutboxMessage,
        _ change: @escaping @Sendable (inout OutboxMessage, Date) -> Void
    ) async throws {
        let now = settings.now()
        try await database.write { db in
            guard var current = try db.outbox.find(message.id) else { return }
            change(&current, now)
            try db.outbox.update(current)
        }
    }

    private static func record(_ error: MailError, in message: inout OutboxMessage, at now: Date) {
        message.attempts += 1
        switch error {
        case .permanent(let reason):
            message.status = .dropped
            message.lastError = reason
        case .temporary(let reason):
            message.lastError = reason
            // 5 s, 10 s, 20 s, …: a mail about something live must not wait for long.
            let backoff = min(maximumBackoff, 5 * pow(2, Double(min(message.attempts, 12) - 1)))
            message.nextAttemptAt = now.addingTimeInterval(backoff)
        }
    }
}
