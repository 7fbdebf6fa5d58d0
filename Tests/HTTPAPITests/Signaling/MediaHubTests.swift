import Foundation
import PortholeCore
import TestSupport
import Testing

@testable import HTTPAPI
@testable import Signaling

@Suite("Signaling hub: media through the server")
struct MediaHubTests {
    // MARK: The headset

    @Test func `a stock application uploads to the server and the session is live by it`() async throws {
        try await MediaHubFixture.run { fixture in
            let unity = await fixture.connect("unity", MediaHubFixture.host)
            let (id, offer) = try await fixture.next("offer", unity)
            #expect(offer == "empty offer")
            await fixture.say("offer", id, sdp: "media", "unity", unity)
            let answer = try await fixture.next("answer", unity)
            #expect(answer == (id, "answer to media"))
            var grant = MediaGrant(MediaHubFixture.host, in: MediaHubFixture.session)
            grant.isUnity = true
            #expect(grant.role == .publisher)
            #expect(fixture.media.takeOrders() == [.open(grant, offer: "media")])
            let resource = try #require(fixture.media.open.keys.first)
            fixture.media.connect(resource)
            await fixture.hub.leave(ClientID("unity"))
            try await fixture.until("media arrives") { await fixture.presence.isHostConnected }
            #expect(await fixture.presence.state == .live)
            #expect(await fixture.hub.connectedHosts() == [MediaHubFixture.session])
            fixture.media.lose(resource)
            try await fixture.until("the host is lost") { await fixture.presence.state == .interrupted }
            let heard = await fixture.tellDomain()
            #expect(heard.first == "host connected to s")
            #expect(heard.contains("ingest of s began"))
            #expect(heard.last == "host of s lost")
        }
    }

    @Test func `a host that comes back after its media was lost is offered a new connection`() async throws {
        try await MediaHubFixture.run { fixture in
            let unity = await fixture.connect("unity", MediaHubFixture.host)
            let first = try await fixture.next("offer", unity)
            await fixture.say("offer", first.id, sdp: "media", "unity", unity)
            _ = try await fixture.next("answer", unity)
            let resource = try #require(fixture.media.open.keys.first)
            fixture.media.connect(resource)
            fixture.media.lose(resource)
            #expect(try await fixture.next("disconnect", unity).id == first.id)
            let second = try await fixture.next("offer", unity)
            #expect(second.id != first.id)
        }
    }

    @Test func `after a restart the host hears first that the old connection is over`() async throws {
        try await MediaHubFixture.run { fixture in
            await fixture.hub.giveUpIngest("old", in: MediaHubFixture.session.text)
            let unity = await fixture.connect("unity", MediaHubFixture.host)
            let ended = try await fixture.next("disconnect", unity)
            #expect(ended.id == "old")
        }
    }

