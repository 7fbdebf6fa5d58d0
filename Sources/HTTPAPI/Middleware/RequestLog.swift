import Foundation
import HTTPTypes
import Hummingbird
import Logging
import PortholeCore

/// The outermost middleware: gives each request its id and writes one line.
///
/// The line names the route as a template, never the URL: paths and queries hold ids, tokens and signatures.
struct RequestLog: RouterMiddleware {
    let settings: HTTPSettings
    let routes: RouteTable
    let counters: RequestCounters

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = Self.requestID(request)
        context.clientAddress = ClientAddress.of(request, peer: context.peerAddress, settings: settings)
        context.logger[metadataKey: "request"] = .string(context.requestID)
        context.logger[metadataKey: "hb.request.id"] = nil
        let start = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        SecurityHeaders.add(to: &response, settings: settings)
        let duration = start.duration(to: .now)
        let milliseconds = Int(duration / .milliseconds(1))
        let route = routes.template(of: request) ?? "unknown route"
        counters.count(request.method, route, response.status, seconds: duration / .seconds(1))
        context.logger.log(
            level: Self.level(of: response.status, route),
            "\(request.method.rawValue) \(route) \(response.status.code)",
            metadata: ["ms": .stringConvertible(milliseconds)]
        )
        return response
    }

    /// What goes wrong on our side is an error; files of pages and probes are not worth a line.
    private static func level(of status: HTTPResponse.Status, _ route: String) -> Logger.Level {
        if status.code >= 500, status != .serviceUnavailable { return .error }
        let isRoutine =
            route.hasPrefix("/assets/") || route.hasPrefix("/health") || route.contains("/signaling")
        return isRoutine && status.code < 400 ? .debug : .info
    }

    /// A sane incoming id is kept, so that a proxy's log and ours can be read together.
    private static func requestID(_ request: Request) -> String {
        if let given = request.headers[.requestID], (1...64).contains(given.utf8.count),
            given.utf8.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            )
        {
            return given
        }
        return UUID().uuidString.lowercased()
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}

extension HTTPField.Name {
    static let requestID = named("X-Request-Id")
    static let forwardedFor = named("X-Forwarded-For")
    static let realIP = named("X-Real-IP")
    static let rateLimit = named("RateLimit")
    static let rateLimitPolicy = named("RateLimit-Policy")
    static let permissionsPolicy = named("Permissions-Policy")
    static let referrerPolicy = named("Referrer-Policy")
    static let robots = named("X-Robots-Tag")
    static let openerPolicy = named("Cross-Origin-Opener-Policy")
    static let resourcePolicy = named("Cross-Origin-Resource-Policy")
    static let signalingSession = named("Session-Id")
    static let link = named("Link")
    static let accelBuffering = named("X-Accel-Buffering")
    static let acceptPost = named("Accept-Post")
    static let acceptPatch = named("Accept-Patch")

    private static func named(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is a field name") }
        return field
    }
}
