import Foundation
import HTTPTypes
import Hummingbird
import PortholeCore

/// Reads the credentials of a request: a bearer token, else the page's cookie.
///
/// Refuses nothing by itself, except what a foreign site makes a browser send with our cookie.
struct Authenticator: RouterMiddleware {
    let logins: PageLogins
    let origins: Origins

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        // Scripts and styles are for everybody: no look-up for each of them.
        guard !request.uri.path.hasPrefix("/assets/") else { return try await next(request, context) }
        var context = context
        context.authentication = try await authentication(of: request, context)
        return try await next(request, context)
    }

    private func authentication(of request: Request, _ context: APIContext) async throws -> Authentication {
        let address = ClientAddress.truncated(context.clientAddress)
        var authentication = Authentication(
            caller: Caller(grants: [], address: address),
            failure: nil,
            credential: nil
        )
        do {
            if let header = request.headers[.authorization] {
                guard let token = Self.bearer(header) else { throw AuthenticationError.invalid(reason: nil) }
                authentication.credential = .token(token)
            } else if let cookie = PageCookie.value(in: request, settings: origins.settings) {
                authentication.credential = .cookie(cookie)
            }
            if let credential = authentication.credential {
                authentication.caller.grants = try await logins.grants(of: credential)
            }
        } catch let error as AuthenticationError {
            authentication.failure = error
        }
        if authentication.isByCookie, !Self.isSafe(request.method), !authentication.caller.grants.isEmpty {
            let origin = request.headers[.origin]
            guard let origin, origins.isOwn(origin, host: request.head.authority) else {
                throw DomainError.forbidden("With a cookie, only the server's own pages may do this")
            }
        }
        return authentication
    }

    /// The token of an `Authorization: Bearer` header (RFC 6750 §2.1).
    private static func bearer(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].trimmingCharacters(in: .whitespaces)
    }

    private static func isSafe(_ method: HTTPRequest.Method) -> Bool {
        [.get, .head, .options].contains(method)
    }
}

/// What a request carries to say who makes it.
enum Credential: Sendable {
    case token(String)
    case cookie(String)
}

extension PageLogins {
    /// What a credential gives now.
    ///
    /// - Throws: ``AuthenticationError``.
    func grants(of credential: Credential) async throws -> [Grant] {
        switch credential {
        case .token(let token): [try await grant(for: token)]
        case .cookie(let cookie): try await grants(forCookie: cookie)
        }
    }
}

/// The page's cookie.
enum PageCookie {
    static func name(_ settings: HTTPSettings) -> String {
        settings.isSecure ? "__Host-porthole" : "porthole"
    }

    static func value(in request: Request, settings: HTTPSettings) -> String? {
        guard let value = request.cookies[name(settings)]?.value, (1...64).contains(value.utf8.count) else {
            return nil
        }
        return value
    }

    /// The `Set-Cookie` header (RFC 6265bis; `Partitioned` by CHIPS, so that an embedded player keeps its own).
    static func header(_ value: String, maximumAge: Int, settings: HTTPSettings) -> String {
        let attributes =
            settings.isSecure
            ? "Secure; HttpOnly; SameSite=None; Partitioned"
            : "HttpOnly; SameSite=Lax"
        return "\(name(settings))=\(value); Path=/; Max-Age=\(maximumAge); \(attributes)"
    }
}
