import Identity
import Persistence
import PortholeCore
import Remuxing
import Storage

extension Wiring {
    /// What `/health` looks at.
    func healthProbes(
        media: MediaHealth,
        recording: RecordingHealth,
        domain: DomainSettings
    ) -> [HealthMonitor.Probe] {
        [
            .init(name: "database") { [database] in
                await Self.finding(.down, "The database cannot be used") { try await database.check() }
            },
            .init(name: "storage") { [store] in
                if let free = await store.freeBytes(), let shortage = Self.shortage(free, domain) {
                    return HealthCheck(.degraded, shortage)
                }
                return await Self.finding(.degraded, "DATA_DIR cannot be written") { try await store.check() }
            },
            .init(name: "notifications") { [mailer] in
                await Self.finding(.degraded, "Mails do not go out") { try await mailer.check() }
            },
            .init(name: "recording") { [remuxer] in
                guard domain.isRecordingEnabled || domain.recordsOnServer else { return HealthCheck(.off) }
                if let finding = recording.finding { return finding }
                return await Self.finding(.degraded, "Recordings cannot be combined") {
                    try await remuxer.check()
                }
            },
            .init(name: "auth") { [verifier] in
                verifier.isConfigured
                    ? HealthCheck(.ok) : HealthCheck(.off, "No key for user tokens is configured")
            },
            .init(name: "media") { media.finding },
            .init(name: "turn") { [configuration] in
                HealthCheck(configuration.ice.turnURLs.isEmpty ? .off : .ok)
            },
        ]
    }

    /// Said before it hurts: from twice the room that new recordings need.
    private static func shortage(_ free: Int64, _ domain: DomainSettings) -> String? {
        let megabytes = "Only \(free / 1_000_000) MB are free in DATA_DIR"
        if free < domain.minFreeBytes { return "\(megabytes): no new recordings. Free some space" }
        guard free / 2 < domain.minFreeBytes else { return nil }
        let least = domain.minFreeBytes / 1_000_000
        return "\(megabytes): below \(least) MB there are no new recordings. Free some space"
    }

    private static func finding(
        _ status: HealthCheck.Status,
        _ what: String,
        _ check: () async throws -> Void
    ) async -> HealthCheck {
        do {
            try await check()
            return HealthCheck(.ok)
        } catch {
            return HealthCheck(status, "\(what): \(error)")
        }
    }
}
