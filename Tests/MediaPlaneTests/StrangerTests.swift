import MediaPlane
import PortholeCore
import Testing
import WebRTC

@Suite("Media plane: datagrams of strangers", .ownThread, .serialized)
struct StrangerTests {
    /// Of each kind (RFC 7983 §7) something, and of STUN a request that nobody signed.
    private static let garbage: [[UInt8]] = [
        [0],
        padded([], with: 0xFF, to: 1_400),
        padded([0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xA4, 0x42], with: 7, to: 20),
        request(username: "0ab:cdef"),
        padded([0x16, 0xFE, 0xFF], with: 0, to: 200),
        padded([0x80, 0x60], with: 1, to: 300),
        padded([0x80, 0xC8, 0x00, 0x06], with: 2, to: 44),
    ]

    private static func padded(_ head: [UInt8], with byte: UInt8, to count: Int) -> [UInt8] {
        var bytes = head
        bytes.append(contentsOf: repeatElement(byte, count: count - head.count))
        return bytes
    }

    /// A Binding request with nothing but a user name of eight bytes.
    private static func request(username: String) -> [UInt8] {
        var bytes = padded([0x00, 0x01, 0x00, 0x0C, 0x21, 0x12, 0xA4, 0x42], with: 7, to: 20)
        bytes += [0x00, 0x06, 0x00, 0x08]
        bytes += Array(username.utf8)
        return bytes
    }

    @Test func `what nobody asked for is counted, gets no answer, and does no harm`() async throws {
        let stage = try Stage()
        let publisher = try await stage.publish()
        let viewer = try await stage.watch(publisher)
        let stranger = try TestSocket(.udp, to: stage.plane.udpPort)
        let before = await stage.counter("datagrams_of_strangers")
        for _ in 0..<20 {
            for datagram in Self.garbage { stranger.write(datagram) }
        }
        let count = UInt64(20 * Self.garbage.count)
        try await stage.expect("each is counted") {
            await stage.counter("datagrams_of_strangers") >= before + count
        }
        let frames = viewer.received.count
        try await stage.expect("media goes on") { viewer.received.count >= frames + 20 }
        #expect(stranger.read().isEmpty)
        await stage.finish()
    }

    @Test func `garbage on a peer's own path is counted by its reason, and does no harm`() async throws {
        let stage = try Stage()
        let publisher = try await stage.publish()
        let viewer = try await stage.watch(publisher)
        let socket = try #require(viewer.socket)
        for datagram in Self.garbage { socket.write(datagram) }
        try await stage.expect("it is counted") {
            let forged = await stage.counter("peer_dropped_unauthenticSRTP")
            let malformed = await stage.counter("peer_dropped_unknownKind")
            return forged >= 1 && malformed >= 1
        }
        let frames = viewer.received.count
        try await stage.expect("media goes on") { viewer.received.count >= frames + 20 }
        #expect(!viewer.isClosed)
        await stage.finish()
    }
}
