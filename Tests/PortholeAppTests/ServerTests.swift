import Foundation
import HTTPAPI
import HTTPTypes
import HummingbirdTesting
import PortholeCore
import Testing

@testable import PortholeApp

@Suite("Whole server: requests")
struct ServerTests {
    @Test func `every answer carries the request's id, given or made`() async throws {
        let name = try #require(HTTPField.Name("X-Request-Id"))
        try await TestServer.run { server in
            for path in ["/", "/health", "/api/sessions", "/nowhere"] {
                let given = try await server.ask(.get, path, headers: [name: "proxy-4711"])
                #expect(given.headers[name] == "proxy-4711")
                let replaced = try await server.ask(.get, path, headers: [name: "a b\u{7}"])
                #expect(UUID(uuidString: try #require(replaced.headers[name])) != nil)
            }
            #expect(server.logs.lines.contains { $0.contains("proxy-4711") })
            #expect(!server.logs.lines.contains { $0.contains("a b\u{7}") })
        }
    }

    @Test(arguments: [
        "/api/sessions", "//api/sessions", "/api//sessions", "/api/sessions/", "///api/sessions?x=1",
    ])
    func `however it is written, a request to the API counts`(path: String) async throws {
        try await TestServer.run(["RATE_LIMIT_REQUESTS": "3"]) { server in
            let token = try server.token("player")
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await server.ask(.get, path, token: token).status.code) }
            // What is no route at all may answer 404, but never without end.
            #expect(statuses.last == 429 || statuses == [404, 404, 404, 404], "\(statuses)")
        }
    }

    @Test func `who asks too often hears when to come back, and others are not held up`() async throws {
        try await TestServer.run(["RATE_LIMIT_REQUESTS": "2", "RATE_LIMIT_WINDOW_SECONDS": "900"]) { server in
            let token = try server.token("player")
            let first = try await server.ask(.get, "/api/sessions", token: token)
            #expect(first.headers[.init("RateLimit") ?? .via] == #""default";r=1;t=900"#)
            _ = try await server.ask(.get, "/api/sessions", token: token)
            let third = try await server.ask(.get, "/api/sessions", token: token)
            #expect(third.status == .tooManyRequests)
            #expect((1...900).contains(Int(third.headers[.retryAfter] ?? "") ?? 0))
            #expect(
                try third.members()["type"]
                    == "https://iana.org/assignments/http-problem-types#quota-exceeded"
            )
            #expect(
                try await server.ask(.get, "/api/sessions", token: try server.token("other")).status == .ok
            )
            #expect(try await server.ask(.get, "/health").status == .ok)
        }
    }

    @Test func `JSON as deep as a body can hold it is answered`() async throws {
        try await TestServer.run { server in
            let token = try server.token("player")
            for depth in [100, 1000, 30_000] {
                let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
                let answer = try await server.ask(
                    .post,
                    "/api/sessions/start",
                    token: token,
                    json: #"{"metadata":{"x":\#(deep)}}"#
                )
                #expect([200, 400, 422].contains(answer.status.code), "\(depth): \(answer.status)")
            }
            #expect(try await server.ask(.get, "/health/live").status == .ok)
        }
    }

    @Test func `a body over the limit is refused`() async throws {
        try await TestServer.run { server in
            let answer = try await server.ask(
                .post,
                "/api/sessions/start",
                token: try server.token("player"),
                json: #"{"metadata":{"x":"\#(String(repeating: "x", count: 70_000))"}}"#
            )
            #expect(answer.status == .contentTooLarge)
            #expect(answer.headers[.contentType] == "application/problem+json")
        }
    }

    // MARK: Development and production

    @Test func `development has ready links that work`() async throws {
        try await TestServer.run { server in
            let answer = try await server.ask(.get, "/dev/links").members()
            guard case .array(let links)? = answer["links"] else {
                Issue.record("no links")
                return
            }
            #expect(links.count == server.links.count)
            let studio = try #require(server.links.first { $0.title == "Studio" })
            let token = String(try #require(studio.url.split(separator: "#token=").last))
            #expect(try await server.ask(.get, "/api/sessions", token: token).status == .ok)
            #expect(try await server.ask(.get, "/dev/outbox").status == .ok)
            #expect(try await server.ask(.get, "/dev/outbox.json").status == .ok)
        }
    }

    @Test func `production has neither ready links nor anything below dev`() async throws {
        try await TestServer.run(TestServer.production) { server in
            #expect(server.links.isEmpty)
            for path in ["/dev/links", "/dev/outbox", "/dev/outbox.json", "/dev", "/dev/"] {
                for method in [.get, .head, .options] as [HTTPRequest.Method] {
                    #expect(try await server.ask(method, path).status == .notFound, "\(method) \(path)")
                }
            }
            let admin = try server.token("root", role: .admin)
            #expect(try await server.ask(.get, "/dev/links", token: admin).status == .notFound)
        }
    }

    @Test func `production answers carry the headers of https`() async throws {
        try await TestServer.run(TestServer.production) { server in
            for path in ["/", "/api/sessions", "/nowhere", "/assets/style.css", "/health"] {
                let answer = try await server.ask(.get, path)
                #expect(answer.headers[.strictTransportSecurity] == "max-age=31536000", "\(path)")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff", "\(path)")
            }
        }
    }
}
