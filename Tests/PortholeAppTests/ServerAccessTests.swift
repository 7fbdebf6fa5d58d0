import Foundation
import HTTPTypes
import HummingbirdTesting
import PortholeCore
import Testing

@testable import PortholeApp

@Suite("Whole server: who may do what")
struct ServerAccessTests {
    private static let unknown = "0190a0b0-0000-7000-8000-000000000001"

    // MARK: Cookies

    @Test(arguments: [nil, "null", "https://evil.example", "http://localhost:9999", ""])
    func `a cookie changes nothing for other pages`(origin: String?) async throws {
        try await TestServer.run { server in
            let cookie = try await server.cookie(for: try server.token("player"))
            var headers: HTTPFields = [.cookie: cookie]
            headers[.origin] = origin
            let requests: [(HTTPRequest.Method, String)] = [
                (.post, "/api/sessions/start"), (.delete, "/api/auth/session"), (.put, "/signaling"),
                (.put, "/api/children/player/consent"), (.delete, "/api/recordings/\(Self.unknown)"),
            ]
            for (method, path) in requests {
                let answer = try await server.ask(method, path, headers: headers)
                #expect(answer.status == .forbidden, "\(method) \(path)")
            }
            #expect(try await server.ask(.get, "/api/sessions", headers: headers).status == .ok)
        }
    }

    @Test func `a cookie works for the server's own pages until it logs out`() async throws {
        try await TestServer.run(TestServer.production) { server in
            let cookie = try await server.cookie(for: try server.token("player"))
            #expect(cookie.hasPrefix("__Host-porthole="))
            let own: HTTPFields = [.cookie: cookie, .origin: "https://porthole.example"]
            #expect(try await server.ask(.post, "/api/sessions/start", headers: own).status == .ok)
            let out = try await server.ask(.delete, "/api/auth/session", headers: own)
            #expect(out.status == .ok)
            #expect(out.headers[.setCookie]?.hasPrefix("__Host-porthole=; Path=/; Max-Age=0;") == true)
            #expect(try await server.ask(.get, "/api/sessions", headers: own).status == .unauthorized)
        }
    }

    @Test func `no other page may put its grants behind somebody's cookie`() async throws {
        try await TestServer.run { server in
            let body = #"{"token":"\#(try server.token("player"))"}"#
            for origin in ["https://evil.example", "null"] {
                let answer = try await server.ask(
                    .post,
                    "/api/auth/session",
                    headers: [.origin: origin],
                    json: body
                )
                #expect(answer.status == .forbidden)
                #expect(answer.headers[.setCookie] == nil)
            }
        }
    }

    @Test func `a socket by cookie is for the server's own pages`() async throws {
        try await TestServer.run(over: .live) { server in
            let token = try server.token("player")
            let session = try await server.start(token).text("sessionId")
            let cookie = "Cookie: " + (try await server.cookie(for: token))
            let own = "Origin: " + server.assembly.wiring.configuration.server.origin
            let path = "/signaling/\(session)"
            for fields in [[cookie], [cookie, "Origin: http://localhost:9999"], [cookie, "Origin: null"]] {
                #expect(try await server.openSocket(path, fields: fields).hasPrefix("HTTP/1.1 403 "))
            }
            #expect(try await server.openSocket(path, fields: [cookie, own]).hasPrefix("HTTP/1.1 101 "))
            for other in ["/api/sessions", "/watch/\(session)", "/health"] {
                #expect(try await server.openSocket(other, fields: [own]).hasPrefix("HTTP/1.1 404 "))
            }
        }
    }

    // MARK: Not there and not yours

    @Test func `what is somebody else's looks as if it were not there`() async throws {
        try await TestServer.run { server in
            let owner = try server.token("player")
            let session = try await server.start(owner).text("sessionId")
            let recording = try await server.upload("bytes", session: session, token: owner).members()
                .text("id")
            let link = try await server.ask(.post, "/api/sessions/\(session)/watch-links", token: owner)
                .members()
                .text("id")
            let stranger = try server.token("stranger", role: .guardian, email: "stranger@example.com")
            let routes: [(HTTPRequest.Method, String, String)] = [
                (.get, "/api/sessions/{}", session), (.post, "/api/sessions/end/{}", session),
                (.post, "/api/sessions/{}/viewers", session),
                (.delete, "/api/sessions/{}/viewers/\(Self.unknown)", session),
                (.get, "/api/sessions/{}/watch-links", session),
                (.post, "/api/sessions/{}/watch-links", session),
                (.get, "/api/recordings/session/{}", session), (.get, "/api/recordings/{}", recording),
                (.get, "/api/recordings/{}/download", recording), (.delete, "/api/recordings/{}", recording),
                (.delete, "/api/watch-links/{}", link), (.get, "/api/children/{}/guardians", "player"),
                (.get, "/api/children/{}/consent", "player"), (.get, "/api/children/{}/access-log", "player"),
                (.delete, "/api/children/{}", "player"), (.put, "/api/children/{}/consent", "player"),
            ]
            for (method, route, id) in routes {
                let body = method == .put ? #"{"live":true,"record":true,"notify":true}"# : nil
                var answers: [[String]] = []
                for id in [id, Self.unknown, "no-id", "%00"] {
                    let answer = try await server.ask(
                        method,
                        route.replacing("{}", with: id),
                        token: stranger,
                        headers: [.init("X-Request-Id") ?? .via: "same"],
                        json: body
                    )
                    #expect(answer.status == .notFound, "\(method) \(route) \(id)")
                    answers.append([answer.text] + answer.headers.map { "\($0)" }.sorted())
                }
                #expect(Set(answers).count == 1, "\(method) \(route)")
            }
            let upload = try await server.upload("bytes", session: session, token: stranger)
            #expect(upload.status == .notFound)
            #expect(try await server.ask(.get, "/api/sessions", token: stranger).json()["sessions"] == [])
            #expect(try await server.ask(.get, "/api/recordings", token: stranger).json()["recordings"] == [])
            #expect(try await server.ask(.get, "/api/sessions/active", token: stranger).json() == [])
            #expect(try await server.ask(.get, "/api/sessions/\(session)", token: owner).status == .ok)
        }
    }

