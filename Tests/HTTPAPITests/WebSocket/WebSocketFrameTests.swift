import Testing

@testable import HTTPAPI

@Suite("WebSocket frames (RFC 6455 §5)")
struct WebSocketFrameTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `carries text and bytes, whole and in fragments`() async throws {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            try socket.sendFrame(0x81, bytes("h\u{E9}llo"))
            #expect(try await socket.receiveFrame() == .init(firstByte: 0x81, payload: bytes("h\u{E9}llo")))
            try socket.sendFrame(0x82, [0, 1, 255])
            #expect(try await socket.receiveFrame() == .init(firstByte: 0x82, payload: [0, 1, 255]))
            try socket.sendFrame(0x02, bytes("x"))
            try socket.sendFrame(0x00)
            try socket.sendFrame(0x80, bytes("y"))
            #expect(try await socket.receiveFrame() == .init(firstByte: 0x82, payload: bytes("xy")))
        }
    }

    @Test func `joins an SDP that Unity cuts every 1016 bytes`() async throws {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            let sdp = bytes(String(repeating: "a=candidate ", count: 600))
            var rest = sdp[...]
            while !rest.isEmpty {
                let piece = rest.prefix(1016)
                rest = rest.dropFirst(1016)
                let isFirst = piece.startIndex == 0
                try socket.sendFrame((rest.isEmpty ? 0x80 : 0) | (isFirst ? 0x1 : 0x0), Array(piece))
            }
            #expect(try await socket.receiveFrame().payload == sdp)
        }
    }

    @Test func `answers a ping between two fragments`() async throws {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            try socket.sendFrame(0x01, bytes("he"))
            try socket.sendFrame(0x89, bytes("p"))
            #expect(try await socket.receiveFrame() == .init(firstByte: 0x8A, payload: bytes("p")))
            try socket.sendFrame(0x80, bytes("llo"))
            #expect(try await socket.receiveText() == "hello")
        }
    }

    @Test func `accepts the largest message and refuses a byte more`() async throws {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            try socket.sendFrame(0x82, [UInt8](repeating: 7, count: 65536))
            #expect(try await socket.receiveFrame().payload.count == 65536)
            try socket.sendFrame(0x82, [UInt8](repeating: 7, count: 65537))
            #expect(try await socket.receiveCloseCode() == 1009)
        }
    }

    @Test func `refuses fragments that add up to too much`() async throws {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            try socket.sendFrame(0x02, [UInt8](repeating: 7, count: 40000))
            try socket.sendFrame(0x80, [UInt8](repeating: 7, count: 40000))
            #expect(try await socket.receiveCloseCode() == 1009)
        }
    }

    @Test func `refuses a message in too many fragments`() async throws {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            try socket.sendFrame(0x02)
            for _ in 0..<1024 { try socket.sendFrame(0x00) }
            #expect(try await socket.receiveCloseCode() == 1009)
        }
    }

    struct BrokenFrame: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let firstByte: UInt8
        var payload: [UInt8] = Array("x".utf8)
        var isMasked = true
        var code = 1002
    }

    @Test(arguments: [
        BrokenFrame(testDescription: "unmasked", firstByte: 0x81, isMasked: false),
        BrokenFrame(testDescription: "not UTF-8", firstByte: 0x81, payload: [0xFF, 0xFE], code: 1007),
        BrokenFrame(testDescription: "continuation of nothing", firstByte: 0x80),
        BrokenFrame(testDescription: "reserved bit", firstByte: 0xC1),
        BrokenFrame(testDescription: "reserved opcode", firstByte: 0x83),
        BrokenFrame(testDescription: "fragmented ping", firstByte: 0x09),
        BrokenFrame(
            testDescription: "long ping",
            firstByte: 0x89,
            payload: [UInt8](repeating: 0, count: 126)
        ),
        BrokenFrame(testDescription: "close with 1005", firstByte: 0x88, payload: [0x03, 0xED]),
        BrokenFrame(testDescription: "close with one byte", firstByte: 0x88, payload: [0x03]),
    ])
    func `fails the connection on a broken frame`(frame: BrokenFrame) async throws {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            try socket.sendFrame(frame.firstByte, frame.payload, isMasked: frame.isMasked)
            #expect(try await socket.receiveCloseCode() == frame.code)
            #expect(try await socket.receiveToEnd() == [])
        }
    }

    @Test func `refuses a new message inside a fragmented one`() async throws {
        try await WebSocketServer.run { port in
            let socket = try await WebSocketServer.connect(port)
            try socket.sendFrame(0x01, bytes("x"))
            try socket.sendFrame(0x81, bytes("y"))
            #expect(try await socket.receiveCloseCode() == 1002)
        }
    }
}
