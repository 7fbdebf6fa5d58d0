import Testing

@testable import HTTPAPI

@Suite("WebSocket closing (RFC 6455 §7), liveness and back-pressure")
struct WebSocketClosingTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(arguments: [("bye", 1000, ""), ("throw", 1011, ""), ("refuse", 1008, "Invalid token")])
    func `closes with the code of how the handler ended`(text: String, code: Int, reason: String) async throws
    {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            try socket.sendFrame(0x81, bytes(text))
            let close = try await socket.receiveFrame()
            #expect(close.closeCode == code)
            #expect(Array(close.payload.dropFirst(2)) == bytes(reason))
            try socket.sendFrame(0x88, Array(close.payload.prefix(2)))
            #expect(try await socket.receiveToEnd() == [])
        }
    }

    @Test func `echoes the code of a peer that closes`() async throws {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            try socket.sendFrame(0x88, [0x0D, 0x80] + bytes("so says the client"))
            #expect(try await socket.receiveCloseCode() == 3456)
            #expect(try await socket.receiveToEnd() == [])
        }
    }

    @Test func `closes when the peer closes half of TCP`() async throws {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            socket.finishSending()
            _ = try await socket.receiveToEnd()
        }
    }

    @Test func `pings, and cuts a peer that never answers`() async throws {
        var options = WebSocketServer.quickToClose
        options.pingInterval = .milliseconds(50)
        options.idleTimeout = .seconds(2)
        try await WebSocketServer.run(options: options) { port in
            let socket = try await WebSocketServer.connect(port)
            // A slow machine may ping before the greeting that connecting skips.
            let pings = try await socket.receiveToEnd().split(separator: 0x89)
            #expect(pings.count >= 2)
        }
    }

    @Test func `says 1001 when the server shuts down, and waits for no answer`() async throws {
        let clock = ContinuousClock()
        let (socket, start) = try await WebSocketServer.run { port in
            (try await WebSocketServer.connect(port), clock.now)
        }
        #expect(clock.now - start < .seconds(5))
        #expect(try await socket.receiveCloseCode() == 1001)
    }

    @Test func `closes a peer that does not read what it is sent`() async throws {
        try await WebSocketServer.run { port in
            let socket = try RawSocket(port: port, receiveBuffer: 4096)
            try socket.send("GET /flood HTTP/1.1\r\n\(WebSocketServer.upgradeFields)\r\n")
            _ = try await socket.receiveHead()
            // All that got through is less than what was queued: the rest was never kept.
            let bytes = await socket.receiveAllThatIsLeft()
            #expect(bytes < 4096 * 16384)
        }
    }
}

extension RawSocket {
    /// Counts the bytes up to the end of the connection, whichever way it ends.
    fileprivate func receiveAllThatIsLeft() async -> Int {
        var count = 0
        while let some = try? await receiveSome(atMost: 65536), !some.isEmpty { count += some.count }
        return count
    }
}
