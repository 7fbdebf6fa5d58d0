import Foundation
import HTTPTypes
import Hummingbird
import PortholeCore

/// `/health…`: how the server is, for people, probes and administrators.
struct HealthRoutes {
    let health: any HealthSource
    let settings: HTTPSettings

    func add(to routes: Routes) {
        routes.on(.get, "/health", report)
        routes.on(.get, "/health/live") { _, _ in .json(["status": "ok"]) }
        routes.on(.get, "/health/ready", ready)
    }

    private func report(_ request: Request, _ context: APIContext) async throws -> Response {
        let report = await health.report()
        var body: [String: JSONValue] = [
            "status": .string(report.status.rawValue),
            "uptime": .seconds(report.uptime),
            "timestamp": .time(.now),
            "environment": .string(settings.isDevelopment ? "development" : "production"),
            "version": .string(settings.version),
            "features": .object(
                report.checks.mapValues { .bool($0.status == .ok || $0.status == .degraded) }
            ),
        ]
        if context.authentication.caller.users.contains(where: { $0.role == .admin }) {
            body["checks"] = .object(
                report.checks.mapValues {
                    ["status": .string($0.status.rawValue), "message": .text($0.message)]
                }
            )
        }
        return answer(.object(body), isDown: report.status == .down)
    }

    private func ready(_ request: Request, _ context: APIContext) async throws -> Response {
        let status = await health.report().status
        return answer(["status": .string(status.rawValue)], isDown: status == .down)
    }

    private func answer(_ body: JSONValue, isDown: Bool) -> Response {
        isDown
            ? .json(body, status: .serviceUnavailable, headers: [.retryAfter: "10"])
            : .json(body, headers: [.cacheControl: "no-store"])
    }
}
