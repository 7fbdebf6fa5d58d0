import PortholeCore

/// Checks every part, at most every two seconds however often it is asked.
actor HealthMonitor: HealthSource {
    /// One part and how to look after it.
    struct Probe: Sendable {
        var name: String
        var check: @Sendable () async -> HealthCheck
    }

    /// How long findings stay good.
    private static let validity: Duration = .seconds(2)

    private let probes: [Probe]
    private let start = ContinuousClock.now
    private var last: (at: ContinuousClock.Instant, checks: [String: HealthCheck])?
    private var isChecking = false
    /// Those who asked while somebody else's question was being answered.
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ probes: [Probe]) {
        self.probes = probes
    }

    func report() async -> HealthReport {
        if isChecking { await withCheckedContinuation { waiting.append($0) } }
        let checks: [String: HealthCheck]
        if let last, last.at.duration(to: .now) < Self.validity {
            checks = last.checks
        } else {
            checks = await check()
        }
        return HealthReport(checks: checks, uptime: start.duration(to: .now) / .seconds(1))
    }

    private func check() async -> [String: HealthCheck] {
        isChecking = true
        let checks = await Self.findings(of: probes)
        last = (.now, checks)
        isChecking = false
        for continuation in waiting { continuation.resume() }
        waiting = []
        return checks
    }

    private static func findings(of probes: [Probe]) async -> [String: HealthCheck] {
        await withTaskGroup(of: (String, HealthCheck).self) { group in
            for probe in probes { group.addTask { (probe.name, await probe.check()) } }
            var findings: [String: HealthCheck] = [:]
            for await (name, finding) in group { findings[name] = finding }
            return findings
        }
    }
}
