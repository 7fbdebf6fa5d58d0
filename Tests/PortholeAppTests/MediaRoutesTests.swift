import Foundation
import HTTPTypes
import HummingbirdTesting
import PortholeCore
import TestSupport
import Testing

@testable import PortholeApp

@Suite("Whole server: WHIP (RFC 9725) and WHEP")
struct MediaRoutesTests {
    private static let sdp: HTTPFields = [.contentType: "application/sdp"]
    private static let fragment: HTTPFields = [.contentType: "application/trickle-ice-sdpfrag"]
    private static let methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST"
    private static let unknown = "0190a0b0-0000-7000-8000-000000000001"

    // MARK: Publishing

    @Test func `a host ticket publishes and the answer holds all that a client needs`() async throws {
        let media = FakeMediaControl()
        let servers = [
            "STUN_URLS": "stun:stun.example:3478", "TURN_URLS": "turn:turn.example",
            "TURN_USERNAME": "us\"er", "TURN_PASSWORD": "secret",
        ]
        try await TestServer.run(servers, media: media) { server in
            let started = try await server.start(try server.token("player"))
            let session = try started.text("sessionId")
            let ticket = try server.ticket(of: session)
            let answer = try await server.ask(
                .post,
                "/whip/\(session)",
                token: ticket,
                headers: Self.sdp,
                body: "v=0"
            )
            #expect(answer.status == .created)
            #expect(answer.text == "answer to v=0")
            #expect(answer.headers[.contentType] == "application/sdp")
            #expect(answer.headers[.location] == "/whip/\(session)/r1")
            #expect(answer.headers[.eTag] == "\"e1\"")
            let links = answer.headers[values: try #require(HTTPField.Name("Link"))]
            #expect(links.first == #"<stun:stun.example:3478>; rel="ice-server""#)
            #expect(
                links.last?.hasPrefix(#"<turn:turn.example>; rel="ice-server"; username="us\"er""#) == true
            )
            #expect(
                media.takeOrders() == [
                    .open(
                        MediaGrant(room: MediaRoomID(session), role: .publisher, principalID: "player"),
                        offer: "v=0"
                    )
                ]
            )
        }
    }

    @Test func `a ticket in the URL stays in the address of the connection`() async throws {
        try await TestServer.run(media: FakeMediaControl()) { server in
            let session = try await server.start(try server.token("player")).text("sessionId")
            let ticket = try server.ticket(of: session)
            let answer = try await server.ask(
                .post,
                "/whip/\(session)?token=\(ticket)",
                headers: Self.sdp,
                body: "v=0"
            )
            let location = try #require(answer.headers[.location])
            #expect(location == "/whip/\(session)/r1?token=\(ticket)")
            #expect(try await server.ask(.get, location).status == .noContent)
            #expect(try await server.ask(.delete, location).status == .ok)
            #expect(try await server.ask(.delete, location).status == .notFound)
        }
    }

    @Test func `nobody publishes but the host`() async throws {
        let media = FakeMediaControl()
        try await TestServer.run(TestServer.production, media: media) { server in
            let player = try server.token("player", guardians: ["mother@example.com"])
            let session = try await server.start(player).text("sessionId")
            let consent = #"{"live":true,"record":true,"notify":true,"method":"paper","granted_by":"mother"}"#
            let studio = try server.token("studio", role: .service)
            let agreed = try await server.ask(
                .put,
                "/api/children/player/consent",
                token: studio,
                json: consent
            )
            #expect(agreed.status == .ok)
            let other = try await server.start(try server.token("other")).text("sessionId")
            let guardian = try server.token("mother", role: .guardian, email: "mother@example.com")
            let cookie: HTTPFields = [
                .cookie: try await server.cookie(for: player), .origin: "https://porthole.example",
            ]
            let cases: [(String?, HTTPFields, String, HTTPResponse.Status)] = [
                (nil, [:], session, .unauthorized), ("nonsense", [:], session, .unauthorized),
                ("pth_nonsense", [:], session, .unauthorized),
                (nil, [:], "studio", .unauthorized), (player, [:], "studio", .notFound),
                (player, [:], Self.unknown, .notFound), (player, [:], other, .notFound),
                (try server.ticket(of: other), [:], session, .notFound),
                (guardian, [:], session, .forbidden), (studio, [:], session, .forbidden),
                (nil, cookie, session, .forbidden), (player, [:], session, .created),
            ]
            for (token, headers, room, status) in cases {
                let answer = try await server.ask(
                    .post,
                    "/whip/\(room)",
                    token: token,
                    headers: headers.merging(Self.sdp),
                    body: "v=0"
                )
                #expect(answer.status == status, "\(room) \(answer.text)")
            }
            #expect(media.takeOrders().count == 1)
        }
    }

