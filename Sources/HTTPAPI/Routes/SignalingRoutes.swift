import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOConcurrencyHelpers
import NIOCore
public import PortholeCore
import Signaling

/// Signaling by WebSocket (`/`, `/signaling/{sessionId}`) and by polling (`/signaling…`, `/t/{ticket}/signaling…`).
public struct SignalingRoutes: Sendable {
    let hub: SignalingHub
    let admission: SignalingAdmitter
    let sockets: SocketCounter
    let settings: HTTPSettings

    /// Makes the routes.
    public init(
        hub: SignalingHub,
        admission: SignalingAdmission,
        logins: PageLogins,
        tokens: any OwnTokens,
        settings: HTTPSettings
    ) {
        self.hub = hub
        self.admission = SignalingAdmitter(
            admission: admission,
            logins: logins,
            tokens: tokens,
            settings: settings
        )
        sockets = SocketCounter(limit: settings.signalingSocketsPerIP)
        self.settings = settings
    }

    func add(
        to routes: Routes,
        origins: Origins,
        home: @escaping @Sendable (Request, APIContext) async throws -> Response
    ) {
        routes.on(.get, "/") { request, context in
            guard request.isWebSocketUpgrade else { return try await home(request, context) }
            return try await socket(request, context, origins)
        }
        routes.on(.get, "/signaling/{sessionId}") { request, context in
            guard request.isWebSocketUpgrade else {
                throw Problem(
                    status: .upgradeRequired,
                    detail: "This address takes WebSockets",
                    headers: [.upgrade: "websocket", .connection: "Upgrade"]
                )
            }
            return try await socket(request, context, origins)
        }
        for prefix in ["", "/t/{ticket}"] { addPolling(to: routes, prefix: prefix) }
    }

    // MARK: WebSocket

    private func socket(
        _ request: Request,
        _ context: APIContext,
        _ origins: Origins
    ) async throws -> Response {
        let origin = request.headers[.origin]
        if let origin, !origins.isAllowed(origin, host: request.head.authority) {
            throw DomainError.forbidden("Pages of this origin may not connect")
        }
        let ask = SignalingAsk(request, context)
        // Browsers send cookies with every socket: only our own pages may use them.
        if ask.usesCookie, !(origin.map { origins.isOwn($0, host: request.head.authority) } ?? false) {
            throw DomainError.forbidden("With a cookie, only the server's own pages may connect")
        }
        let address = context.clientAddress
        guard sockets.hasRoom(for: address) else {
            throw Problem(
                status: .tooManyRequests,
                detail: "Too many sockets from this address",
                headers: [.retryAfter: "10"]
            )
        }
        let subprotocol = request.signalingSubprotocol
        let (hub, admission, sockets) = (hub, admission, sockets)
        let answer = try await admission.answer(ask)
        if case .refused(let refusal) = answer { return request.refusedWebSocket(refusal) }
        return request.webSocket(subprotocol: subprotocol) { inbound, outbound in
            // Counted once it is really open, so that it is surely counted out.
            guard sockets.open(address) else {
                return outbound.close(.tryAgainLater, reason: "Too many sockets")
            }
            defer { sockets.close(address) }
            await hub.runSocket(
                subprotocol: subprotocol,
                wantsToRecord: ask.wantsToRecord,
                inbound: inbound,
                outbound: outbound
            ) {
                await admission.wait(answer, ask)
            }
        }
    }

    // MARK: Polling

    private func addPolling(to routes: Routes, prefix: String) {
        let base = prefix + "/signaling"
        routes.on(.put, base) { request, context in
            try await polling(request, context) { grant, ask in
                await hub.openPolling(grant, wantsToRecord: ask.wantsToRecord)
            }
        }
        routes.on(.delete, base) { request, context in
            try await polling(request, context) { grant, ask in
                await hub.closePolling(ask.pollingSession, as: grant)
            }
        }
        for selection in PollingAnswer.Selection.everything {
            let path = selection == .all ? base : "\(base)/\(selection.rawValue)"
            routes.on(.get, path) { request, context in
                try await polling(request, context) { grant, ask in
                    await hub.poll(ask.pollingSession, selection, fromTime: ask.fromTime, as: grant)
                }
            }
        }
        let posts: [(HTTPRequest.Method, String, ClientMessage.Kind)] = [
            (.put, "connection", .connect), (.delete, "connection", .disconnect), (.post, "offer", .offer),
            (.post, "answer", .answer), (.post, "candidate", .candidate),
        ]
        for (method, name, kind) in posts {
            routes.on(method, "\(base)/\(name)") { request, context in
                let body = try await request.body(upTo: JSONText.maximumBodySize)
                return try await polling(request, context) { grant, ask in
                    await hub.post(ask.pollingSession, kind, body: Array(body.readableBytesView), as: grant)
                }
            }
        }
    }

    private func polling(
        _ request: Request,
        _ context: APIContext,
        _ call: (SignalingGrant, SignalingAsk) async -> PollingAnswer
    ) async throws -> Response {
        let ask = SignalingAsk(request, context)
        let grant: SignalingGrant
        switch try await admission.answer(ask) {
        case .admitted(let admitted): grant = admitted
        case .waiting: throw DomainError.notFound
        case .refused(.noToken): throw DomainError.unauthenticated(.missing)
        case .refused(.tokenExpired): throw DomainError.unauthenticated(.expired)
        case .refused(.invalidToken): throw DomainError.unauthenticated(.invalid(reason: nil))
        case .refused(.wrongRole): throw DomainError.forbidden("This role is not yours")
        }
        return await call(grant, ask).response
    }
}

extension PollingAnswer.Selection {
    fileprivate static let everything: [Self] = [.all, .connections, .offers, .answers, .candidates]
}

extension PollingAnswer {
    fileprivate var response: Response {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        let text: String
        switch body {
        case .text(let body):
            headers[.contentType] = "text/plain; charset=utf-8"
            text = body
        case .json(let body):
            headers[.contentType] = "application/json; charset=utf-8"
            text = body
        }
        if status == 503 { headers[.retryAfter] = "5" }
        return Response(
            status: .init(code: status),
            headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: text))
        )
    }
}

/// Counts open signaling sockets by address.
final class SocketCounter: Sendable {
    let limit: Int
    private let counts = NIOLockedValueBox<[String: Int]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    func hasRoom(for address: String) -> Bool {
        counts.withLockedValue { $0[address, default: 0] < limit }
    }

    /// - Returns: Whether one more is allowed; it then counts.
    func open(_ address: String) -> Bool {
        counts.withLockedValue { counts in
            guard counts[address, default: 0] < limit else { return false }
            counts[address, default: 0] += 1
            return true
        }
    }

    func close(_ address: String) {
        counts.withLockedValue { counts in
            let left = counts[address, default: 1] - 1
            counts[address] = left > 0 ? left : nil
        }
    }
}
