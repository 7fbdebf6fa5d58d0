import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import PortholeCore
import Testing

@testable import HTTPAPI

@Suite("Route table")
struct RouteTableTests {
    private let table = RouteTable()

    init() {
        let routes: [(HTTPRequest.Method, String)] = [
            (.get, "/"), (.get, "/api/things/{id}"), (.delete, "/api/things/{id}"), (.get, "/api/things"),
            (.post, "/api/things/upload"), (.get, "/assets/**"), (.put, "/t/{ticket}/signaling"),
        ]
        for (method, path) in routes { table.add(method, path) }
    }

    @Test(arguments: [
        ("/", ["GET", "HEAD"]), ("/api/things", ["GET", "HEAD"]),
        ("/api/things/1", ["DELETE", "GET", "HEAD"]),
        ("/t/pth_x/signaling", ["PUT"]), ("/assets/a/b.js", ["GET", "HEAD"]), ("/assets", []), ("/api", []),
        ("/api/things/1/2", []), ("/nothing", []),
    ])
    func `knows the methods of a path`(path: String, methods: [String]) {
        #expect(table.methods(for: path).map(\.rawValue).sorted() == methods)
    }

    @Test(
        arguments: [
            (.get, "/api/things/1?token=secret", "/api/things/{id}"),
            (.head, "/api/things/1", "/api/things/{id}"),
            (.post, "/api/things/upload", "/api/things/upload"),
            (.put, "/t/pth_x/signaling", "/t/{ticket}/signaling"),
            (.get, "/assets/a/b.js", "/assets/**"), (.post, "/api/things/1", nil), (.get, "/api/secret", nil),
        ] as [(HTTPRequest.Method, String, String?)]
    )
    func `names a request by its template`(method: HTTPRequest.Method, path: String, template: String?) {
        #expect(table.template(of: .test(method, path)) == template)
    }

    @Test func `a method that a path does not take is answered 405 with those it takes`() async throws {
        let (table, settings) = (RouteTable(), HTTPSettings.production())
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(
            middleware: ErrorAnswers(
                settings: settings,
                routes: table,
                files: WebFiles(directory: "/nowhere")
            )
        )
        let routes = Routes(router: router, table: table)
        routes.on(.get, "/api/things/{id}") { _, _ in .json(["is": "there"]) }
        routes.on(.delete, "/api/things/{id}") { _, _ in .json([:]) }
        let app = Application(router: router, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await app.test(.router) { client in
            for method in [.post, .put, .patch, .trace] as [HTTPRequest.Method] {
                let answer = try await client.execute(uri: "/api/things/1", method: method)
                #expect(answer.status == .methodNotAllowed)
                #expect(answer.headers[.allow] == "DELETE, GET, HEAD, OPTIONS")
            }
            let unknown = try await client.execute(uri: "/api/other", method: .post)
            #expect(unknown.status == .notFound)
            #expect(unknown.headers[.allow] == nil)
            let head = try await client.execute(uri: "/api/things/1", method: .head)
            #expect(head.status == .ok)
            #expect(head.headers[.contentType] == "application/json; charset=utf-8")
            #expect(head.body.readableBytes == 0)
        }
    }
}
