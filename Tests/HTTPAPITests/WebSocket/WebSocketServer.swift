import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore

@testable import HTTPAPI

/// A server with one plain route and some WebSocket routes, for tests over TCP.
enum WebSocketServer {
    struct HandlerFailure: Error {}

    /// RFC 6455 §1.3, the example's key; its accept value is `s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`.
    static let upgradeFields = """
        Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n
        """
        .replacing("\n", with: "").replacing("\r", with: "\r\n")

    static func run<Value>(
        options: WebSocketOptions = quickToClose,
        hub: SignalingHub? = nil,
        routes: (Router<BasicRequestContext>) -> Void = { _ in },
        _ test: @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let router = router()
        routes(router)
        let app = Application(
            router: router,
            server: .http1WithWebSockets(options: options),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            services: hub.map { [$0] } ?? [],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await app.test(.live) { client in
            guard let port = client.port else { throw HandlerFailure() }
            return try await test(port)
        }
    }

    /// Connects and shakes hands; the echo route greets with `hi`, which is read here.
    static func connect(_ port: Int, path: String = "/echo", fields: String = "") async throws -> RawSocket {
        let socket = try RawSocket(port: port)
        try socket.send("GET \(path) HTTP/1.1\r\n\(upgradeFields)\(fields)\r\n")
        _ = try await socket.receiveHead()
        if path == "/echo" { _ = try await socket.receiveFrame() }
        return socket
    }

    /// Options under which a peer that does not answer a Close frame does not hold a test up for long, and one that
    /// does is in time on a busy machine.
    static var quickToClose: WebSocketOptions {
        var options = WebSocketOptions()
        options.closeTimeout = .seconds(2)
        return options
    }

    private static func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/hello") { _, _ in "Hello" }
        router.get("/forbidden") { _, _ -> Response in throw HTTPError(.forbidden) }
        router.get("/echo") { request, _ in
            request.webSocket(subprotocol: request.webSocketSubprotocols.first { $0 == "porthole.1" }) {
                inbound,
                outbound in
                outbound.send(.text("hi"))
                for try await message in inbound {
                    switch message {
                    case .text("bye"): return
                    case .text("throw"): throw HandlerFailure()
                    case .text("refuse"): outbound.close(.policyViolation, reason: "Invalid token")
                    default: outbound.send(message)
                    }
                }
            }
        }
        router.get("/flood") { request, _ in
            request.webSocket { inbound, outbound in
                // As much as a slow reader is allowed, and as much again as the kernel's buffers may swallow.
                for _ in 0..<4096 { outbound.send(.text(String(repeating: "x", count: 16384))) }
                for try await _ in inbound {}
            }
        }
        return router
    }
}
