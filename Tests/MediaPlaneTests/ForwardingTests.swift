import MediaPlane
import PortholeCore
import RTP
import TestSupport
import Testing
import WebRTC

@Suite("Media plane: from a publisher to its viewers, over real sockets", .ownThread, .serialized)
struct ForwardingTests {
    @Test(arguments: TestSocket.Transport.allCases, TestSocket.Transport.allCases)
    func `two viewers get what the publisher sends, byte by byte`(
        _ up: TestSocket.Transport,
        _ down: TestSocket.Transport
    ) async throws {
        let stage = try Stage()
        let publisher = try await stage.publish(over: up)
        let viewers = [
            try await stage.watch(publisher, as: "ada", over: down),
            try await stage.watch(publisher, as: "grace", over: down),
        ]
        let starts = viewers.map(\.received.count)
        try await stage.expect("both get fifty frames more") {
            zip(viewers, starts).allSatisfy { $0.received.count >= $1 + 50 }
        }
        for (viewer, start) in zip(viewers, starts) {
            let frames = viewer.received[start...]
            #expect(frames.allSatisfy { $0.content & 0xFFFF_0000 == publisher.mark })
            let numbers = frames.map { $0.content & 0xFFFF }
            #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
            let ssrc = viewer.tracks.first { $0.kind == .video }?.remoteSources?.primary
            #expect(frames.allSatisfy { $0.header.ssrc == ssrc })
        }
        let statistics = try #require(await stage.plane.statistics(of: MediaRoomID("room")))
        #expect(statistics.tracks.map(\.codec) == ["VP8"])
        #expect(Set(statistics.viewers.map(\.principalID)) == ["ada", "grace"])
        #expect(statistics.viewers.allSatisfy { $0.transport == (down == .udp ? "udp" : "tcp") })
        await stage.finish()
    }

    @Test func `a publisher that comes again takes over, and its viewers see one stream`() async throws {
        let stage = try Stage()
        let first = try await stage.publish()
        let viewer = try await stage.watch(first)
        let second = try await stage.open(.publisher)
        try await stage.expect("the viewer gets frames of the second") {
            viewer.frames(of: second).count >= 20
        }
        try await stage.expect("the first is told goodbye") { first.isClosed }
        #expect(stage.log.has(.publisherConnected(MediaRoomID("room"), second.resource)))
        #expect(!stage.log.has(.publisherLost(MediaRoomID("room"), second.resource)))
        #expect(await stage.plane.publishedRooms() == [MediaRoomID("room")])
        #expect(await stage.plane.totals().publishers == 1)

        let headers = viewer.received.map(\.header)
        #expect(Set(headers.map(\.ssrc)).count == 1)
        let steps = zip(headers, headers.dropFirst()).map { $1.sequenceNumber &- $0.sequenceNumber }
        #expect(steps.allSatisfy { (1...1_000).contains($0) })
        let times = zip(headers, headers.dropFirst()).map { Int32(bitPattern: $1.timestamp &- $0.timestamp) }
        #expect(times.allSatisfy { $0 > 0 })
        await stage.finish()
    }

    @Test func `a viewer that restarts ICE from another port gets media there`() async throws {
        let stage = try Stage()
        let publisher = try await stage.publish()
        let viewer = try await stage.watch(publisher)
        // ThreadSanitizer does not bear the address of a generator without a state, as the system's is.
        var random = SplitMix64(seed: .random(in: 0 ... .max))
        let credentials = ICECredentials.generate(using: &random)
        let fragment = TrickleFragment(
            credentials: credentials,
            candidates: [],
            isEndOfCandidates: false,
            mids: ["0"],
            isICELite: false
        )
        let answer = try await stage.plane.restartICE(fragment: fragment.text, of: viewer.resource)
        try viewer.move(to: .udp, port: stage.plane.udpPort)
        try viewer.restart(credentials, answer)
        let count = viewer.received.count
        try await stage.expect("frames arrive at the new port") { viewer.received.count >= count + 20 }
        await stage.finish()
    }

    @Test func `who comes before the publisher, or one too many, is told when to come again`() async throws {
        let stage = try Stage { $0.maximumViewersPerRoom = 1 }
        await #expect(throws: MediaError.noPublisher(retryAfter: 2)) { _ = try await stage.open(.viewer) }
        let publisher = try await stage.publish()
        _ = try await stage.watch(publisher)
        let refusal = await #expect(throws: MediaError.self) { _ = try await stage.open(.viewer) }
        guard case .full = refusal else {
            Issue.record("refused for another reason: \(String(describing: refusal))")
            return
        }
        await stage.finish()
    }
}
