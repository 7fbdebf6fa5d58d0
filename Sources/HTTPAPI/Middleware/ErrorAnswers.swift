import HTTPTypes
import Hummingbird
import Logging
import PortholeCore

/// Turns every error into its answer; what lies further out sees answers only.
struct ErrorAnswers: RouterMiddleware {
    let settings: HTTPSettings
    let routes: RouteTable
    let files: WebFiles

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return await answer(to: error, request, context)
        }
    }

    private func answer(to error: any Error, _ request: Request, _ context: APIContext) async -> Response {
        var problem = Problem(error)
        if problem.status == .notFound, routes.template(of: request) == nil {
            let allowed = routes.methods(for: request.uri.path)
            if !allowed.isEmpty {
                let names = Set(allowed + [.options]).map(\.rawValue).sorted().joined(separator: ", ")
                problem = Problem(
                    status: .methodNotAllowed,
                    detail: "This address takes \(names)",
                    headers: [.allow: names]
                )
            }
        }
        if problem.status == .internalServerError {
            context.logger.error(
                "request failed",
                metadata: ["error": .string(String(describing: type(of: error)))]
            )
            context.logger.debug(
                "request failed because",
                metadata: ["reason": .string(String(describing: error))]
            )
        }
        if problem.status == .notFound, let page = await notFoundPage(request, context) { return page }
        return problem.response(requestID: context.requestID)
    }

    /// For somebody who follows a wrong link in a browser.
    private func notFoundPage(_ request: Request, _ context: APIContext) async -> Response? {
        guard request.method == .get, request.headers[.accept]?.hasPrefix("text/html") == true,
            !request.uri.path.hasPrefix("/api/")
        else { return nil }
        let headers = SecurityHeaders.page(settings: settings)
        var page = try? await files.response(for: "not-found.html", request, context, headers: headers)
        if page?.status == .ok { page?.status = .notFound }
        return page
    }
}
