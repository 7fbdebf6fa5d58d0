import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PortholeCore
import Testing

@testable import HTTPAPI

@Suite("Error answers (RFC 9457)")
struct ProblemTests {
    private struct Secretive: Error, CustomStringConvertible {
        let description = "database at /secret/place said no"
    }

    @Test(
        arguments: [
            (.unauthenticated(.missing), 401, "No token provided"),
            (.unauthenticated(.expired), 401, "Token expired"),
            (.unauthenticated(.invalid(reason: nil)), 401, "Invalid token"),
            (.unauthenticated(.invalid(reason: "an API key")), 401, "Invalid token: an API key"),
            (.forbidden("no"), 403, "no"), (.notFound, 404, "Not found"), (.malformed("what"), 400, "what"),
            (.conflict("again"), 409, "again"), (.tooLarge("big"), 413, "big"),
            (.unsupportedMediaType("type"), 415, "type"), (.invalid("wrong"), 422, "wrong"),
            (.unavailable("later", retryAfter: 7), 503, "later"),
        ] as [(DomainError, Int, String)]
    )
    func `each error of the domain has one status`(error: DomainError, status: Int, text: String) {
        let problem = Problem(error)
        #expect(problem.status.code == status)
        #expect(problem.detail == text)
        let challenge = problem.headers[.wwwAuthenticate]
        #expect((challenge != nil) == (status == 401))
        #expect(
            challenge?.contains("invalid_token") != (error == .unauthenticated(.missing)) || challenge == nil
        )
        #expect(problem.headers[.retryAfter] == (status == 503 ? "7" : nil))
    }

    @Test func `errors of other parts have theirs`() {
        #expect(Problem(AuthenticationError.expired).status == .unauthorized)
        #expect(Problem(CancellationError()).status == .serviceUnavailable)
        #expect(Problem(HTTPError(.contentTooLarge)).status == .contentTooLarge)
        #expect(Problem(HTTPError(.badRequest, message: "inner words")).detail == "Bad Request")
        #expect(Problem(Problem(status: .conflict, detail: "as it is")).detail == "as it is")
    }

    @Test func `the body has the members of RFC 9457 and the error text of old clients`() async throws {
        let answer = try await Self.answer(throwing: DomainError.conflict("Twice"), id: "abc-1")
        #expect(answer.status == .conflict)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer.headers[.cacheControl] == "no-store")
        let body = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body.readableBytesView))
        #expect(
            body == [
                "type": "about:blank", "title": "Conflict", "status": 409, "detail": "Twice",
                "error": "Twice",
                "request_id": "abc-1",
            ]
        )
    }

    @Test func `our own fault says its id and nothing else`() async throws {
        let answer = try await Self.answer(throwing: Secretive(), id: "abc-2")
        #expect(answer.status == .internalServerError)
        #expect(answer.headers[.requestID] == "abc-2")
        let text = String(buffer: answer.body)
        #expect(text.contains("abc-2"))
        #expect(!text.contains("secret"))
        #expect(!text.contains("Secretive"))
    }

    @Test(arguments: ["abc_DEF-123", String(repeating: "x", count: 64)])
    func `a sane request id is kept`(id: String) async throws {
        #expect(try await Self.answer(throwing: DomainError.notFound, id: id).headers[.requestID] == id)
    }

    @Test(arguments: ["", "with blank", "semi;colon", "é", String(repeating: "x", count: 65), "<script>"])
    func `another request id is replaced`(id: String) async throws {
        let answer = try await Self.answer(throwing: DomainError.notFound, id: id)
        let own = try #require(answer.headers[.requestID])
        #expect(UUID(uuidString: own) != nil)
    }

    private static func answer(throwing error: any Error, id: String) async throws -> TestResponse {
        let (table, settings) = (RouteTable(), HTTPSettings.production())
        let router = Router(context: APIContext.self)
        router.add(middleware: RequestLog(settings: settings, routes: table, counters: RequestCounters()))
        router.add(
            middleware: ErrorAnswers(
                settings: settings,
                routes: table,
                files: WebFiles(directory: "/nowhere")
            )
        )
        Routes(router: router, table: table).on(.get, "/fails") { _, _ in throw error }
        let app = Application(
            router: router,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await app.test(.router) { client in
            try await client.execute(uri: "/fails", method: .get, headers: [.requestID: id])
        }
    }
}
