import Foundation
import Glibc
import HTTPTypes
import HummingbirdTesting
import PortholeCore
import TestSupport
import Testing

@testable import PortholeApp

@Suite("Whole server: what it says of media")
struct MediaServerTests {
    @Test func `clients are told how media goes and where to publish`() async throws {
        try await TestServer.run(media: FakeMediaControl()) { server in
            let player = try server.token("player")
            let started = try await server.start(player)
            let session = try started.text("sessionId")
            #expect(started["media_mode"] == "sfu")
            guard case .object(let ingest)? = started["ingest"] else { throw StartError("no ingest") }
            let base = server.assembly.wiring.domain.publicURL
            #expect(
                try ingest.text("whipUrl")
                    == "\(base)/whip/\(session)?token=\(try server.ticket(of: session))"
            )
            #expect(try await server.ask(.get, "/config").members()["mediaMode"] == "sfu")
            let found = try await server.ask(.get, "/api/sessions/\(session)", token: player).members()
            #expect(found["media_mode"] == "sfu")
        }
        try await TestServer.run { server in
            let started = try await server.start(try server.token("player"))
            #expect(started["media_mode"] == "p2p")
            guard case .object(let ingest)? = started["ingest"] else { throw StartError("no ingest") }
            #expect(ingest["whipUrl"] == .null)
            #expect(try await server.ask(.get, "/config").members()["mediaMode"] == "p2p")
        }
    }

    // MARK: Figures of a session

    @Test func `owner guardians and administrators see how media does`() async throws {
        let media = FakeMediaControl()
        try await TestServer.run(media: media) { server in
            let player = try server.token("player", guardians: ["mother@example.com"])
            let session = try await server.start(player).text("sessionId")
            for role in [MediaGrant.Role.publisher, .viewer] {
                let grant = MediaGrant(room: MediaRoomID(session), role: role, principalID: "player")
                media.connect(try await media.open(grant, offer: "o").resource)
            }
            let guardian = try server.token("mother", role: .guardian, email: "mother@example.com")
            let admin = try server.token("operator", role: .admin)
            let path = "/api/sessions/\(session)/media"
            for token in [player, guardian, admin] {
                let figures = try await server.ask(.get, path, token: token).members()
                #expect(figures["published"] == true)
                guard case .array(let tracks)? = figures["tracks"], case .object(let track)? = tracks.first,
                    case .array(let viewers)? = figures["viewers"]
                else { throw StartError("no figures: \(figures)") }
                #expect(track["codec"] == "VP8")
                #expect(viewers.count == 1)
            }
            let link = try await server.ask(.post, "/api/sessions/\(session)/watch-links", token: player)
            let watch = String(try #require(try link.members().text("url").split(separator: "#token=").last))
            #expect(try await server.ask(.get, path, token: watch).status == .forbidden)
            #expect(try await server.ask(.get, path, token: try server.token("stranger")).status == .notFound)
            #expect(try await server.ask(.get, path).status == .unauthorized)
        }
    }

    // MARK: Metrics

    @Test func `metrics count answers and name nobody`() async throws {
        let media = FakeMediaControl()
        var totals = MediaTotals()
        totals.viewers = 3
        totals.counters = ["packets_forwarded": 42, "dropped: odd name": 1]
        media.setTotals(totals)
        try await TestServer.run(media: media) { server in
            let player = try server.token("player")
            let session = try await server.start(player).text("sessionId")
            _ = try await server.ask(.get, "/api/sessions/\(session)", token: player)
            let answer = try await server.ask(.get, "/metrics")
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = answer.text.split(separator: "\n")
            for line in [
                #"porthole_http_requests_total{route="/api/sessions/{sessionId}",method="GET",code="200"} 1"#,
                "porthole_media_viewers 3", "# TYPE porthole_media_packets_forwarded_total counter",
                "porthole_media_packets_forwarded_total 42", "porthole_media_dropped__odd_name_total 1",
                #"porthole_healthy{part="database"} 1"#, "porthole_sessions_hosted 0",
            ] {
                #expect(lines.contains(Substring(line)), "\(line)")
            }
            #expect(!answer.text.contains(session))
            #expect(!answer.text.contains("player"))
            let samples = lines.filter { !$0.hasPrefix("#") }
            #expect(
                samples.allSatisfy { $0.wholeMatch(of: /[a-z_]+(\{[^}]*\}*[^}]*\})? -?[0-9.e+-]+/) != nil }
            )
        }
    }

    @Test func `a proxy that nobody named opens metrics to nobody`() async throws {
        try await TestServer.run { server in
            let name = try #require(HTTPField.Name("X-Forwarded-For"))
            let answer = try await server.ask(.get, "/metrics", headers: [name: "127.0.0.1"])
            #expect(answer.status == .notFound)
        }
    }

    @Test func `a token for metrics opens them and nothing else does`() async throws {
        let secret = "0123456789abcdef"
        try await TestServer.run(["METRICS_TOKEN": secret]) { server in
            for (token, status) in [
                (nil, .unauthorized), (secret + "0", .unauthorized),
                (try server.token("player"), .unauthorized),
                (secret, .ok),
            ] as [(String?, HTTPResponse.Status)] {
                let answer = try await server.ask(.get, "/metrics", token: token)
                #expect(answer.status == status)
            }
        }
    }

    // MARK: Health

    @Test func `health says that media is off`() async throws {
        try await TestServer.run { server in
            let health = try await server.ask(.get, "/health").members()
            guard case .object(let features)? = health["features"] else { throw StartError("no features") }
            #expect(features["media"] == false)
        }
    }

    @Test func `five joins in a row that fail degrade media until one gets through`() {
        let health = MediaHealth(.running)
        let (room, resource) = (MediaRoomID("r"), MediaResourceID("x"))
        for _ in 1..<MediaHealth.failureLimit { health.note(.connectionFailed(room, .viewer)) }
        #expect(health.finding.status == .ok)
        health.note(.viewerLeft(room, resource, principalID: ""))
        health.note(.connectionFailed(room, .publisher))
        #expect(health.finding.status == .degraded)
        #expect(health.finding.message?.contains("MEDIA_ANNOUNCED_ADDRESSES") == true)
        health.note(.publisherConnected(room, resource))
        #expect(health.finding.status == .ok)
    }

    @Test func `a media port that cannot be had leaves a server that works from peer to peer`() async throws {
        let taken = try TakenPort()
        defer { taken.close() }
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let configuration = try TestServer.configuration(
            [
                "MEDIA_MODE": "sfu", "MEDIA_UDP_PORT": String(taken.port), "MEDIA_TCP_PORT": "0",
                "MEDIA_ANNOUNCED_ADDRESSES": "127.0.0.1",
            ],
            dataDirectory: directory.path
        )
        let logs = LogCollector()
        let wiring = MediaWiring.make(configuration, logger: logs.logger)
        #expect(wiring.control == nil)
        #expect(wiring.services.isEmpty)
        #expect(wiring.health.finding.status == .degraded)
        #expect(wiring.health.finding.message?.contains("peer to peer") == true)
    }
}

/// A UDP port of this machine that is in use.
private struct TakenPort {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw StartError("no port to take") }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    func close() { _ = Glibc.close(descriptor) }
}
