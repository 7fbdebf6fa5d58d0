import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The HTTP side of WHIP (RFC 9725) and WHEP: an offer goes up, an answer comes down, a resource is deleted.
struct MediaClient: Sendable {
    private static let timeout = TimeAmount.seconds(10)
    private static let maximumAnswer = 256 * 1024

    /// What the server has opened for us.
    struct Resource: Equatable, Sendable {
        var answer: String
        /// Where it is deleted; `nil` if the server does not say.
        var location: String?
    }

    let url: String
    let token: String?

    /// Sends an offer.
    ///
    /// - Throws: `refused`, `unavailable`, `unreachable` or `badAnswer`.
    func open(_ offer: String) async throws(SimulationError) -> Resource {
        var request = request(.POST, url)
        request.headers.add(name: "Content-Type", value: "application/sdp")
        request.body = .bytes(ByteBuffer(string: offer))
        let (response, text) = try await execute(request)
        let status = Int(response.status.code)
        switch status {
        case 200, 201: break
        // Nobody publishes, too many requests, or not at present (RFC 9725 §4.7).
        case 404, 409, 425, 429, 500...599:
            let retryAfter = response.headers.first(name: "Retry-After").flatMap { Int($0) }
            throw .unavailable(status: status, retryAfter: retryAfter)
        default: throw .refused(status: status, reason: Self.reason(text))
        }
        let location = response.headers.first(name: "Location")
            .flatMap { URL(string: $0, relativeTo: URL(string: url))?.absoluteString }
        return Resource(answer: text, location: location)
    }

    /// Deletes a resource; a server that does not hear it will find out.
    func close(_ resource: Resource) async {
        guard let location = resource.location else { return }
        // Not cancelled along with the peer that is being closed.
        await Task {
            _ = try? await HTTPClient.shared.execute(request(.DELETE, location), timeout: .seconds(2))
        }
        .value
    }

    private func request(_ method: HTTPMethod, _ url: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return request
    }

    private func execute(
        _ request: HTTPClientRequest
    ) async throws(SimulationError) -> (HTTPClientResponse, String) {
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: Self.timeout)
            let body = try await response.body.collect(upTo: Self.maximumAnswer)
            return (response, String(buffer: body))
        } catch {
            throw .unreachable(reason: "\(error)")
        }
    }

    /// The problem's detail, or the beginning of what the server says.
    static func reason(_ text: String) -> String {
        struct Problem: Decodable {
            var title: String?
            var detail: String?
        }
        let problem = try? JSONDecoder().decode(Problem.self, from: Data(text.utf8))
        return problem?.detail ?? problem?.title ?? String(text.prefix(200))
    }
}
