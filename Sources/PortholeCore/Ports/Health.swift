/// How well one part works.
public struct HealthCheck: Equatable, Sendable {
    /// The four states of `/health`.
    public enum Status: String, Sendable {
        case ok
        case degraded
        case down
        /// Not configured.
        case off
    }

    /// How well it works.
    public var status: Status
    /// What is wrong and what to do, for administrators; holds no secret.
    public var message: String?

    /// Makes a finding.
    public init(_ status: Status, _ message: String? = nil) {
        self.status = status
        self.message = message
    }
}

/// What `/health` tells.
public struct HealthReport: Equatable, Sendable {
    /// Findings by part: `database`, `storage`, `notifications`, `auth`, `recording`, `media`, `turn`.
    public var checks: [String: HealthCheck]
    /// Seconds since the start.
    public var uptime: Double

    /// Makes a report.
    public init(checks: [String: HealthCheck], uptime: Double) {
        self.checks = checks
        self.uptime = uptime
    }

    /// `down` only when the database is; `degraded` when anything else is not well.
    public var status: HealthCheck.Status {
        if checks["database"]?.status == .down { return .down }
        return checks.values.contains { $0.status == .degraded || $0.status == .down } ? .degraded : .ok
    }
}

/// Looks after every part.
public protocol HealthSource: Sendable {
    /// Checks everything now, or recently enough.
    func report() async -> HealthReport
}
