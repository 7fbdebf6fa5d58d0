import Foundation
import NIOConcurrencyHelpers
import PortholeCore

/// Checks every part, at most every two seconds however often it is asked.
final class HealthMonitor: HealthSource {
    /// One part and how to look after it.
    struct Probe: Sendable {
        var name: String
        var check: @Sendable () async -> HealthCheck
    }

    /// How long findings stay good.
    private static let validity: Duration = .seconds(2)

    private let probes: [Probe]
    private let start = ContinuousClock.now
    private let last = NIOLockedValueBox<(at: ContinuousClock.Instant, checks: [String: HealthCheck])?>(nil)

    init(_ probes: [Probe]) {
        self.probes = probes
    }

    func report() async -> HealthReport {
        let uptime = start.duration(to: .now) / .seconds(1)
        if let last = last.withLockedValue({ $0 }), last.at.duration(to: .now) < Self.validity {
            return HealthReport(checks: last.checks, uptime: uptime)
        }
        let checks = await withTaskGroup(of: (String, HealthCheck).self) { group in
            for probe in probes { group.addTask { (probe.name, await probe.check()) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        last.withLockedValue { $0 = (.now, checks) }
        return HealthReport(checks: checks, uptime: uptime)
    }
}
