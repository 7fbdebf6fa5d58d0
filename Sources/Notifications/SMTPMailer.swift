import Foundation
import NIOPosix
public import PortholeCore

/// Sends mails through one SMTP server, a connection for each.
public struct SMTPMailer: Mailer {
    private let transfer: SMTPTransfer
    private let from: MailSender
    private let renderer: MailRenderer
    private let health = SMTPHealth()

    /// Threads that wait for mail servers, as long as the process lives.
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        return pool
    }()

    /// Makes a mailer; nothing is connected yet.
    ///
    /// - Parameter caFile: A PEM file of the only trusted authorities; the system's when `nil`.
    /// - Throws: ``MailRendererError``.
    public init(endpoint: SMTPEndpoint, from: MailSender, caFile: String? = nil) throws {
        transfer = SMTPTransfer(endpoint: endpoint, clientName: from.domain, caFile: caFile)
        self.from = from
        renderer = try MailRenderer()
    }

    /// Renders and hands over; returns when the server took the mail.
    public func send(_ mail: Mail) async throws {
        let content = renderer.render(mail)
        let message = try MIMEMessage(mail, content: content, from: from, date: Date())
        try await perform(
            .mail(from: from.address, to: mail.recipientEmail, message: Array(message.encoded().utf8))
        )
    }

    /// What the last mail showed, or, when that is a minute ago, a connection made for asking.
    public func check() async throws {
        if let recent = health.recent() { return try recent.get() }
        try await perform(.check)
    }

    /// Nothing is kept here of a mail that was sent.
    public func forget(_ mails: [OutboxMessageID]) async throws {}

    private func perform(_ purpose: SMTPTransfer.Purpose) async throws {
        let cancellation = SMTPTransfer.Cancellation()
        do {
            try await withTaskCancellationHandler {
                try await Self.threads.runIfActive { [transfer] in
                    try transfer.perform(purpose, cancellation: cancellation)
                }
            } onCancel: {
                cancellation.set()
            }
            health.note(nil)
        } catch let failure as SMTPFailure {
            let error = failure.mailError
            health.note(failure.concernsRecipient ? nil : error)
            throw error
        }
    }
}
