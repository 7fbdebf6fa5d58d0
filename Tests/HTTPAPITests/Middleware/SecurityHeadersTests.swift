import HTTPTypes
import Hummingbird
import Testing

@testable import HTTPAPI

@Suite("Security headers")
struct SecurityHeadersTests {
    private func directives(_ headers: HTTPFields) throws -> [String: String] {
        let policy = try #require(headers[.contentSecurityPolicy])
        let pairs = policy.split(separator: ";")
            .map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        return try Dictionary(
            pairs.map { pair in
                try #require(pair.count == 2)
                return (pair[0], pair[1].trimmingPrefix(" ").description)
            },
            uniquingKeysWith: { "\($0) AND \($1)" }
        )
    }

    @Test func `a page runs its own scripts and talks to its own server only`() throws {
        let headers = SecurityHeaders.page(isEmbeddable: false, usesCamera: false, settings: .production())
        let policy = try directives(headers)
        #expect(policy["default-src"] == "'none'")
        #expect(policy["script-src"] == "'self'")
        #expect(policy["style-src"] == "'self'")
        #expect(policy["media-src"] == "'self' blob:")
        #expect(policy["connect-src"] == "'self' wss://porthole.example")
        #expect(policy["base-uri"] == "'none'")
        #expect(policy["form-action"] == "'self'")
        #expect(policy["frame-ancestors"] == "'none'")
        #expect(headers[.contentSecurityPolicy]?.contains("unsafe") == false)
        #expect(headers[.openerPolicy] == "same-origin")
        #expect(headers[.resourcePolicy] == "same-origin")
        #expect(
            headers[.permissionsPolicy]?.hasPrefix("camera=(), microphone=(), display-capture=()") == true
        )
    }

    @Test func `the player may be embedded by allowed origins`() throws {
        let headers = SecurityHeaders.page(isEmbeddable: true, usesCamera: false, settings: .production())
        #expect(try directives(headers)["frame-ancestors"] == "'self' https://studio.example")
        #expect(headers[.openerPolicy] == nil)
        #expect(headers[.resourcePolicy] == nil)
    }

    @Test func `in development this machine's pages may embed too`() throws {
        let headers = SecurityHeaders.page(isEmbeddable: true, usesCamera: false, settings: .development())
        let policy = try directives(headers)
        #expect(policy["frame-ancestors"] == "'self' http://localhost:* http://127.0.0.1:*")
        #expect(policy["connect-src"] == "'self' ws://localhost:8080 ws://localhost:* ws://127.0.0.1:*")
        let closed = SecurityHeaders.page(isEmbeddable: false, usesCamera: false, settings: .development())
        #expect(try directives(closed)["frame-ancestors"] == "'none'")
    }

    @Test func `the studio may use camera, microphone and screen`() {
        let headers = SecurityHeaders.page(isEmbeddable: false, usesCamera: true, settings: .production())
        #expect(
            headers[.permissionsPolicy]?.hasPrefix("camera=(self), microphone=(self), display-capture=(self)")
                == true
        )
    }

    @Test func `every answer says that it is not to be guessed at, referred to or indexed`() {
        var answer = Response(status: .ok)
        SecurityHeaders.add(to: &answer, settings: .production())
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(answer.headers[.referrerPolicy] == "no-referrer")
        #expect(answer.headers[.robots] == "noindex")
        #expect(answer.headers[.strictTransportSecurity] == "max-age=31536000")
        var plain = Response(status: .ok)
        SecurityHeaders.add(to: &plain, settings: .development())
        #expect(plain.headers[.strictTransportSecurity] == nil)
    }
}
