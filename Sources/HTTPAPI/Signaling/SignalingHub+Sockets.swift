import Foundation
import HummingbirdCore
import NIOCore
import Signaling

extension SignalingHub {
    /// Messages a second that a socket may send in the long run, and how many at once: an SDP and its candidates.
    private static let messageRate = 30.0
    private static let messageBurst = 120.0

    /// Serves a socket that knows its session, until it closes.
    ///
    /// - Parameters:
    ///   - subprotocol: The one agreed on; ``subprotocol`` asks for events about the session.
    ///   - wantsToRecord: Whether its browser would record if elected.
    nonisolated func runSocket(
        grant: SignalingGrant,
        subprotocol: String?,
        wantsToRecord: Bool = false,
        inbound: WebSocketInbound,
        outbound: WebSocketOutbound
    ) async {
        await runSocket(
            subprotocol: subprotocol,
            wantsToRecord: wantsToRecord,
            inbound: inbound,
            outbound: outbound
        ) {
            grant
        }
    }

    /// Serves a socket until it closes, from before it knows its session.
    ///
    /// - Parameter resolve: Waits for the session; cancelled when the socket closes. `nil` turns the socket away.
    nonisolated func runSocket(
        subprotocol: String?,
        wantsToRecord: Bool = false,
        inbound: WebSocketInbound,
        outbound: WebSocketOutbound,
        resolve: @escaping @Sendable () async -> SignalingGrant?
    ) async {
        let client = ClientID(UUID().uuidString)
        await wait(client, outbound)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let grant = await resolve()
                guard !Task.isCancelled else { return }
                await self.admit(client, grant, subprotocol: subprotocol, recording: wantsToRecord)
            }
            await self.read(inbound, from: client, outbound)
            group.cancelAll()
        }
        await leave(client)
    }

    private nonisolated func read(
        _ inbound: WebSocketInbound,
        from client: ClientID,
        _ socket: any SignalingSocket
    ) async {
        let clock = ContinuousClock()
        var bucket = TokenBucket(rate: Self.messageRate, burst: Self.messageBurst, at: clock.now)
        do {
            for try await message in inbound {
                guard bucket.take(at: clock.now) else {
                    return socket.close(.policyViolation, reason: "Too many messages")
                }
                await receive(message.text, from: client, socket)
            }
        } catch {
            // The connection broke, which is one way to leave.
            return
        }
    }

    /// Takes a socket in that has no session yet.
    func wait(_ client: ClientID, _ socket: any SignalingSocket) {
        waiting[client] = Waiting(socket: socket)
    }

    /// Lets a waiting socket into its room, with what it has said already; `nil` turns it away.
    func admit(
        _ client: ClientID,
        _ grant: SignalingGrant?,
        subprotocol: String?,
        recording wantsToRecord: Bool
    ) {
        guard let waited = waiting.removeValue(forKey: client) else { return }
        guard let grant, !hasExpired(grant) else {
            return waited.socket.close(.policyViolation, reason: "Access ended")
        }
        let member = Member(grant: grant, socket: waited.socket, wantsEvents: subprotocol == Self.subprotocol)
        guard enter(client, member, recording: wantsToRecord) else {
            if let session = grant.sessionID, endedSessions.contains(session) {
                return waited.socket.close(.normalClosure, reason: "Session ended")
            }
            return waited.socket.close(.tryAgainLater, reason: "Room is full")
        }
        for message in waited.messages { receive(message, from: client) }
    }

    /// A text of a socket; what is no message is answered so, and unknown types are ignored.
    func receive(_ text: String, from client: ClientID, _ socket: any SignalingSocket) {
        do {
            guard let message = try ClientMessage.decode(webSocketText: text) else { return }
            receive(message, from: client, size: text.utf8.count)
        } catch {
            socket.send(ServerMessage.error("Malformed message.").webSocketText(at: timestamp))
        }
    }

    /// A socket closed.
    func leave(_ client: ClientID) {
        waiting[client] = nil
        exit(client)
    }
}

extension WebSocketMessage {
    /// Unity reads either kind of frame as UTF-8; so do we.
    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .binary(let bytes): String(buffer: bytes)
        }
    }
}

/// Why a socket is turned away at once, in the words that existing clients know.
enum SignalingRefusal {
    case noToken
    case invalidToken
    case tokenExpired
    case wrongRole

    /// The reason of the close frame; clients know two words for tokens.
    var closeReason: String {
        switch self {
        case .noToken: "No token provided"
        case .invalidToken, .tokenExpired: "Invalid token"
        case .wrongRole: "Role not allowed"
        }
    }
}

extension Request {
    /// Accepts the upgrade only to close with 1008: a browser shows a page no other answer to a failed one.
    func refusedWebSocket(_ refusal: SignalingRefusal) -> Response {
        webSocket { _, outbound in outbound.close(.policyViolation, reason: refusal.closeReason) }
    }

    /// ``SignalingHub/subprotocol`` if the client offers it.
    var signalingSubprotocol: String? {
        webSocketSubprotocols.contains(SignalingHub.subprotocol) ? SignalingHub.subprotocol : nil
    }
}
