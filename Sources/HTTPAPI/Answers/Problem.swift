import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import PortholeCore

/// An error answer: `application/problem+json` (RFC 9457) with the `error` text that existing clients read.
struct Problem: Error {
    var status: HTTPResponse.Status
    /// For people; says what to do where that is not obvious.
    var detail: String
    var headers = HTTPFields()
    /// A problem type other than `about:blank`.
    var type = "about:blank"

    func response(requestID: String) -> Response {
        let body: JSONValue = [
            "type": .string(type),
            "title": .string(status.reasonPhrase),
            "status": .number(Double(status.code)),
            "detail": .string(detail),
            "error": .string(detail),
            "request_id": .string(requestID),
        ]
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: .init(byteBuffer: JSONText.buffer(of: body)))
    }
}

extension Problem {
    /// The one mapping from errors to answers; what is not known here is our own fault and says only its id.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as DomainError: self.init(domain: error)
        case let error as MediaError: self.init(media: error)
        case let error as AuthenticationError: self.init(domain: .unauthenticated(error))
        case let error as HTTPError: self.init(http: error)
        case is HTTPParserError, is ChannelError, is IOError:
            // The client went away or sent what is no HTTP: nobody may be left to read this.
            self.init(status: .badRequest, detail: "The request broke off")
        case is CancellationError:
            self.init(
                status: .serviceUnavailable,
                detail: "The server is stopping",
                headers: [.retryAfter: "5"]
            )
        case is NIOTooManyBytesError: self.init(status: .contentTooLarge, detail: "The body is too large")
        default: self.init(status: .internalServerError, detail: "Something went wrong on the server")
        }
    }

    private init(domain error: DomainError) {
        switch error {
        case .unauthenticated(let reason):
            var detail = reason.message
            var challenge = #"Bearer realm="porthole""#
            if case .invalid(let why?) = reason { detail += ": " + why }
            if reason != .missing { challenge += #", error="invalid_token""# }
            self.init(status: .unauthorized, detail: detail, headers: [.wwwAuthenticate: challenge])
        case .forbidden(let detail): self.init(status: .forbidden, detail: detail)
        case .notFound: self.init(status: .notFound, detail: "Not found")
        case .malformed(let detail): self.init(status: .badRequest, detail: detail)
        case .conflict(let detail): self.init(status: .conflict, detail: detail)
        case .tooLarge(let detail): self.init(status: .contentTooLarge, detail: detail)
        case .unsupportedMediaType(let detail): self.init(status: .unsupportedMediaType, detail: detail)
        case .invalid(let detail): self.init(status: .unprocessableContent, detail: detail)
        case .unavailable(let detail, let retryAfter):
            self.init(status: .serviceUnavailable, detail: detail, headers: [.retryAfter: String(retryAfter)])
        }
    }

    /// The statuses of RFC 9725 §4.2 and §4.3, and of WHEP's draft for a room without a publisher.
    private init(media error: MediaError) {
        switch error {
        case .noPublisher(let retryAfter):
            self.init(
                status: .conflict,
                detail: "Nobody publishes here yet",
                headers: [.retryAfter: String(retryAfter)]
            )
        case .full(let detail, let retryAfter):
            self.init(domain: .unavailable(detail, retryAfter: retryAfter))
        case .malformed(let detail): self.init(status: .badRequest, detail: detail)
        case .unacceptable(let detail): self.init(status: .unprocessableContent, detail: detail)
        case .unknownResource: self.init(domain: .notFound)
        case .staleEntityTag:
            self.init(status: .preconditionFailed, detail: "The entity tag is of an older ICE session")
        case .unavailable(let detail): self.init(domain: .unavailable(detail, retryAfter: 5))
        }
    }

    private init(http error: HTTPError) {
        let detail =
            switch error.status {
            case .notFound: "Not found"
            case .contentTooLarge: "The body is too large"
            default: error.status.reasonPhrase
            }
        self.init(status: error.status, detail: detail, headers: error.headers)
    }
}
