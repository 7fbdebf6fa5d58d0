import Foundation
import Glibc
import MediaPlane
import PortholeCore
import RTP
import Testing
import WebRTC

@Suite("Media plane: how media ends", .ownThread, .serialized)
struct EndingTests {
    private let room = MediaRoomID("room")

    @Test func `a link that is revoked ends its viewers at once, and nobody else's`() async throws {
        let stage = try Stage()
        let publisher = try await stage.publish()
        let cut = try await stage.watch(publisher, as: "ada") { $0.grantID = "link" }
        let other = try await stage.watch(publisher, as: "grace") { $0.grantID = "another" }
        await stage.plane.cut(.grant("link"))
        #expect(await stage.plane.viewers() == [room: ["grace"]])
        try await stage.expect("the viewer is told goodbye") { cut.isClosed }
        let (gone, stays) = (cut.received.count, other.received.count)
        try await stage.expect("the other one goes on") { other.received.count >= stays + 20 }
        #expect(cut.received.count == gone)
        #expect(stage.log.has(.viewerLeft(room, cut.resource, principalID: "ada")))
        #expect(!stage.log.has(.viewerLeft(room, other.resource, principalID: "grace")))
        await #expect(throws: MediaError.unacceptable("Access ended")) {
            _ = try await stage.open(.viewer) { $0.grantID = "link" }
        }
        await stage.finish()
    }

    @Test func `a session that is over ends for all, and lets nobody in again`() async throws {
        let stage = try Stage()
        let publisher = try await stage.publish()
        let viewer = try await stage.watch(publisher)
        await stage.plane.cut(.room(room))
        try await stage.expect("both are told goodbye") { publisher.isClosed && viewer.isClosed }
        #expect(await stage.plane.publishedRooms().isEmpty)
        #expect(await stage.plane.statistics(of: room) == nil)
        await #expect(throws: MediaError.unacceptable("The session is over")) {
            _ = try await stage.open(.publisher)
        }
        await stage.finish()
    }

    @Test func `a grant that expires ends its media`() async throws {
        let stage = try Stage()
        let publisher = try await stage.publish()
        let expiry = Date(timeIntervalSinceNow: 2)
        let viewer = try await stage.watch(publisher) { $0.expiresAt = expiry }
        try await stage.expect("the viewer is told goodbye") { viewer.isClosed }
        #expect(Date() >= expiry)
        #expect(await stage.plane.viewers().isEmpty)
        #expect(!publisher.isClosed)
        await stage.finish()
    }

    @Test func `who says goodbye leaves`() async throws {
        let stage = try Stage()
        let publisher = try await stage.publish()
        let viewer = try await stage.watch(publisher)
        viewer.close()
        try await stage.expect("the viewer is gone") {
            stage.log.has(.viewerLeft(room, viewer.resource, principalID: "somebody"))
        }
        publisher.close()
        try await stage.expect("the publisher is gone") {
            stage.log.has(.publisherLost(room, publisher.resource))
        }
        #expect(await stage.plane.totals().rooms == 0)
        #expect(await stage.plane.grant(of: viewer.resource) == nil)
        await stage.finish()
    }

    @Test func `a plane that stops says goodbye and gives its port back`() async throws {
        let port: UInt16
        do {
            let stage = try Stage { $0.loops = 2 }
            let publisher = try await stage.publish()
            let viewers = [
                try await stage.watch(publisher), try await stage.watch(publisher, over: .tcp),
            ]
            port = stage.plane.udpPort
            #expect(try TestSocket.isBound(port))
            await stage.finish()
            await stage.drive(for: .seconds(5)) { publisher.isClosed && viewers.allSatisfy { $0.isClosed } }
            #expect(publisher.isClosed)
            #expect(viewers.allSatisfy { $0.isClosed })
        }
        // The threads let go of the sockets a moment after they have said that they end.
        let end = MonotonicTime.current + .seconds(5)
        while try TestSocket.isBound(port), MonotonicTime.current < end { poll(nil, 0, 5) }
        #expect(try !TestSocket.isBound(port))
    }
}
