import HTTPTypes
import Hummingbird
import PortholeCore

/// `/config`, what Unity Render Streaming's pages read, and `/openapi.yaml`.
struct ConfigRoutes {
    let ice: any ICEServerSource
    let files: WebFiles
    let settings: HTTPSettings

    func add(to routes: Routes) {
        routes.on(.get, "/config", config)
        routes.on(.get, "/openapi.yaml") { request, context in
            try await files.response(for: "openapi.yaml", request, context)
        }
        guard settings.isDevelopment else { return }
        routes.on(.get, "/dev/links") { _, _ in
            .json([
                "links": .array(
                    settings.readyLinks.map {
                        [
                            "title": .string($0.title), "description": .string($0.description),
                            "url": .string($0.url),
                        ]
                    }
                )
            ])
        }
    }

    private func config(_ request: Request, _ context: APIContext) async throws -> Response {
        var body: [String: JSONValue] = [
            "useWebSocket": .bool(settings.usesWebSocket),
            "startupMode": .string(settings.startupMode),
            "mediaMode": .string(settings.mediaMode),
            "logging": settings.isDevelopment ? "dev" : "none",
        ]
        if !context.authentication.caller.grants.isEmpty {
            body["iceServers"] = .array(await ice.servers().map(\.json))
        }
        return .json(.object(body))
    }
}
