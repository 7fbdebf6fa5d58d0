import Testing

@testable import HTTPAPI

@Suite("WebSocket opening handshake (RFC 6455 §4.2)")
struct WebSocketHandshakeTests {
    private let fields = WebSocketServer.upgradeFields

    @Test func `accepts the example of the RFC`() async throws {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port)
            try socket.send("GET /echo HTTP/1.1\r\n\(fields)\r\n")
            let head = try await socket.receiveHead().lowercased()
            #expect(head.hasPrefix("http/1.1 101"))
            #expect(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))
            #expect(!head.contains("sec-websocket-protocol"))
            #expect(try await socket.receiveText() == "hi")
        }
    }

    @Test func `names the subprotocol that was chosen`() async throws {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port)
            try socket.send("GET /echo HTTP/1.1\r\n\(fields)Sec-WebSocket-Protocol: chat, porthole.1\r\n\r\n")
            #expect(
                try await socket.receiveHead().lowercased().contains("sec-websocket-protocol: porthole.1")
            )
        }
    }

    @Test func `answers a plain request to a socket route with 426`() async throws {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port)
            try socket.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await socket.receiveHead().hasPrefix("HTTP/1.1 426"))
        }
    }

    @Test func `does not believe a client that marks its own request`() async throws {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port)
            try socket.send("GET /echo HTTP/1.1\r\nHost: x\r\nX-Porthole-WebSocket: 1\r\n\r\n")
            #expect(try await socket.receiveHead().hasPrefix("HTTP/1.1 426"))
        }
    }

    @Test(arguments: [("/forbidden", "403"), ("/nowhere", "404"), ("/hello", "200")])
    func `answers an upgrade of another route, then closes`(path: String, status: String) async throws {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port)
            try socket.send("GET \(path) HTTP/1.1\r\n\(fields)\r\n")
            let answer = String(decoding: try await socket.receiveToEnd(), as: UTF8.self).lowercased()
            #expect(answer.hasPrefix("http/1.1 \(status)"))
            #expect(answer.contains("connection: close"))
        }
    }

    @Test(arguments: [
        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: c2hvcnQ=\r\nSec-WebSocket-Version: 13\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ])
    func `never leaves a connection hanging behind an upgrade it does not grant`(fields: String) async throws
    {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port)
            try socket.send("GET /echo HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
            let answer = String(decoding: try await socket.receiveToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 426"))
        }
    }

    @Test func `upgrades the third of three pipelined requests`() async throws {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port)
            let hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
            try socket.send(hello + hello + "GET /echo HTTP/1.1\r\n\(fields)\r\n")
            for _ in 0..<2 {
                #expect(try await socket.receiveHead().hasPrefix("HTTP/1.1 200"))
                #expect(try await socket.receive(5) == Array("Hello".utf8))
            }
            #expect(try await socket.receiveHead().hasPrefix("HTTP/1.1 101"))
            #expect(try await socket.receiveText() == "hi")
        }
    }

    @Test func `upgrades a later request of a kept-alive connection`() async throws {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port)
            try socket.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await socket.receiveHead()
            _ = try await socket.receive(5)
            try socket.send("GET /echo HTTP/1.1\r\n\(fields)\r\n")
            #expect(try await socket.receiveHead().hasPrefix("HTTP/1.1 101"))
        }
    }

    @Test func `refuses a head beyond any use`() async throws {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port)
            let field = "X: \(String(repeating: "x", count: 20000))\r\n"
            try socket.send("GET /hello HTTP/1.1\r\nHost: x\r\n\(field)\r\n")
            #expect(try await socket.receiveHead().hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func `reads a frame that came in one packet with the handshake`() async throws {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port)
            let frame: [UInt8] = [0x81, 0x82, 0, 0, 0, 0] + Array("yo".utf8)
            try socket.send(Array("GET /echo HTTP/1.1\r\n\(fields)\r\n".utf8) + frame)
            _ = try await socket.receiveHead()
            #expect(try await socket.receiveText() == "hi")
            #expect(try await socket.receiveText() == "yo")
        }
    }
}
