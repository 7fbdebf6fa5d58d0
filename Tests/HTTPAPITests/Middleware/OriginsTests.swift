import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import PortholeCore
import Testing

@testable import HTTPAPI

@Suite("Origins and cross-origin calls")
struct OriginsTests {
    private static let loopback = [
        "http://localhost", "http://localhost:5173", "https://localhost:1", "http://127.0.0.1:3000",
        "http://[::1]:3000",
    ]
    private static let foreign = [
        "null", "", "https://evil.example", "http://porthole.example", "https://porthole.example:444",
        "https://porthole.example.evil.example", "https://evilporthole.example", "https://studio.example/",
        "https://studio.example.evil.example", "http://localhost.evil.example",
        "http://localhost@evil.example",
        "http://127.0.0.1.evil.example", "http://127.0.0.2", "file://localhost", "app://localhost",
    ]

    @Test func `in production its own origin is the configured one, whatever the request calls the host`() {
        let origins = Origins(settings: .production())
        #expect(origins.isOwn("https://porthole.example", host: "porthole.example"))
        #expect(!origins.isOwn("https://evil.example", host: "evil.example"))
        #expect(!origins.isOwn("https://studio.example", host: "porthole.example"))
        for origin in Self.foreign { #expect(!origins.isOwn(origin, host: "porthole.example"), "\(origin)") }
    }

    @Test func `in development its own origin is also the one that the request was sent to`() {
        let origins = Origins(settings: .development())
        #expect(origins.isOwn("http://192.168.1.5:8080", host: "192.168.1.5:8080"))
        #expect(!origins.isOwn("http://192.168.1.6:8080", host: "192.168.1.5:8080"))
        #expect(!origins.isOwn("http://localhost:5173", host: "localhost:8080"))
        #expect(!origins.isOwn("null", host: nil))
    }

    @Test func `pages of allowed origins may call`() {
        let origins = Origins(settings: .production())
        #expect(origins.isAllowed("https://porthole.example", host: nil))
        #expect(origins.isAllowed("https://studio.example", host: nil))
        for origin in Self.foreign + Self.loopback {
            #expect(!origins.isAllowed(origin, host: nil), "\(origin)")
        }
    }

    @Test func `pages of this machine may call in development`() {
        let origins = Origins(settings: .development())
        for origin in Self.loopback { #expect(origins.isAllowed(origin, host: nil), "\(origin)") }
        for origin in Self.foreign { #expect(!origins.isAllowed(origin, host: nil), "\(origin)") }
    }

    // MARK: Answers

    @Test func `a preflight of a known route says what is allowed`() async throws {
        let answer = try await Self.ask(.options, "/api/known/1", origin: "https://studio.example")
        #expect(answer.status == .noContent)
        #expect(answer.headers[.accessControlAllowOrigin] == "https://studio.example")
        #expect(answer.headers[.accessControlAllowMethods] == "DELETE, GET, HEAD, OPTIONS")
        #expect(answer.headers[.allow] == "DELETE, GET, HEAD, OPTIONS")
        #expect(answer.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
        #expect(answer.headers[.accessControlMaxAge] == "600")
        #expect(answer.headers[.vary] == "Origin")
    }

    @Test(arguments: [nil, "https://evil.example", "null"])
    func `a preflight of others allows nothing`(origin: String?) async throws {
        let answer = try await Self.ask(.options, "/api/known/1", origin: origin)
        #expect(answer.status == .noContent)
        #expect(answer.headers[.allow] == "DELETE, GET, HEAD, OPTIONS")
        #expect(Self.corsNames(answer).isEmpty)
    }

    @Test func `there is no preflight of an unknown route`() async throws {
        let answer = try await Self.ask(.options, "/api/unknown", origin: "https://studio.example")
        #expect(answer.status == .notFound)
        #expect(answer.headers[.accessControlAllowMethods] == nil)
    }

    @Test(arguments: [
        ("/api/known/1", 200), ("/api/known/gone", 404), ("/api/known/broken", 500), ("/api/unknown", 404),
    ])
    func `an allowed page may read real answers and all their headers`(path: String, status: Int) async throws
    {
        let answer = try await Self.ask(.get, path, origin: "https://studio.example")
        #expect(answer.status.code == status)
        #expect(answer.headers[.accessControlAllowOrigin] == "https://studio.example")
        #expect(answer.headers[.vary] == "Origin")
        let exposed = answer.headers[.accessControlExposeHeaders] ?? ""
        for name in [
            "Location", "ETag", "Link", "Retry-After", "RateLimit", "X-Request-Id", "WWW-Authenticate",
        ] {
            #expect(exposed.contains(name))
        }
    }

    @Test(arguments: ["https://evil.example", "null", "http://localhost:5173"])
    func `another page may not`(origin: String) async throws {
        for path in ["/api/known/1", "/api/known/gone", "/api/unknown"] {
            #expect(Self.corsNames(try await Self.ask(.get, path, origin: origin)).isEmpty)
        }
    }

    @Test func `credentials are never allowed across origins`() async throws {
        for method in [.get, .options, .delete] as [HTTPRequest.Method] {
            for origin in ["https://studio.example", "https://porthole.example"] {
                let answer = try await Self.ask(method, "/api/known/1", origin: origin)
                #expect(!Self.corsNames(answer).contains("access-control-allow-credentials"))
                #expect(answer.headers[.accessControlAllowOrigin] != "*")
            }
        }
    }

    private static func corsNames(_ answer: TestResponse) -> [String] {
        answer.headers.map { $0.name.canonicalName }.filter { $0.hasPrefix("access-control-") }
    }

    private static func ask(
        _ method: HTTPRequest.Method,
        _ path: String,
        origin: String?
    ) async throws -> TestResponse {
        struct Broken: Error {}
        let (table, settings) = (RouteTable(), HTTPSettings.production())
        let router = Router(context: APIContext.self)
        router.add(middleware: CORS(origins: Origins(settings: settings), routes: table))
        router.add(
            middleware: ErrorAnswers(
                settings: settings,
                routes: table,
                files: WebFiles(directory: "/nowhere")
            )
        )
        let routes = Routes(router: router, table: table)
        routes.on(.get, "/api/known/{id}") { _, context in
            switch context.parameters.get("id") {
            case "gone": throw DomainError.notFound
            case "broken": throw Broken()
            default: return .json([:])
            }
        }
        routes.on(.delete, "/api/known/{id}") { _, _ in .json([:]) }
        let app = Application(router: router, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var headers = HTTPFields()
        headers[.origin] = origin
        return try await app.test(.router) { [headers] client in
            try await client.execute(uri: path, method: method, headers: headers)
        }
    }
}