    @Test func `a publisher by WHIP is the host without a socket`() async throws {
        try await MediaHubFixture.run { fixture in
            let page = await fixture.connect(
                "page",
                MediaHubFixture.viewer("mum"),
                subprotocol: SignalingHub.subprotocol
            )
            _ = page.take()
            let resource = try await fixture.open(MediaHubFixture.host)
            fixture.media.connect(resource)
            try await fixture.until("the page hears of it") {
                page.take()
                    .contains { output in
                        guard case .sent(let text) = output else { return false }
                        return text.contains(#""state":"live""#)
                    }
            }
            #expect(await fixture.hub.connectedHosts() == [MediaHubFixture.session])
            await fixture.media.close(resource)
            try await fixture.until("it is lost") { await fixture.presence.state == .interrupted }
        }
    }

    // MARK: Viewers

    @Test func `who watches by media is a viewer as by a socket, and one with both is one`() async throws {
        try await MediaHubFixture.run { fixture in
            _ = await fixture.connect("page", MediaHubFixture.viewer("mum"))
            let mum = try await fixture.open(MediaHubFixture.viewer("mum"))
            let dad = try await fixture.open(MediaHubFixture.viewer("dad"))
            for resource in [mum, dad] { fixture.media.connect(resource) }
            try await fixture.until("two watch") { await fixture.hub.figures().viewers == 2 }
            await fixture.hub.leave(ClientID("page"))
            #expect(await fixture.hub.figures().viewers == 2)
            await fixture.media.close(mum)
            try await fixture.until("one watches") { await fixture.hub.figures().viewers == 1 }
            #expect(await fixture.hub.watchedSessions() == [MediaHubFixture.session])
            fixture.media.lose(dad)
            try await fixture.until("nobody watches") { await fixture.hub.figures().viewers == 0 }
            let heard = await fixture.tellDomain()
            #expect(heard == ["mum joined s as v1", "dad joined s as v2", "v1 left s", "v2 left s"])
        }
    }

    @Test func `the stock page gets the server's media and its signaling never reaches the host`()
        async throws
    {
        try await MediaHubFixture.run { fixture in
            let unity = await fixture.connect("unity", MediaHubFixture.host)
            _ = try await fixture.next("offer", unity)
            let page = await fixture.connect("page", MediaHubFixture.viewer("mum"))
            await fixture.say("connect", "c", "page", page)
            await fixture.say("offer", "c", sdp: "data", "page", page)
            #expect(try await fixture.next("connect", page).id == "c")
            #expect(page.take() == [])
            let whip = try await fixture.open(MediaHubFixture.host)
            fixture.media.connect(whip)
            #expect(try await fixture.next("answer", page) == ("c", "answer to data"))
            #expect(try await fixture.next("offer", page) == ("c", "media offer"))
            await fixture.say("answer", "c", sdp: "yes", "page", page)
            let orders = try await fixture.orders(3)
            let resource = try #require(fixture.media.open.first { $0.value.role == .viewer }).key
            #expect(orders.last == .accept(resource, answer: "yes"))
            #expect(fixture.media.open[resource]?.principalID == "mum")
            #expect(!unity.take().contains { "\($0)".contains("data") })
            await fixture.hub.leave(ClientID("page"))
            try await fixture.until("it is closed") { fixture.media.open[resource] == nil }
        }
    }

    // MARK: Ends of access

    @Test func `a revoked link is cut with its media and opens nothing any more`() async throws {
        try await MediaHubFixture.run { fixture in
            let link = WatchLinkID()
            let grant = MediaHubFixture.viewer("mum", link: link)
            let resource = try await fixture.open(grant)
            fixture.media.connect(resource)
            await fixture.hub.cut(link: link)
            #expect(fixture.media.open.isEmpty)
            let late = try await fixture.media.open(
                MediaGrant(grant, in: MediaHubFixture.session),
                offer: "o"
            )
            #expect(await fixture.hub.opened(late.resource, by: grant) == false)
        }
    }

    @Test func `a page that is cut while its connection is opened is closed`() async throws {
        try await MediaHubFixture.run { fixture in
            let link = WatchLinkID()
            let grant = MediaHubFixture.viewer("mum", link: link)
            let opened = MediaOutcome.opened(MediaHandle("r9"), sdp: "o")
            let page = await fixture.connect("page", grant)
            await fixture.say("offer", "c", sdp: "data", "page", page)
            await fixture.hub.cut(link: link)
            guard let id = ConnectionID("c") else { return }
            let request = MediaRequest(.page(ClientID("page")), id, .open(offer: "data"))
            await fixture.hub.replied(opened, to: request, in: MediaHubFixture.session.text)
            #expect(await fixture.hub.mediaClients.isEmpty)
        }
    }

    @Test func `access that runs out ends with its media`() async throws {
        try await MediaHubFixture.run { fixture in
            let expiry = fixture.clock.now.addingTimeInterval(60)
            let resource = try await fixture.open(MediaHubFixture.viewer("mum", expiresAt: expiry))
            fixture.media.connect(resource)
            try await fixture.until("it watches") { await fixture.hub.figures().viewers == 1 }
            await fixture.hub.tick()
            #expect(fixture.media.open.count == 1)
            fixture.clock.advance(by: 60)
            await fixture.hub.tick()
            try await fixture.until("it is cut") { fixture.media.open.isEmpty }
        }
    }

    @Test func `one person or all viewers are cut and the host stays`() async throws {
        try await MediaHubFixture.run { fixture in
            let host = try await fixture.open(MediaHubFixture.host)
            _ = try await fixture.open(MediaHubFixture.viewer("mum"))
            let dad = try await fixture.open(MediaHubFixture.viewer("dad"))
            let session = MediaHubFixture.session
            let child = try #require(UserID("child"))
            await fixture.hub.cut(viewer: "mum", of: session)
            #expect(Set(fixture.media.open.keys) == [host, dad])
            await fixture.hub.cut(userID: "dad", childID: child, sessions: [session])
            #expect(Set(fixture.media.open.keys) == [host])
            _ = try await fixture.open(MediaHubFixture.viewer("aunt"))
            await fixture.hub.cutViewers(of: session)
            #expect(Set(fixture.media.open.keys) == [host])
        }
    }

    @Test func `the end of a session ends all of it, also for who comes late`() async throws {
        try await MediaHubFixture.run { fixture in
            let host = try await fixture.open(MediaHubFixture.host)
            let mum = try await fixture.open(MediaHubFixture.viewer("mum"))
            for resource in [host, mum] { fixture.media.connect(resource) }
            try await fixture.until("it watches") { await fixture.hub.figures().viewers == 1 }
            await fixture.hub.end(MediaHubFixture.session)
            #expect(fixture.media.open.isEmpty)
            #expect(await fixture.presence.state == .ended)
            _ = fixture.media.takeOrders()
            let late = MediaResourceID("late")
            #expect(await fixture.hub.opened(late, by: MediaHubFixture.host) == false)
            fixture.media.emit(.publisherConnected(MediaHubFixture.room, late))
            #expect(try await fixture.orders(1) == [.cut(.room(MediaHubFixture.room))])
            let heard = await fixture.tellDomain()
            #expect(heard.contains("v1 left s"))
            #expect(await fixture.hub.figures().hosted == 0)
        }
    }

    @Test func `what the hub has not heard of it finds out`() async throws {
        try await MediaHubFixture.run { fixture in
            let host = try await fixture.open(MediaHubFixture.host)
            let mum = try await fixture.open(MediaHubFixture.viewer("mum"))
            for resource in [host, mum] { fixture.media.connect(resource) }
            try await fixture.until("both are there") {
                await fixture.hub.figures() == (hosted: 1, watched: 1, viewers: 1, clients: 0)
            }
            await fixture.hub.reconcile(with: fixture.media)
            #expect(await fixture.hub.figures().viewers == 1)
            for resource in [host, mum] { fixture.media.loseSilently(resource) }
            await fixture.hub.reconcile(with: fixture.media)
            #expect(await fixture.hub.figures().viewers == 0)
            #expect(await fixture.presence.state == .interrupted)
        }
    }

    @Test func `rooms that are no sessions concern nobody`() async throws {
        try await MediaHubFixture.run { fixture in
            fixture.media.emit(.publisherConnected(MediaRoomID("load"), MediaResourceID("r")))
            fixture.media.emit(
                .viewerConnected(MediaRoomID("load"), MediaResourceID("v"), principalID: "")
            )
            let resource = try await fixture.open(MediaHubFixture.host)
            fixture.media.connect(resource)
            try await fixture.until("the session is live") { await fixture.presence.isHostConnected }
            #expect(await fixture.hub.figures().hosted == 1)
            #expect(await fixture.tellDomain() == ["host connected to s"])
        }
    }
}
