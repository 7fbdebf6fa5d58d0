import Foundation
import HTTPTypes
import Hummingbird
import PortholeCore

/// Which sites' pages may do what.
struct Origins: Sendable {
    let settings: HTTPSettings

    /// Whether this is the server's own origin, by its configured name or (in development) by the name that
    /// the request used.
    func isOwn(_ origin: String, host: String?) -> Bool {
        if origin == settings.origin { return true }
        guard settings.isDevelopment, let host else { return false }
        return origin == "http://" + host || origin == "https://" + host
    }

    /// Whether pages of this origin may call the API with a token.
    func isAllowed(_ origin: String, host: String?) -> Bool {
        isOwn(origin, host: host) || settings.allowedOrigins.contains(origin)
            || (settings.allowsLoopbackOrigins && Self.isLoopback(origin))
    }

    private static func isLoopback(_ origin: String) -> Bool {
        guard let url = URLComponents(string: origin), url.path.isEmpty,
            ["http", "https"].contains(url.scheme)
        else { return false }
        return ["localhost", "127.0.0.1", "[::1]"].contains(url.host)
    }
}

/// Cross-origin calls (Fetch standard, CORS): tokens only, never cookies.
///
/// Hummingbird's own answers every OPTIONS itself and exposes no headers on real answers.
struct CORS: RouterMiddleware {
    let origins: Origins
    let routes: RouteTable

    /// How long a browser may remember a preflight, seconds.
    private static let maximumAge = "600"

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let origin = request.headers[.origin]
        let isAllowed = origin.map { origins.isAllowed($0, host: request.head.authority) } ?? false
        let methods = request.method == .options ? routes.methods(for: request.uri.path) : []
        guard methods.isEmpty else {
            let isMedia = request.uri.path.hasPrefix("/whip/") || request.uri.path.hasPrefix("/whep/")
            return preflight(for: methods, allowing: isAllowed ? origin : nil, isMedia: isMedia)
        }
        var response = try await next(request, context)
        if isAllowed { Self.allow(origin, in: &response.headers) }
        return response
    }

    private func preflight(
        for methods: [HTTPRequest.Method],
        allowing origin: String?,
        isMedia: Bool
    ) -> Response {
        let names = Set(methods + [.options]).map(\.rawValue).sorted().joined(separator: ", ")
        var headers: HTTPFields = [.allow: names, .vary: "Origin"]
        if isMedia { headers[.acceptPost] = MediaRoutes.descriptionType }
        // One answer for an endpoint and its connections: clients ask once (RFC 9725 §4.2).
        let allowed = isMedia ? "DELETE, GET, HEAD, OPTIONS, PATCH, POST" : names
        if let origin {
            headers[.accessControlAllowOrigin] = origin
            headers[.accessControlAllowMethods] = allowed
            headers[.accessControlAllowHeaders] =
                "Authorization, Content-Type, If-Match, Session-Id, X-Request-Id"
            headers[.accessControlMaxAge] = Self.maximumAge
        }
        return Response(status: .noContent, headers: headers)
    }

    private static func allow(_ origin: String?, in headers: inout HTTPFields) {
        headers[.accessControlAllowOrigin] = origin
        headers[.vary] = "Origin"
        headers[.accessControlExposeHeaders] =
            "Location, ETag, Link, Accept-Post, Accept-Patch, Retry-After, RateLimit, RateLimit-Policy, "
            + "X-Request-Id, WWW-Authenticate"
    }
}
