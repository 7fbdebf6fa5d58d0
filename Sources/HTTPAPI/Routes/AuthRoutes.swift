import Foundation
import HTTPTypes
import Hummingbird
import PortholeCore

/// `/api/auth/session`: a token for the page's cookie, and back.
struct AuthRoutes {
    let logins: PageLogins
    let origins: Origins
    let settings: HTTPSettings

    private struct Body: Decodable {
        var token: String
    }

    func add(to routes: Routes) {
        routes.on(.post, "/api/auth/session", exchange)
        routes.on(.delete, "/api/auth/session", logOut)
    }

    private func exchange(_ request: Request, _ context: APIContext) async throws -> Response {
        // A foreign page must not be able to put its own grants behind somebody's cookie.
        if let origin = request.headers[.origin], !origins.isOwn(origin, host: request.head.authority) {
            throw DomainError.forbidden("Only the server's own pages sign in")
        }
        let body: Body = try await request.json()
        guard (1...8192).contains(body.token.utf8.count) else {
            throw DomainError.unauthenticated(.invalid(reason: nil))
        }
        let exchange = try await logins.exchange(
            body.token,
            cookie: PageCookie.value(in: request, settings: settings),
            address: ClientAddress.truncated(context.clientAddress)
        )
        let age = max(0, Int(exchange.cookieExpiresAt.timeIntervalSinceNow))
        return .json(
            [
                "rights": .array(exchange.rights.map { .string($0.rawValue) }),
                "sessions": .array(exchange.sessions.map { .string($0.text) }),
                "expires_at": .time(exchange.expiresAt),
            ],
            headers: [.setCookie: PageCookie.header(exchange.cookie, maximumAge: age, settings: settings)]
        )
    }

    private func logOut(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let cookie = PageCookie.value(in: request, settings: settings) else {
            throw DomainError.unauthenticated(.missing)
        }
        _ = try context.caller()
        try await logins.logOut(cookie: cookie)
        return .json(
            ["success": true],
            headers: [.setCookie: PageCookie.header("", maximumAge: 0, settings: settings)]
        )
    }
}