    // MARK: Watching

    @Test func `user tokens watch tokens and cookies watch and a ticket does not`() async throws {
        let media = FakeMediaControl()
        try await TestServer.run(media: media) { server in
            let player = try server.token("player")
            let session = try await server.start(player).text("sessionId")
            let link = try await server.ask(.post, "/api/sessions/\(session)/watch-links", token: player)
            let watch = String(try #require(try link.members().text("url").split(separator: "#token=").last))
            let origin = server.assembly.wiring.configuration.server.origin
            let cookie: HTTPFields = [.cookie: try await server.cookie(for: watch), .origin: origin]
            let cases: [(String?, HTTPFields, HTTPResponse.Status)] = [
                (player, [:], .created), (watch, [:], .created), (nil, cookie, .created),
                (try server.ticket(of: session), [:], .forbidden), (nil, [:], .unauthorized),
                (try server.token("stranger"), [:], .notFound),
            ]
            for (token, headers, status) in cases {
                let answer = try await server.ask(
                    .post,
                    "/whep/\(session)",
                    token: token,
                    headers: headers.merging(Self.sdp),
                    body: "v=0"
                )
                #expect(answer.status == status, "\(answer.text)")
                guard status == .created else { continue }
                #expect(answer.headers[.location]?.hasPrefix("/whep/\(session)/") == true)
            }
            let grants = media.takeOrders()
                .compactMap { order in
                    if case .open(let grant, _) = order { grant } else { nil }
                }
            #expect(grants.map(\.role) == [.viewer, .viewer, .viewer])
            let id = try link.members().text("id")
            #expect(grants.map(\.grantID) == [nil, id, id])
        }
    }

    @Test func `probes find an endpoint and get no content`() async throws {
        try await TestServer.run(media: FakeMediaControl()) { server in
            let player = try server.token("player")
            let session = try await server.start(player).text("sessionId")
            for kind in ["whip", "whep"] {
                let found = try await server.ask(.get, "/\(kind)/\(session)", token: player)
                #expect(found.status == .noContent)
                #expect(found.text.isEmpty)
            }
            let discovered = try await server.ask(.head, "/whep/\(session)", token: player)
            #expect(discovered.status == .ok)
            #expect(discovered.headers[.contentType] == "application/sdp")
            #expect(try await server.ask(.get, "/whep/\(session)").status == .unauthorized)
        }
    }

    @Test func `a preflight names methods and what may be posted`() async throws {
        try await TestServer.run(
            TestServer.production.merging(["ALLOWED_ORIGINS": "https://studio.example"]) { $1 }
        ) {
            server in
            let headers: HTTPFields = [.origin: "https://studio.example"]
            let endpoint = try await server.ask(.options, "/whip/\(Self.unknown)", headers: headers)
            #expect(endpoint.status == .noContent)
            #expect(endpoint.headers[.accessControlAllowMethods] == Self.methods)
            #expect(try endpoint.field("Accept-Post") == "application/sdp")
            #expect(try endpoint.field("Link") == nil)
            let resource = try await server.ask(.options, "/whep/\(Self.unknown)/r1", headers: headers)
            #expect(resource.headers[.accessControlAllowMethods] == Self.methods)
            #expect(resource.headers[.accessControlAllowHeaders]?.contains("If-Match") == true)
            let refused = try await server.ask(.post, "/whip/\(Self.unknown)", headers: headers)
            let exposed = try #require(refused.headers[.accessControlExposeHeaders])
            for name in ["Location", "ETag", "Link", "Accept-Post"] { #expect(exposed.contains(name)) }
        }
    }

    // MARK: Rooms without sessions

    @Test func `in development any name is a room and in production none is`() async throws {
        let media = FakeMediaControl()
        try await TestServer.run(media: media) { server in
            let published = try await server.ask(.post, "/whip/load-1.a", headers: Self.sdp, body: "v=0")
            #expect(published.status == .created)
            #expect(published.headers[.location] == "/whip/load-1.a/r1")
            #expect(
                try await server.ask(.post, "/whep/load-1.a", headers: Self.sdp, body: "v=0").status
                    == .created
            )
            for name in ["a%20b", String(repeating: "a", count: 65)] {
                #expect(
                    try await server.ask(.post, "/whip/\(name)", headers: Self.sdp, body: "v=0").status
                        == .unauthorized
                )
            }
            #expect(try await server.ask(.delete, "/whep/load-1.a/r1").status == .notFound)
            #expect(try await server.ask(.delete, "/whip/other/r1").status == .notFound)
            #expect(try await server.ask(.delete, "/whip/load-1.a/r1").status == .ok)
        }
        try await TestServer.run(["SIGNALING_ANONYMOUS": "false"], media: media) { server in
            let refused = try await server.ask(.post, "/whip/load", headers: Self.sdp, body: "v=0")
            #expect(refused.status == .unauthorized)
        }
    }

