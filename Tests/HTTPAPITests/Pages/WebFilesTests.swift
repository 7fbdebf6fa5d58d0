import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import HTTPAPI

@Suite("Files of the pages")
final class WebFilesTests: Sendable {
    private let directory: TemporaryDirectory
    private let folder: String

    init() throws {
        directory = try TemporaryDirectory()
        folder = directory.path + "/Web"
        for (name, text) in [
            ("Web/index.html", "<h1>home</h1>"), ("Web/watch.html", "<h1>watch</h1>"),
            ("Web/lib/a.js", "let a"),
            ("Web/style.css", "a{}"), ("Web/favicon.svg", "<svg/>"), ("Web/.hidden.js", "hidden"),
            ("Web/.git/config.json", "hidden"), ("Web/notes.txt", "text"), ("Web/plain", "text"),
            ("secret.json", "secret"), ("Web/not-found.html", "<h1>nothing here</h1>"),
        ] { try directory.write(text, to: name) }
        try directory.link("Web/out.json", to: directory.path + "/secret.json")
        try directory.link("Web/up", to: directory.path)
    }

    deinit { directory.remove() }

    private func get(
        _ path: String,
        method: HTTPRequest.Method = .get,
        headers: HTTPFields = [:],
        folder: String? = nil
    ) async throws -> TestResponse {
        let settings = HTTPSettings.production(webDirectory: folder ?? self.folder)
        let (table, files) = (RouteTable(), WebFiles(directory: folder ?? self.folder))
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ErrorAnswers(settings: settings, routes: table, files: files))
        let pages = PageRoutes(files: files, settings: settings)
        let routes = Routes(router: router, table: table)
        pages.add(to: routes)
        routes.on(.get, "/", pages.home)
        let app = Application(router: router, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return try await app.test(.router) { client in
            try await client.execute(uri: path, method: method, headers: headers)
        }
    }

    @Test(arguments: [
        ("/", "text/html; charset=utf-8", "<h1>home</h1>"),
        ("/watch/anything", "text/html; charset=utf-8", "<h1>watch</h1>"),
        ("/assets/lib/a.js", "application/javascript; charset=utf-8", "let a"),
        ("/assets/style.css", "text/css; charset=utf-8", "a{}"), ("/favicon.ico", "image/svg+xml", "<svg/>"),
    ])
    func `serves pages and what they need`(path: String, type: String, text: String) async throws {
        let answer = try await get(path)
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == type)
        #expect(answer.headers[.cacheControl] == "no-cache")
        #expect(String(buffer: answer.body) == text)
    }

    @Test func `asks for a file again only when it has changed`() async throws {
        let tag = try #require(try await get("/assets/lib/a.js").headers[.eTag])
        for known in [tag, "W/" + tag, "\"x\", \(tag)", "*"] {
            let again = try await get("/assets/lib/a.js", headers: [.ifNoneMatch: known])
            #expect(again.status == .notModified)
            #expect(again.headers[.eTag] == tag)
            #expect(again.body.readableBytes == 0)
        }
        #expect(try await get("/assets/lib/a.js", headers: [.ifNoneMatch: "\"x\""]).status == .ok)
        try directory.write("let b", to: "Web/lib/a.js")
        #expect(try await get("/assets/lib/a.js", headers: [.ifNoneMatch: tag]).status == .ok)
    }

    @Test func `a file that changes while it is known is read again`() async throws {
        let files = WebFiles(directory: folder)
        let router = Router(context: APIContext.self)
        router.get("/style.css") { try await files.response(for: "style.css", $0, $1) }
        let app = Application(router: router, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await app.test(.router) { client in
            let before = try await client.execute(uri: "/style.css", method: .get)
            #expect(String(buffer: before.body) == "a{}")
            try self.directory.write("b{}", to: "Web/style.css")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: 60)],
                ofItemAtPath: self.folder + "/style.css"
            )
            let after = try await client.execute(uri: "/style.css", method: .get)
            #expect(String(buffer: after.body) == "b{}")
        }
    }

    @Test(arguments: [
        "/assets/../secret.json", "/assets/%2e%2e/secret.json", "/assets/..%2fsecret.json",
        "/assets/lib/../../secret.json",
        "/assets/%2e%2e%2fsecret.json", "/assets//secret.json", "/assets/./style.css", "/assets/.hidden.js",
        "/assets/.git/config.json", "/assets/lib/", "/assets/lib", "/assets/", "/assets", "/assets/notes.txt",
        "/assets/plain", "/assets/out.json", "/assets/up/secret.json", "/assets/up/Web/style.css",
        "/assets/none.js",
        "/assets/lib\\a.js", "/assets/style.css%00.js", "/assets/style.css/", "//assets/style.css",
    ])
    func `serves nothing else`(path: String) async throws {
        let answer = try await get(path)
        #expect(answer.status == .notFound)
        #expect(!String(buffer: answer.body).contains("secret"))
        #expect(!String(buffer: answer.body).contains("hidden"))
    }

    @Test(arguments: [
        "/assets/index.html", "/assets/watch.html", "/assets/index.html/", "/assets/index.HTML",
    ])
    func `pages come by their own routes with their own headers only`(path: String) async throws {
        #expect(try await get(path).status == .notFound)
        for page in ["/", "/watch/1"] {
            #expect(try await get(page).headers[.contentSecurityPolicy] != nil)
        }
    }

    @Test func `only players may be framed`() async throws {
        let watch = try #require(try await get("/watch/1").headers[.contentSecurityPolicy])
        let home = try #require(try await get("/").headers[.contentSecurityPolicy])
        #expect(watch.hasSuffix("frame-ancestors 'self' https://studio.example"))
        #expect(home.hasSuffix("frame-ancestors 'none'"))
    }

    @Test func `a person gets a page when there is none and a program a problem`() async throws {
        let page = try await get("/nothing", headers: [.accept: "text/html,*/*"])
        #expect(page.status == .notFound)
        #expect(String(buffer: page.body) == "<h1>nothing here</h1>")
        #expect(page.headers[.contentSecurityPolicy] != nil)
        for (path, headers) in [("/nothing", [:]), ("/api/nothing", [.accept: "text/html"])]
            as [(String, HTTPFields)]
        {
            let problem = try await get(path, headers: headers)
            #expect(problem.headers[.contentType] == "application/problem+json")
        }
    }

    @Test func `the folder itself may be reached by a link`() async throws {
        try directory.link("www", to: folder)
        #expect(try await get("/assets/style.css", folder: directory.path + "/www").status == .ok)
    }
}