    @Test func `of an erased child nothing is left and nothing opens`() async throws {
        try await TestServer.run { server in
            let owner = try server.token("player", guardians: ["mother@example.com"])
            let guardian = try server.token("mother", role: .guardian, email: "mother@example.com")
            let session = try await server.start(owner).text("sessionId")
            let recording = try await server.upload("bytes", session: session, token: owner).members()
                .text("id")
            let link = try await server.ask(
                .post,
                "/api/sessions/\(session)/watch-links",
                token: owner,
                json: #"{"scope":"child"}"#
            )
            let parts = try link.members().text("url").split(separator: "#token=")
            let watch = String(try #require(parts.last))
            let cookie = try await server.cookie(for: watch)
            let paths = ["/api/sessions/\(session)", "/api/recordings/\(recording)"]
            for path in paths {
                #expect(try await server.ask(.get, path, token: guardian).status == .ok)
                #expect(try await server.ask(.get, path, headers: [.cookie: cookie]).status == .ok)
            }
            #expect(try await server.ask(.delete, "/api/children/player", token: watch).status != .ok)
            #expect(try await server.ask(.delete, "/api/children/player", token: guardian).status == .ok)

            for path in paths + ["/api/children/player/access-log", "/api/children/player/guardians"] {
                #expect(try await server.ask(.get, path, token: guardian).status == .notFound)
                #expect(try await server.ask(.get, path, token: watch).status == .unauthorized)
                #expect(try await server.ask(.get, path, headers: [.cookie: cookie]).status == .unauthorized)
            }
            #expect(try await server.ask(.get, "/api/sessions", token: owner).json()["sessions"] == [])
            let store = URL(filePath: server.assembly.wiring.data.path)
            let files = try FileManager.default.subpathsOfDirectory(atPath: store.path)
            #expect(!files.contains { $0.contains(session) || $0.contains(recording) })
        }
    }

    // MARK: Strangers

    @Test func `a stranger learns nothing`() async throws {
        try await TestServer.run(["TURN_URLS": "turn:turn.example", "TURN_SECRET": "hidden-secret"]) {
            server in
            let session = try await server.start(try server.token("player")).text("sessionId")
            for path in [
                "/api/sessions", "/api/sessions/active", "/api/sessions/\(session)", "/api/recordings",
                "/api/recordings/session/\(session)", "/api/children/player/consent",
            ] {
                let answer = try await server.ask(.get, path)
                #expect(answer.status == .unauthorized)
                #expect(try answer.members()["error"] == "No token provided")
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
            }
            #expect(
                try await server.ask(.get, "/config").members().keys.sorted() == [
                    "logging", "mediaMode", "startupMode", "useWebSocket",
                ]
            )
            let known = try await server.ask(.get, "/config", token: try server.token("player")).members()
            #expect(known["iceServers"] != nil)
            let health = try await server.ask(.get, "/health").members()
            #expect(health["checks"] == nil)
            let page = try await server.ask(.get, "/watch/\(session)")
            #expect(try await server.ask(.get, "/watch/\(Self.unknown)").text == page.text)
            #expect(page.status == .ok)
            #expect(!page.text.contains(session))
        }
    }

    @Test func `only an administrator sees findings of health checks`() async throws {
        try await TestServer.run { server in
            for (role, sees) in [(.user, false), (.guardian, false), (.service, false), (.admin, true)]
                as [(User.Role, Bool)]
            {
                let health = try await server.ask(.get, "/health", token: try server.token("x", role: role))
                #expect((try health.members()["checks"] != nil) == sees)
            }
        }
    }
}

extension JSONValue {
    fileprivate subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }
}
