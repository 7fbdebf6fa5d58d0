import Foundation
import NIOPosix
public import PortholeCore

/// Writes mails to `DATA_DIR/outbox`, for a server without a mail account.
///
/// Each is there twice: `<id>.eml` as it would go over the wire, `<id>.json` for the development page.
public struct LocalOutboxMailer: Mailer {
    /// How long a mail is kept, seconds: as long as the rows of mails that went out.
    private static let maximumAge: TimeInterval = 30 * 86_400

    private let directory: URL
    private let from: MailSender
    private let renderer: MailRenderer
    private let capacity: Int

    /// Makes the directory (0700) when it is missing.
    ///
    /// - Parameter capacity: How many mails are kept; the oldest go first.
    /// - Throws: When the directory cannot be made or a template is missing.
    public init(dataDirectory: String, from: MailSender, capacity: Int = 200) throws {
        directory = URL(fileURLWithPath: dataDirectory).appendingPathComponent("outbox", isDirectory: true)
        self.from = from
        self.capacity = capacity
        renderer = try MailRenderer()
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Writes both files; the same mail again replaces them.
    public func send(_ mail: Mail) async throws {
        let content = renderer.render(mail)
        let now = Date()
        let message = try MIMEMessage(mail, content: content, from: from, date: now)
        let entry = LocalMail(
            id: mail.id,
            to: mail.recipientEmail,
            subject: content.subject,
            createdAt: now,
            text: content.text,
            html: content.html,
            links: [mail.link, mail.unsubscribeLink]
        )
        try await blocking {
            try write(Data(message.encoded().utf8), to: "\(mail.id).eml")
            try write(Self.encoder().encode(entry), to: "\(mail.id).json")
            try prune()
        }
    }

    /// What is there, newest first.
    public func list() async throws -> [LocalMail] {
        try await blocking { try entries() }
    }

    /// Deletes both files of each.
    public func forget(_ mails: [OutboxMessageID]) async throws {
        try await blocking { mails.forEach(delete) }
    }

    /// Writes and deletes a small file.
    public func check() async throws {
        try await blocking {
            let name = ".check-\(UUID().uuidString)"
            try write(Data("ok".utf8), to: name)
            try FileManager.default.removeItem(at: directory.appendingPathComponent(name))
        }
    }

    private func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        do {
            return try await NIOThreadPool.singleton.runIfActive(body)
        } catch is CocoaError {
            throw MailError.temporary("the local outbox cannot be written")
        }
    }

    private func entries() throws -> [LocalMail] {
        try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }
            // One that is pruned meanwhile, or that somebody edited, is not worth the page.
            .compactMap { try? Self.decoder().decode(LocalMail.self, from: Data(contentsOf: $0)) }
            .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
    }

    /// Keeps the newest, and none for longer than its row is kept.
    private func prune() throws {
        let oldest = Date(timeIntervalSinceNow: -Self.maximumAge)
        for (index, mail) in try entries().enumerated() where index >= capacity || mail.createdAt < oldest {
            delete(mail.id)
        }
    }

    private func delete(_ id: OutboxMessageID) {
        for name in ["\(id).json", "\(id).eml"] {
            unlink(directory.appendingPathComponent(name).path)
        }
    }

    /// Whole or not at all, readable by this user only.
    private func write(_ data: Data, to name: String) throws {
        let temporary = directory.appendingPathComponent(".\(name)-\(UUID().uuidString)").path
        guard
            FileManager.default.createFile(
                atPath: temporary,
                contents: data,
                attributes: [.posixPermissions: 0o600]
            ), rename(temporary, directory.appendingPathComponent(name).path) == 0
        else {
            unlink(temporary)
            throw CocoaError(.fileWriteUnknown)
        }
    }

    private static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .millisecondsSince1970
        return encoder
    }

    private static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .millisecondsSince1970
        return decoder
    }
}
