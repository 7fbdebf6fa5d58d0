import Foundation
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import Persistence
import PortholeCore

@testable import PortholeApp

/// A whole server on a folder of its own, asked without a network unless a test says so.
struct TestServer: Sendable {
    let assembly: Assembly
    let links: [ReadyLink]
    let logs: LogCollector
    private let client: any TestClientProtocol

    static let production = [
        "ENVIRONMENT": "production", "PUBLIC_URL": "https://porthole.example",
        "JWT_SECRET": "Zr8kQ1vX0pLw9sTnB4yHcE7uJ2mGaD5f",
    ]

    static func run(
        _ settings: [String: String] = [:],
        over network: TestingSetup = .router,
        media: (any MediaControl)? = nil,
        _ test: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let logs = LogCollector()
        let configuration = try configuration(settings, dataDirectory: directory.path + "/data")
        let wiring = try Wiring(configuration, logger: logs.logger)
        _ = try await wiring.database.migrate()
        let links = try ReadyLinks.make(configuration, mint: wiring.mint)
        let assembly = try Assembly(
            wiring,
            links: links,
            media: media.map { MediaWiring($0) } ?? .without,
            logger: logs.logger
        )
        try await assembly.prepare()
        try await assembly.application {}
            .test(network) { client in
                try await test(TestServer(assembly: assembly, links: links, logs: logs, client: client))
            }
    }

    static func configuration(
        _ settings: [String: String] = [:],
        dataDirectory: String
    ) throws -> Configuration {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let own = [
            "DATA_DIR": dataDirectory, "WEB_DIR": checkout.appending(path: "Web").path, "PORT": "0",
            "RECORDING_MIN_FREE_BYTES": "1", "RATE_LIMIT_REQUESTS": "10000",
            // One media port is for one server: tests that need a media plane bring one.
            "MEDIA_MODE": "p2p",
        ]
        return try Configuration.load(
            environment: own.merging(settings) { $1 },
            dotEnv: nil,
            flags: [:],
            readFile: { _ in "" }
        )
    }

    // MARK: Tokens

    func token(
        _ subject: String,
        role: User.Role = .user,
        email: String? = nil,
        guardians: [String] = []
    ) throws -> String {
        guard let mint = assembly.wiring.mint, let id = UserID(subject) else {
            throw StartError("this server makes no tokens")
        }
        return try mint.token(
            subject: id,
            role: role,
            email: email,
            expiresIn: 3600,
            guardians: guardians.map { GuardianDraft(email: $0, name: nil, userID: nil) }
        )
    }

    /// The cookie that a token is exchanged for, as `name=value`.
    func cookie(for token: String) async throws -> String {
        let answer = try await ask(.post, "/api/auth/session", json: #"{"token":"\#(token)"}"#)
        guard let header = answer.headers[.setCookie], let pair = header.split(separator: ";").first else {
            throw StartError("no cookie: \(answer.status)")
        }
        return String(pair)
    }

    /// The ticket of a session's host.
    func ticket(of session: String) throws -> String {
        guard let id = SessionID(session) else { throw StartError("no session id: \(session)") }
        return assembly.wiring.tokens.hostTicket(for: id)
    }

    // MARK: Requests

    func ask(
        _ method: HTTPRequest.Method,
        _ path: String,
        token: String? = nil,
        headers: HTTPFields = [:],
        json: String? = nil,
        body: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if json != nil { headers[.contentType] = "application/json" }
        return try await client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: (json ?? body).map { ByteBuffer(string: $0) }
        )
    }

    /// Asks for a WebSocket; for servers on a network.
    func openSocket(
        _ path: String,
        fields: [String] = [],
        until end: String = "\r\n\r\n"
    ) async throws -> String {
        guard let port = client.port else { throw StartError("this server has no port") }
        return try await RawSocket.exchange(RawSocket.upgrade(path, fields: fields), port: port, until: end)
    }

    func upload(_ content: String, session: String, token: String) async throws -> TestResponse {
        let form = """
            --b\r\nContent-Disposition: form-data; name="sessionId"\r\n\r\n\(session)\r\n\
            --b\r\nContent-Disposition: form-data; name="chunkNumber"\r\n\r\n0\r\n\
            --b\r\nContent-Disposition: form-data; name="recording"; filename="blob"\r\n\
            Content-Type: video/webm\r\n\r\n\(content)\r\n--b--\r\n
            """
        return try await client.execute(
            uri: "/api/recordings/upload",
            method: .post,
            headers: [
                .authorization: "Bearer \(token)", .contentType: "multipart/form-data; boundary=b",
            ],
            body: ByteBuffer(string: form)
        )
    }

    /// Starts a session.
    func start(_ token: String, connection: String = "headset") async throws -> [String: JSONValue] {
        let answer = try await ask(
            .post,
            "/api/sessions/start",
            token: token,
            json: #"{"connectionId":"\#(connection)"}"#
        )
        return try answer.members()
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    func json() throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView))
    }

    func members() throws -> [String: JSONValue] {
        guard case .object(let members) = try json() else { throw StartError("no object: \(status) \(text)") }
        return members
    }
}

extension [String: JSONValue] {
    /// A member that is a text.
    func text(_ name: String) throws -> String {
        guard case .string(let text)? = self[name] else { throw StartError("no text \(name) in \(self)") }
        return text
    }
}
