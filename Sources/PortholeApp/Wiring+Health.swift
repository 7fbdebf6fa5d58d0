import Identity
import Persistence
import PortholeCore
import Remuxing
import Storage

extension Wiring {
    /// What `/health` looks at.
    func healthProbes(media: MediaHealth) -> [HealthMonitor.Probe] {
        [
            .init(name: "database") { [database] in
                await Self.finding(.down, "The database cannot be used") { try await database.check() }
            },
            .init(name: "storage") { [store, domain] in
                if let free = await store.freeBytes(), free < domain.minFreeBytes {
                    return HealthCheck(
                        .degraded,
                        "Only \(free / 1_000_000) MB are free in DATA_DIR: no new recordings. Free some space"
                    )
                }
                return await Self.finding(.degraded, "DATA_DIR cannot be written") { try await store.check() }
            },
            .init(name: "notifications") { [mailer] in
                await Self.finding(.degraded, "Mails do not go out") { try await mailer.check() }
            },
            .init(name: "recording") { [remuxer, domain] in
                guard domain.isRecordingEnabled else { return HealthCheck(.off) }
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
