import HTTPTypes
import HummingbirdCore
import NIOCore

extension Request {
    /// Whether this request may be answered with a WebSocket.
    var isWebSocketUpgrade: Bool {
        headers[WebSocketUpgradeGate.marker] != nil && WebSocketHTTPChannel.connection != nil
    }

    /// The subprotocols that the client offers, best first.
    ///
    /// RFC 6455 §11.3.4.
    var webSocketSubprotocols: [String] {
        headers[values: .secWebSocketProtocol]
            .flatMap { $0.split(separator: ",") }
            .map { $0.trimmingPrefix { $0 == " " } }
            .map { String($0.prefix { $0 != " " }) }
    }

    /// The answer of a route that is a WebSocket endpoint: 101, or 426 to a request that cannot upgrade.
    ///
    /// To refuse with an ordinary status, answer or throw instead of calling this. The socket is closed with 1000
    /// when `handler` returns and with 1011 when it throws.
    ///
    /// - Parameters:
    ///   - subprotocol: The one of ``webSocketSubprotocols`` that was chosen.
    ///   - handler: Runs for as long as the socket is open; its inbound messages end when the socket closes.
    func webSocket(
        subprotocol: String? = nil,
        handler: @escaping @Sendable (WebSocketInbound, WebSocketOutbound) async throws -> Void
    ) -> Response {
        guard isWebSocketUpgrade, let connection = WebSocketHTTPChannel.connection else {
            return Response(
                status: .upgradeRequired,
                headers: [.upgrade: "websocket", .connection: "Upgrade"]
            )
        }
        var headers = HTTPFields()
        headers[.secWebSocketProtocol] = subprotocol
        let inbound = WebSocketInbound(body: body)
        let body = ResponseBody { writer in
            let outbound = WebSocketOutbound(channel: connection.channel, options: connection.options)
            async let handling: Void = Self.run(handler, inbound, outbound)
            await Self.write(outbound, to: &writer)
            await handling
            try await writer.finish(nil)
        }
        return Response(status: .switchingProtocols, headers: headers, body: body)
    }

    private static func run(
        _ handler: @Sendable (WebSocketInbound, WebSocketOutbound) async throws -> Void,
        _ inbound: WebSocketInbound,
        _ outbound: WebSocketOutbound
    ) async {
        do {
            try await handler(inbound, outbound)
            outbound.close(.normalClosure)
        } catch {
            outbound.close(.internalError)
        }
    }

    // Concurrent, as the writer is: it cannot be lent across isolations.
    @concurrent
    private static func write(_ outbound: WebSocketOutbound, to writer: inout any ResponseBodyWriter) async {
        for await part in outbound.parts {
            do {
                try await writer.write(part.encoded())
                outbound.wrote(part)
            } catch {
                // The connection is gone; the handler learns it from the end of its inbound messages.
                break
            }
        }
        outbound.abandon()
    }
}
