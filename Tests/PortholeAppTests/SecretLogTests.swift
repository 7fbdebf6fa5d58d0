import Foundation
import HTTPTypes
import HummingbirdTesting
import Persistence
import PortholeCore
import Testing

@testable import PortholeApp

@Suite("Whole server: logs keep no secret")
struct SecretLogTests {
    private static let sdp = "v=0\\r\\no=canary-sdp 1 1 IN IP4 192.0.2.77"
    private static let candidate = "candidate:1 1 udp 1 192.0.2.78 9 typ host canary"

    @Test func `no line of a session's whole life, good or bad, holds a secret`() async throws {
        try await TestServer.run(over: .live) { server in
            var secrets = [
                "ptw_", "pth_", "eyJ", "signature=", "token=", "canary", "192.0.2.7", "porthole=", "Bearer",
            ]
            let owner = try server.token("player", guardians: ["mother@example.com"])
            secrets.append(owner)
            let (session, ticket) = try await start(server, owner)
            secrets.append(ticket)
            secrets += try await watch(server, owner, session)
            try await signal(server, session, ticket, owner)
            secrets += try await play(server, owner, session)
            try await fail(server, owner, session)

            let lines = server.logs.lines
            #expect(lines.contains { $0.contains("POST /api/sessions/start 200") })
            #expect(lines.contains { $0.contains("PUT /t/{ticket}/signaling 200") })
            #expect(lines.contains { $0.contains("GET /objects/** 200") })
            #expect(lines.contains { $0.contains("request failed because") })
            for line in lines {
                for secret in secrets where line.contains(secret) {
                    Issue.record("\(secret.prefix(12)) in a line: \(line)")
                }
            }
        }
    }

    private func start(
        _ server: TestServer,
        _ owner: String
    ) async throws -> (session: String, ticket: String) {
        let started = try await server.start(owner)
        guard case .object(let ingest)? = started["ingest"] else { throw StartError("no ingest") }
        let ticket = try ingest.text("signalingUrl").split(separator: "token=").last
        return (try started.text("sessionId"), String(try #require(ticket)))
    }

    /// Makes a link, exchanges it, and looks around with it.
    private func watch(_ server: TestServer, _ owner: String, _ session: String) async throws -> [String] {
        let made = try await server.ask(.post, "/api/sessions/\(session)/watch-links", token: owner).members()
        let token = String(try #require(try made.text("url").split(separator: "#token=").last))
        #expect(token.hasPrefix("ptw_"))
        let cookie = try await server.cookie(for: token)
        for path in ["/api/sessions/\(session)", "/watch/\(session)?token=\(token)", "/live", "/config"] {
            #expect(try await server.ask(.get, path, headers: [.cookie: cookie]).status == .ok)
        }
        _ = try await server.ask(.post, "/api/sessions/\(session)/viewers", token: token)
        _ = try await server.ask(.post, "/unsubscribe/\(token)")
        return [token, String(try #require(cookie.split(separator: "=").last))]
    }

    /// Signals by polling, and is refused sockets.
    private func signal(
        _ server: TestServer,
        _ session: String,
        _ ticket: String,
        _ owner: String
    ) async throws {
        let opened = try await server.ask(.put, "/t/\(ticket)/signaling")
        let header = try #require(HTTPField.Name("Session-Id"))
        let polling = try opened.members().text("sessionId")
        for (method, name, body) in [
            (.put, "connection", #"{"connectionId":"c"}"#),
            (.post, "offer", #"{"connectionId":"c","sdp":"\#(Self.sdp)"}"#),
            (.post, "candidate", #"{"connectionId":"c","candidate":"\#(Self.candidate)"}"#),
            (.post, "answer", #"{"connectionId":"c","sdp":"\#(Self.sdp)"#),
        ] as [(HTTPRequest.Method, String, String)] {
            _ = try await server.ask(
                method,
                "/t/\(ticket)/signaling/\(name)",
                headers: [header: polling],
                json: body
            )
        }
        _ = try await server.ask(.get, "/t/\(ticket)/signaling", headers: [header: polling])
        _ = try await server.ask(.put, "/t/\(ticket)x/signaling")
        for token in [owner + "x", ticket + "x", "ptw_x", "eyJx"] {
            let socket = try await server.openSocket(
                "/signaling/\(session)?token=\(token)",
                until: "Invalid token"
            )
            #expect(socket.contains("Invalid token"))
            #expect(try await server.ask(.get, "/api/sessions", token: token).status == .unauthorized)
            _ = try await server.ask(.post, "/api/auth/session", json: #"{"token":"\#(token)"}"#)
        }
    }

    /// Uploads, and fetches what is kept by signed URLs.
    private func play(_ server: TestServer, _ owner: String, _ session: String) async throws -> [String] {
        let uploaded = try await server.upload("bytes", session: session, token: owner)
        #expect(uploaded.status == .ok)
        let recording = try uploaded.members().text("id")
        _ = try await server.ask(.get, "/api/recordings/\(recording)/download?download=1", token: owner)
        let store: any ObjectStore = server.assembly.wiring.store
        let file = try await store.stagingPath()
        try Data("kept".utf8).write(to: URL(filePath: file))
        let key = try #require(ObjectKey("recordings/kept.webm"))
        try await store.put(fileAt: file, as: key, contentType: "video/webm")
        let url = try await store.signedURL(
            for: key,
            expiresAt: Date(timeIntervalSinceNow: 60),
            filename: "name.webm"
        )
        let path = String(try #require(url.split(separator: "/objects/").last))
        let part = try await server.ask(.get, "/objects/\(path)", headers: [.range: "bytes=1-2"])
        #expect(part.status == .partialContent)
        #expect(part.text == "ep")
        #expect(try await server.ask(.get, "/objects/\(path)").text == "kept")
        let head = try await server.ask(.head, "/objects/\(path)", headers: [.range: "bytes=1-2"])
        #expect(head.status == .ok)
        #expect(head.headers[.contentLength] == "4")
        #expect(try await server.ask(.get, "/objects/\(path)x").status == .forbidden)
        try FileManager.default.removeItem(
            atPath: server.assembly.wiring.data.path + "/objects/recordings/kept.webm"
        )
        _ = try await server.ask(.get, "/objects/\(path)")
        let signature = path.split(separator: "signature=").last?.split(separator: "&").first
        return [String(try #require(signature))]
    }

    /// Asks all over again without a database.
    private func fail(_ server: TestServer, _ owner: String, _ session: String) async throws {
        let cookie = try await server.cookie(for: owner)
        try server.assembly.wiring.database.close()
        let failed = try await server.ask(.get, "/api/sessions/\(session)", token: owner)
        #expect(failed.status.code >= 500)
        _ = try await server.ask(.get, "/api/sessions", headers: [.cookie: cookie])
        _ = try await server.start(owner, connection: "canary")
        _ = try await server.upload("bytes", session: session, token: owner)
        _ = try await server.ask(.post, "/api/auth/session", json: #"{"token":"\#(owner)"}"#)
        _ = try await server.openSocket("/signaling/\(session)?token=\(owner)")
    }
}
