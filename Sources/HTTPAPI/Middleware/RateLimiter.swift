import Foundation
import HTTPTypes
import Hummingbird
import NIOConcurrencyHelpers
import PortholeCore

/// Counts requests by key in fixed windows.
final class RateLimiter: Sendable {
    /// How many keys are remembered; beyond that the oldest windows are dropped, which only forgives.
    static let maximumKeys = 100_000

    /// What one more request comes to.
    struct Verdict: Equatable {
        let isAllowed: Bool
        let remaining: Int
        /// Seconds until the window ends, at least 1.
        let resetAfter: Int
    }

    private struct Window {
        var start: ContinuousClock.Instant
        var count: Int
    }

    let limit: Int
    let window: Int
    private let windows = NIOLockedValueBox<[String: Window]>([:])

    /// - Parameters:
    ///   - limit: Requests in a window.
    ///   - window: Seconds.
    init(limit: Int, window: Int) {
        self.limit = limit
        self.window = window
    }

    func count(_ key: String, at now: ContinuousClock.Instant = .now) -> Verdict {
        windows.withLockedValue { windows in
            if windows.count >= Self.maximumKeys { Self.trim(&windows, at: now, window: self.window) }
            var entry = windows[key] ?? Window(start: now, count: 0)
            if entry.start.duration(to: now) >= .seconds(window) { entry = Window(start: now, count: 0) }
            entry.count += 1
            windows[key] = entry
            let elapsed = Int(entry.start.duration(to: now) / .seconds(1))
            return Verdict(
                isAllowed: entry.count <= limit,
                remaining: max(0, limit - entry.count),
                resetAfter: max(1, window - elapsed)
            )
        }
    }

    private static func trim(_ windows: inout [String: Window], at now: ContinuousClock.Instant, window: Int)
    {
        windows = windows.filter { $0.value.start.duration(to: now) < .seconds(window) }
        // Room for many, so that a stream of new keys does not sort them all again and again.
        let excess = windows.count - maximumKeys * 9 / 10
        guard excess > 0 else { return }
        let oldest = windows.sorted { $0.value.start < $1.value.start }.prefix(excess)
        for (key, _) in oldest { windows[key] = nil }
    }
}

extension RateLimiter.Verdict {
    /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
    func headers(_ name: String, limit: Int, window: Int) -> HTTPFields {
        var headers = HTTPFields()
        headers[.rateLimitPolicy] = "\"\(name)\";q=\(limit);w=\(window)"
        headers[.rateLimit] = "\"\(name)\";r=\(remaining);t=\(resetAfter)"
        return headers
    }
}

/// Limits `/api`: strangers by address, valid tokens by subject.
///
/// So a family behind one address never runs into it. Chunk uploads have a limit of their own.
struct RateLimits: RouterMiddleware {
    let api: RateLimiter
    let uploads: RateLimiter

    static let uploadPath = "/api/recordings/upload"

    init(_ settings: HTTPSettings) {
        api = RateLimiter(limit: settings.rateLimit, window: settings.rateWindow)
        uploads = RateLimiter(limit: settings.chunkUploadsPerMinute, window: 60)
    }

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        // As the router reads paths: "//api" is "/api".
        let path = request.uri.path.split(separator: "/")
        guard path.first == "api" else { return try await next(request, context) }
        let key = context.authentication.rateKey
        let isUpload = key != nil && path == Self.uploadPath.split(separator: "/") && request.method == .post
        let limiter = isUpload ? uploads : api
        let name = isUpload ? "uploads" : "default"
        let verdict = limiter.count(key ?? "ip:" + context.clientAddress)
        let headers = verdict.headers(name, limit: limiter.limit, window: limiter.window)
        guard verdict.isAllowed else {
            throw Problem.tooManyRequests(verdict, name: name, limiter)
        }
        do {
            var response = try await next(request, context)
            response.headers.append(contentsOf: headers)
            return response
        } catch {
            var problem = Problem(error)
            guard problem.status != .notFound, problem.status != .internalServerError else { throw error }
            problem.headers.append(contentsOf: headers)
            throw problem
        }
    }
}
