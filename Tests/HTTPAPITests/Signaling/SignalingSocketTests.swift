import Hummingbird
import Testing

@testable import HTTPAPI
@testable import Signaling

@Suite("Signaling over real sockets")
struct SignalingSocketTests {
    private func run(
        events: FakeEvents = FakeEvents(),
        _ test: @Sendable (Int) async throws -> Void
    ) async throws {
        let hub = SignalingHub(mode: .public, events: events)
        try await WebSocketServer.run(
            hub: hub,
            routes: { router in
                for (path, grant) in [("/host", HubFixture.host), ("/viewer", HubFixture.viewer("mum"))] {
                    router.get("\(path)") { request, _ in
                        let subprotocol = request.signalingSubprotocol
                        return request.webSocket(subprotocol: subprotocol) { inbound, outbound in
                            await hub.runSocket(
                                grant: grant,
                                subprotocol: subprotocol,
                                inbound: inbound,
                                outbound: outbound
                            )
                        }
                    }
                }
                router.get("/waiting") { request, _ in
                    request.webSocket { inbound, outbound in
                        await hub.runSocket(subprotocol: nil, inbound: inbound, outbound: outbound) {
                            // As a route does that waits for a session which never comes.
                            await AsyncStream<SignalingGrant> { _ in }.first { _ in true }
                        }
                    }
                }
                router.get("/refused") { request, _ in request.refusedWebSocket(.noToken) }
            },
            test
        )
    }

    @Test func `plays a negotiation through`() async throws {
        try await run { port in
            let page = try await WebSocketServer.connect(
                port,
                path: "/viewer",
                fields: "Sec-WebSocket-Protocol: porthole.1\r\n"
            )
            while try await !page.receiveText().contains("v1") {}
            try page.sendFrame(0x81, Array(#"{"type":"connect","connectionId":"c"}"#.utf8))
            #expect(try await page.receiveText() == #"{"connectionId":"c","polite":true,"type":"connect"}"#)
            try page.sendFrame(0x82, Array(#"{"type":"offer","data":{"connectionId":"c","sdp":"o"}}"#.utf8))
            let unity = try await WebSocketServer.connect(port, path: "/host")
            #expect(try await unity.receiveText().contains(#""sdp":"o""#))
            #expect(try await page.receiveText().contains(#""state":"live""#))
            try unity.sendFrame(0x81, Array(#"{"type":"answer","data":{"connectionId":"c","sdp":"a"}}"#.utf8))
            #expect(try await page.receiveText().contains(#""sdp":"a""#))
            try page.sendFrame(0x88, [0x03, 0xE8])
            #expect(try await unity.receiveText() == #"{"connectionId":"c","type":"disconnect"}"#)
        }
    }

    @Test func `tells the domain of everybody's going when the server shuts down`() async throws {
        let events = FakeEvents()
        try await run(events: events) { port in
            let page = try await WebSocketServer.connect(
                port,
                path: "/viewer",
                fields: "Sec-WebSocket-Protocol: porthole.1\r\n"
            )
            while try await !page.receiveText().contains("v1") {}
            _ = try await WebSocketServer.connect(port, path: "/host")
            #expect(try await page.receiveText().contains(#""state":"live""#))
        }
        let heard = await events.heard
        #expect(heard.prefix(2) == ["mum joined s as v1", "host connected to s"])
        #expect(heard.dropFirst(2).sorted() == ["host of s lost", "v1 left s"])
    }

    @Test func `says why it turns a socket away`() async throws {
        try await run { port in
            let socket = try await WebSocketServer.connect(port, path: "/refused")
            let close = try await socket.receiveFrame()
            #expect(close.closeCode == 1008)
            #expect(String(decoding: close.payload.dropFirst(2), as: UTF8.self) == "No token provided")
        }
    }

    @Test func `closes a socket that says too much`() async throws {
        try await run { port in
            let socket = try await WebSocketServer.connect(port, path: "/viewer")
            for _ in 0..<200 { try? socket.sendFrame(0x81, Array(#"{"type":"hello"}"#.utf8)) }
            #expect(try await socket.receiveCloseCode() == 1008)
        }
    }

    @Test func `lets a socket go that still waits for its session`() async throws {
        try await run { port in
            let socket = try await WebSocketServer.connect(port, path: "/waiting")
            try socket.sendFrame(0x88, [0x03, 0xE8])
            #expect(try await socket.receiveCloseCode() == 1000)
            #expect(try await socket.receiveToEnd() == [])
        }
    }
}
