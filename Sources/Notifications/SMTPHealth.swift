import PortholeCore
import Synchronization

/// What the last conversation with the mail server showed.
final class SMTPHealth: Sendable {
    /// How long a finding holds.
    static let validity = Duration.seconds(60)

    private let finding = Mutex<(at: ContinuousClock.Instant, failure: MailError?)?>(nil)

    func note(_ failure: MailError?) {
        finding.withLock { $0 = (.now, failure) }
    }

    /// The finding, unless it is too old.
    func recent() -> Result<Void, MailError>? {
        finding.withLock { finding in
            guard let finding, finding.at.duration(to: .now) < Self.validity else { return nil }
            return finding.failure.map(Result.failure) ?? .success(())
        }
    }
}
