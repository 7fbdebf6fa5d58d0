import HTTPTypes
import Hummingbird
import PortholeCore

/// `/unsubscribe/{token}`: one address stops getting mails about one child.
///
/// GET shows the page and changes nothing, since mail scanners fetch links; POST does it, from the page or by the
/// mail program's one click (RFC 8058).
struct UnsubscribeRoutes {
    let children: Children
    let files: WebFiles
    let settings: HTTPSettings

    func add(to routes: Routes) {
        routes.on(.get, "/unsubscribe/{token}") { request, context in
            let headers = SecurityHeaders.page(settings: settings)
            return try await files.response(for: "unsubscribe.html", request, context, headers: headers)
        }
        routes.on(.post, "/unsubscribe/{token}", unsubscribe)
    }

    private func unsubscribe(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try await request.body(upTo: 4096)
        guard let token = context.parameters.get("token") else { throw DomainError.notFound }
        try await children.unsubscribe(token: token)
        if request.headers[.accept]?.contains("text/html") == true {
            // A form without script comes back to the page, which then says that it is done.
            return Response(
                status: .seeOther,
                headers: [.location: "/unsubscribe/\(token)#done", .cacheControl: "no-store"]
            )
        }
        return .json(["success": true])
    }
}
