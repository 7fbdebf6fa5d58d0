import PortholeCore
import Testing

@testable import MediaPlane

@Suite("Media plane: several loops on the same sockets", .ownThread, .serialized)
struct LoopTests {
    @Test func `rooms live on different loops, each with its publisher and its viewers`() async throws {
        let stage = try Stage { $0.loops = 3 }
        let directory = try LoopDirectory(loops: 3)
        let names = (0..<3)
            .map { loop in
                (0...).lazy.map { "room \($0)" }.first { directory.loop(of: MediaRoomID($0)) == loop } ?? ""
            }
        var publishers: [TestClient] = []
        for (loop, name) in names.enumerated() {
            let publisher = try await stage.publish(name)
            #expect(publisher.resource.text.first == LoopDirectory.digit(loop).first)
            publishers.append(publisher)
        }
        var viewers: [(viewer: TestClient, publisher: TestClient)] = []
        for (publisher, name) in zip(publishers, names) {
            for transport in TestSocket.Transport.allCases {
                viewers.append((try await stage.watch(publisher, name, over: transport), publisher))
            }
        }
        let starts = viewers.map { $0.viewer.received.count }
        try await stage.expect("all go on") {
            zip(viewers, starts).allSatisfy { $0.0.viewer.received.count >= $0.1 + 20 }
        }
        for (viewer, publisher) in viewers {
            #expect(viewer.frames(of: publisher).count == viewer.received.count)
        }
        let totals = await stage.plane.totals()
        #expect(totals.rooms == 3)
        #expect(totals.publishers == 3)
        #expect(totals.viewers == 6)
        #expect(await stage.plane.publishedRooms() == Set(names.map(MediaRoomID.init)))
        for client in publishers { await stage.plane.close(client.resource) }
        try await stage.expect("publishers are told goodbye") { publishers.allSatisfy { $0.isClosed } }
        await stage.finish()
    }

    @Test func `viewers are counted over all loops`() async throws {
        let stage = try Stage {
            $0.loops = 3
            $0.maximumViewers = 2
        }
        var rooms: [String: TestClient] = [:]
        for name in ["one", "two", "three"] { rooms[name] = try await stage.publish(name) }
        for name in ["one", "two"] { _ = try await stage.watch(try #require(rooms[name]), name) }
        let refusal = await #expect(throws: MediaError.self) { _ = try await stage.open(.viewer, "three") }
        guard case .full = refusal else {
            Issue.record("refused for another reason: \(String(describing: refusal))")
            return
        }
        await stage.finish()
    }
}