    // MARK: Connections

    @Test(arguments: ["whip", "whep"])
    func `candidates trickle and ICE restarts`(kind: String) async throws {
        let media = FakeMediaControl()
        try await TestServer.run(media: media) { server in
            let offer = "v=0\r\na=ice-ufrag:one\r\n"
            _ = try await server.ask(.post, "/\(kind)/room", headers: Self.sdp, body: offer)
            _ = media.takeOrders()
            let one = "a=ice-ufrag:one\r\na=candidate:1\r\n"
            let two = "a=ice-ufrag:two\r\n"
            let cases: [(String?, String, HTTPResponse.Status)] = [
                (nil, one, .preconditionRequired), ("\"old\"", one, .preconditionFailed),
                ("\"e1\"", one, .noContent), ("*", one, .noContent), ("\"*\"", two, .ok),
                ("*", two, .noContent),
            ]
            for (match, text, status) in cases {
                var headers = Self.fragment
                headers[.ifMatch] = match
                let answer = try await server.ask(.patch, "/\(kind)/room/r1", headers: headers, body: text)
                #expect(answer.status == status, "\(match ?? "none")")
                #expect(answer.headers[.eTag] == (status == .ok ? "\"e2\"" : nil))
            }
            let resource = MediaResourceID("r1")
            #expect(
                media.takeOrders() == [
                    .trickle(resource, fragment: one, entityTag: "e1"),
                    .trickle(resource, fragment: one, entityTag: nil), .restart(resource, fragment: two),
                    .trickle(resource, fragment: two, entityTag: nil),
                ]
            )
            var wrong = Self.sdp
            wrong[.ifMatch] = "*"
            #expect(
                try await server.ask(.patch, "/\(kind)/room/r1", headers: wrong, body: one).status
                    == .unsupportedMediaType
            )
        }
    }

    @Test func `somebody else's connection is not there`() async throws {
        try await TestServer.run(media: FakeMediaControl()) { server in
            let player = try server.token("player", guardians: ["mother@example.com"])
            let session = try await server.start(player).text("sessionId")
            let path = "/whep/\(session)"
            _ = try await server.ask(.post, path, token: player, headers: Self.sdp, body: "v=0")
            let guardian = try server.token("mother", role: .guardian, email: "mother@example.com")
            #expect(try await server.ask(.get, path, token: guardian).status == .noContent)
            #expect(try await server.ask(.get, path + "/r1", token: guardian).status == .notFound)
            #expect(try await server.ask(.delete, path + "/r1", token: guardian).status == .notFound)
            #expect(try await server.ask(.delete, path + "/r1").status == .unauthorized)
            #expect(try await server.ask(.delete, "/whip/\(session)/r1", token: player).status == .notFound)
            #expect(try await server.ask(.delete, path + "/r1", token: player).status == .ok)
        }
    }

    @Test func `events of a connection are for whoever opened it`() async throws {
        let media = FakeMediaControl()
        try await TestServer.run(media: media) { server in
            let opened = try await server.ask(.post, "/whep/room", headers: Self.sdp, body: "v=0")
            let name = try #require(HTTPField.Name("Link"))
            let link = try #require(opened.headers[values: name].last)
            #expect(
                link.hasPrefix(
                    "</whep/room/r1/events>; rel=\"urn:ietf:params:whep:ext:core:server-sent-events\""
                )
            )
            let path = "/whep/room/r1/events"
            for names in ["[]", #"["layers"]"#, #"["active","nonsense"]"#, "{}", "7"] {
                #expect(try await server.ask(.post, path, json: names).status == .badRequest, "\(names)")
            }
            let asked = try await server.ask(.post, path, json: #"["active","viewercount"]"#)
            #expect(asked.status == .created)
            let stream = try #require(asked.headers[.location])
            #expect(stream.hasPrefix(path + "/"))
            #expect(try await server.ask(.get, stream + "0").status == .notFound)
            #expect(
                try await server.ask(.post, "/whep/room/r2/events", json: #"["active"]"#).status == .notFound
            )
            #expect(try await server.ask(.delete, stream).status == .ok)
            #expect(try await server.ask(.get, stream).status == .notFound)
        }
    }

    // MARK: Refusals

    @Test func `each refusal has its status and says why`() async throws {
        let media = FakeMediaControl()
        try await TestServer.run(media: media) { server in
            let cases: [(MediaError, HTTPResponse.Status, String?)] = [
                (.noPublisher(retryAfter: 3), .conflict, "3"),
                (.full("Too many viewers", retryAfter: 9), .serviceUnavailable, "9"),
                (.malformed("no description"), .badRequest, nil),
                (.unacceptable("no codec in common"), .unprocessableContent, nil),
                (.unavailable("no port"), .serviceUnavailable, "5"),
            ]
            for (error, status, retryAfter) in cases {
                media.refuse(with: error)
                let answer = try await server.ask(.post, "/whep/room", headers: Self.sdp, body: "v=0")
                #expect(answer.status == status)
                #expect(answer.headers[.retryAfter] == retryAfter)
                #expect(answer.headers[.contentType] == "application/problem+json")
                #expect(try answer.members()["error"] != nil)
            }
            media.refuse(with: nil)
            let large = String(repeating: "a", count: 64 * 1024 + 1)
            let bodies: [(HTTPFields, String, HTTPResponse.Status)] = [
                ([:], "v=0", .unsupportedMediaType),
                ([.contentType: "application/json"], "{}", .unsupportedMediaType),
                ([.contentType: "Application/SDP; charset=utf-8"], "v=0", .created),
                (Self.sdp, "", .badRequest), (Self.sdp, large, .contentTooLarge),
            ]
            for (headers, body, status) in bodies {
                let answer = try await server.ask(.post, "/whip/room", headers: headers, body: body)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `without a media plane there is nothing to open`() async throws {
        try await TestServer.run { server in
            let answer = try await server.ask(.post, "/whip/room", headers: Self.sdp, body: "v=0")
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter] == "60")
            #expect(
                try await server.ask(.post, "/whip/\(Self.unknown)", headers: Self.sdp).status
                    == .unauthorized
            )
        }
    }
}

extension TestResponse {
    fileprivate func field(_ name: String) throws -> String? { headers[try #require(HTTPField.Name(name))] }
}

extension HTTPFields {
    fileprivate func merging(_ other: HTTPFields) -> HTTPFields {
        var merged = self
        for field in other { merged[field.name] = field.value }
        return merged
    }
}
