import HTTPTypes
import Hummingbird

/// WebSockets are opened on `/` and `/signaling/{sessionId}` only; elsewhere an upgrade finds nothing.
struct UpgradePaths: RouterMiddleware {
    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard !request.isWebSocketUpgrade || path == "/" || path.hasPrefix("/signaling/") else {
            throw HTTPError(.notFound)
        }
        return try await next(request, context)
    }
}
