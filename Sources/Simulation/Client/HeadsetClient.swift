import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// What a headset's app asks of Porthole's API: a session to stream into, a link to watch it by, its end.
public struct HeadsetClient: Sendable {
    private static let timeout = TimeAmount.seconds(10)
    private static let maximumAnswer = 256 * 1024

    /// A session that was started.
    public struct Session: Equatable, Sendable {
        /// Its id.
        public var id: String
        /// Where to publish, with a ticket in it; `nil` where sessions go from peer to peer.
        public var whipURL: String?
    }

    private struct StartAnswer: Decodable {
        struct Ingest: Decodable { var whipUrl: String? }
        var sessionId: String
        var ingest: Ingest
    }

    private struct LinkAnswer: Decodable { var url: String }

    private let server: String
    private let token: String

    /// A client of a server, given without a path, as the user of a token.
    public init(server: String, token: String) {
        self.server = server
        self.token = token
    }

    /// Starts a session.
    ///
    /// - Throws: `refused`, `unavailable`, `unreachable` or `badAnswer`.
    public func start(platform: String) async throws(SimulationError) -> Session {
        let answer: StartAnswer = try await post(
            "/api/sessions/start",
            ["metadata": ["platform": platform, "deviceModel": "Simulated headset"]]
        )
        return Session(id: answer.sessionId, whipURL: answer.ingest.whipUrl)
    }

    /// Makes a link by which anybody may watch the session.
    ///
    /// - Throws: as ``start(platform:)``.
    public func watchLink(to session: Session) async throws(SimulationError) -> String {
        let answer: LinkAnswer = try await post("/api/sessions/\(session.id)/watch-links", [:])
        return answer.url
    }

    /// Ends the session; a server that does not hear it will find out.
    public func end(_ session: Session) async {
        struct Anything: Decodable {}
        // Not cancelled along with whoever streams.
        await Task {
            _ = try? await post("/api/sessions/end/\(session.id)", [:]) as Anything
        }
        .value
    }

    private func post<Answer: Decodable>(
        _ path: String,
        _ body: [String: [String: String]]
    ) async throws(SimulationError) -> Answer {
        var request = HTTPClientRequest(url: server + path)
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Content-Type", value: "application/json")
        let status: Int
        let data: Data
        do {
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
            let response = try await HTTPClient.shared.execute(request, timeout: Self.timeout)
            status = Int(response.status.code)
            data = Data(Array(buffer: try await response.body.collect(upTo: Self.maximumAnswer)))
        } catch {
            throw .unreachable(reason: "\(error)")
        }
        guard (200..<300).contains(status) else {
            let reason = MediaClient.reason(String(decoding: data, as: UTF8.self))
            throw status >= 500
                ? .unavailable(status: status, retryAfter: nil) : .refused(status: status, reason: reason)
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: data) else {
            throw .badAnswer(reason: "it is not what \(path) answers")
        }
        return answer
    }
}
