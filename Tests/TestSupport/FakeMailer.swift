public import PortholeCore
import Synchronization

/// Keeps the mails that it is given, unless a test lets it fail.
public final class FakeMailer: Mailer {
    private struct State {
        var sent: [Mail] = []
        var failures: [MailError] = []
        var forgotten: [OutboxMessageID] = []
        var meanwhile: (@Sendable () async throws -> Void)?
    }

    /// Needed to send.
    public let permission = Permission(for: "the mailer")
    private let state = Mutex(State())

    /// Makes one that works.
    public init() {}

    /// Lets the next mail fail so.
    public func failNext(_ error: MailError) {
        state.withLock { $0.failures.append(error) }
    }

    /// Lets something happen once, while the next mail is under way.
    public func meanwhile(_ body: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.meanwhile = body }
    }

    /// The mails since the last call, in order.
    public func takeMails() -> [Mail] {
        state.withLock { state in
            defer { state.sent = [] }
            return state.sent
        }
    }

    /// Keeps the mail, or fails as told.
    public func send(_ mail: Mail) async throws {
        permission.require("send \(mail.template)")
        let (failure, meanwhile) = state.withLock { state in
            defer { state.meanwhile = nil }
            return (state.failures.isEmpty ? nil : state.failures.removeFirst(), state.meanwhile)
        }
        try await meanwhile?()
        if let failure { throw failure }
        state.withLock { $0.sent.append(mail) }
    }

    /// Remembers what it was to forget.
    public func forget(_ mails: [OutboxMessageID]) async throws {
        state.withLock { $0.forgotten += mails }
    }

    /// The mails that it was to forget.
    public var forgotten: [OutboxMessageID] { state.withLock { $0.forgotten } }

    /// All is well.
    public func check() async throws {}
}
