import MediaPlane
import PortholeCore
import RTP
import Testing
import WebRTC

@Suite("Media plane: connections by TCP (RFC 6544)", .ownThread, .serialized)
struct StreamConnectionTests {
    private func tcpPort(of stage: Stage) async throws -> UInt16 {
        let grant = MediaGrant(room: MediaRoomID("port"), role: .publisher, principalID: "")
        let answer = try await stage.plane.open(grant, offer: TestClient(grant).offer.text)
        await stage.plane.close(answer.resource)
        return try TestClient.port(.tcp, of: RemotePeerDescription(parsing: answer.sdp).candidates)
    }

    @Test func `an address gets 64 connections that show nothing, and each for five seconds`() async throws {
        let stage = try Stage()
        let port = try await tcpPort(of: stage)
        let start = MonotonicTime.current
        let silent = try (0..<64).map { _ in try TestSocket(.tcp, to: port) }
        // Refused connections are accepted by the kernel, and closed by us.
        let refused = try TestSocket(.tcp, to: port)
        try await stage.expect("the 65th is closed") {
            _ = refused.read()
            return refused.isClosed
        }
        for socket in silent { _ = socket.read() }
        #expect(silent.allSatisfy { !$0.isClosed })
        #expect(await stage.counter("connections_refused") == 1)
        try await stage.expect("the others are closed when their time is over") {
            for socket in silent { _ = socket.read() }
            return silent.allSatisfy { $0.isClosed }
        }
        #expect(MonotonicTime.current - start >= .seconds(5))
        // There is room again.
        let publisher = try await stage.publish(over: .tcp)
        _ = try await stage.watch(publisher, over: .tcp)
        await stage.finish()
    }

    @Test func `a stream that cannot be datagrams is closed`() async throws {
        let stage = try Stage()
        let socket = try TestSocket(.tcp, to: try await tcpPort(of: stage))
        socket.writeRaw([0xFF, 0xFF] + [UInt8](repeating: 0, count: 100))
        try await stage.expect("the connection is closed") {
            _ = socket.read()
            return socket.isClosed
        }
        await stage.finish()
    }
}
