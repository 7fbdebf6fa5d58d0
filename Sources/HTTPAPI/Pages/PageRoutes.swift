import HTTPTypes
import Hummingbird
import PortholeCore

/// The pages: shells without data in them, the same for everybody, and their scripts and styles.
struct PageRoutes {
    let files: WebFiles
    let settings: HTTPSettings

    private struct Page {
        var path: String
        var file: String
        var isEmbeddable = false
        var usesCamera = false
        var showsMails = false
    }

    private static let pages = [
        Page(path: "/watch/{sessionId}", file: "watch.html", isEmbeddable: true),
        Page(path: "/receiver", file: "watch.html", isEmbeddable: true),
        Page(path: "/live", file: "live.html"),
        Page(path: "/recordings", file: "recordings.html"),
        Page(path: "/recordings/{recordingId}", file: "recording.html", isEmbeddable: true),
        Page(path: "/studio", file: "studio.html", usesCamera: true),
    ]

    func add(to routes: Routes) {
        for page in Self.pages { add(page, to: routes) }
        if settings.isDevelopment {
            add(Page(path: "/dev/outbox", file: "outbox.html", showsMails: true), to: routes)
        }
        routes.on(.get, "/assets/**") { request, context in
            let path = String(request.uri.path.dropFirst("/assets/".count))
            // Pages are served by their own routes, with their own headers.
            guard !path.hasSuffix(".html") else { throw DomainError.notFound }
            return try await files.response(for: path, request, context)
        }
        routes.on(.get, "/favicon.ico") { request, context in
            try await files.response(for: "favicon.svg", request, context)
        }
    }

    /// `/`, when the request is no WebSocket.
    func home(_ request: Request, _ context: APIContext) async throws -> Response {
        try await respond(Page(path: "/", file: "index.html"), request, context)
    }

    private func add(_ page: Page, to routes: Routes) {
        routes.on(.get, page.path) { request, context in try await respond(page, request, context) }
    }

    private func respond(_ page: Page, _ request: Request, _ context: APIContext) async throws -> Response {
        let headers = SecurityHeaders.page(
            isEmbeddable: page.isEmbeddable,
            usesCamera: page.usesCamera,
            showsMails: page.showsMails,
            settings: settings
        )
        return try await files.response(for: page.file, request, context, headers: headers)
    }
}
