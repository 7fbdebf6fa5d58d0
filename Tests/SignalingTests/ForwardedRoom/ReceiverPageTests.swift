import Testing

@testable import Signaling

@Suite("Forwarded room: the stock receiver page watches through the server")
struct ReceiverPageTests {
    private let v1 = MediaHandle("v1")

    @Test func `the page's data channel is accepted and media is offered to it`() {
        var forwarding = Forwarding.running()
        #expect(forwarding.join(alice, as: .viewer) == [])
        #expect(
            forwarding.say(.connect(id("c")), from: alice) == [to(alice, .connect(id("c"), polite: true))]
        )
        #expect(forwarding.say(.offer(id("c"), sdp: "data"), from: alice) == [])
        #expect(forwarding.requests() == [page(alice, "c", .open(offer: "data"))])
        #expect(
            forwarding.reply(.opened(v1, sdp: "ok"), to: page(alice, "c", .open(offer: "data")))
                == [to(alice, .answer(id("c"), sdp: "ok"))]
        )
        #expect(forwarding.requests() == [page(alice, "c", .offerMedia(v1))])
        #expect(
            forwarding.reply(.described("media"), to: page(alice, "c", .offerMedia(v1)))
                == [to(alice, .offer(id("c"), sdp: "media", polite: false))]
        )
        #expect(forwarding.say(.answer(id("c"), sdp: "yes"), from: alice) == [])
        #expect(forwarding.requests() == [page(alice, "c", .accept(v1, answer: "yes"))])
        #expect(forwarding.say(.candidate(id("c"), candidate("x.local")), from: alice) == [])
        #expect(forwarding.requests() == [])
    }

    @Test func `without a publisher the page waits until one comes`() {
        var forwarding = Forwarding()
        _ = forwarding.join(alice, as: .viewer)
        _ = forwarding.say(.connect(id("c")), from: alice)
        #expect(forwarding.say(.offer(id("c"), sdp: "first"), from: alice) == [])
        #expect(forwarding.say(.offer(id("c"), sdp: "again"), from: alice) == [])
        #expect(forwarding.requests() == [])
        #expect(forwarding.published("whip") == [])
        #expect(forwarding.requests() == [page(alice, "c", .open(offer: "again"))])
    }

    @Test func `media is offered later if the publisher goes just then`() {
        var forwarding = Forwarding()
        _ = forwarding.join(alice, as: .viewer)
        _ = forwarding.say(.offer(id("c"), sdp: "data"), from: alice)
        _ = forwarding.published("whip")
        _ = forwarding.reply(.opened(v1, sdp: "ok"), to: page(alice, "c", .open(offer: "data")))
        _ = forwarding.unpublished("whip")
        #expect(forwarding.reply(.failed, to: page(alice, "c", .offerMedia(v1))) == [])
        _ = forwarding.requests()
        _ = forwarding.published("whip again")
        #expect(forwarding.requests() == [page(alice, "c", .offerMedia(v1))])
        _ = forwarding.published("whip again")
        #expect(forwarding.requests() == [])
    }

    @Test func `an offer on an open connection is answered`() {
        var forwarding = Forwarding.running()
        _ = forwarding.join(alice, as: .viewer)
        _ = forwarding.say(.offer(id("c"), sdp: "data"), from: alice)
        #expect(forwarding.say(.offer(id("c"), sdp: "data"), from: alice) == [])
        _ = forwarding.reply(.opened(v1, sdp: "ok"), to: page(alice, "c", .open(offer: "data")))
        _ = forwarding.requests()
        #expect(forwarding.say(.offer(id("c"), sdp: "change"), from: alice) == [])
        #expect(forwarding.requests() == [page(alice, "c", .answer(v1, offer: "change"))])
        #expect(
            forwarding.reply(.described("agreed"), to: page(alice, "c", .answer(v1, offer: "change")))
                == [to(alice, .answer(id("c"), sdp: "agreed"))]
        )
    }

    @Test func `whoever goes is closed, also while its connection is being opened`() {
        for isOpen in [false, true] {
            for leaves in [false, true] {
                var forwarding = Forwarding.running()
                _ = forwarding.join(alice, as: .viewer)
                _ = forwarding.say(.connect(id("c")), from: alice)
                _ = forwarding.say(.offer(id("c"), sdp: "data"), from: alice)
                let opened = MediaOutcome.opened(v1, sdp: "ok")
                if isOpen { _ = forwarding.reply(opened, to: page(alice, "c", .open(offer: "data"))) }
                _ = forwarding.requests()
                if leaves {
                    #expect(forwarding.leave(alice) == [])
                } else {
                    #expect(
                        forwarding.say(.disconnect(id("c")), from: alice) == [to(alice, .disconnect(id("c")))]
                    )
                }
                if !isOpen {
                    #expect(forwarding.reply(opened, to: page(alice, "c", .open(offer: "data"))) == [])
                }
                #expect(forwarding.requests() == [page(alice, "c", .close(v1))])
            }
        }
    }

    @Test func `a page that is lost or cannot be served stops`() {
        var forwarding = Forwarding.running()
        _ = forwarding.join(alice, as: .viewer)
        _ = forwarding.say(.offer(id("c"), sdp: "data"), from: alice)
        _ = forwarding.reply(.opened(v1, sdp: "ok"), to: page(alice, "c", .open(offer: "data")))
        _ = forwarding.requests()
        #expect(forwarding.room.viewerLost(v1, at: noon) == [to(alice, .disconnect(id("c")))])
        #expect(forwarding.requests() == [])
        #expect(forwarding.room.connections(of: alice) == [])

        _ = forwarding.say(.offer(id("d"), sdp: "data"), from: alice)
        #expect(
            forwarding.reply(.failed, to: page(alice, "d", .open(offer: "data")))
                == [to(alice, .disconnect(id("d")))]
        )
    }

    @Test func `host and viewers never hear of each other, whatever ids they choose`() {
        var forwarding = Forwarding.running()
        _ = forwarding.join(alice, as: .viewer)
        _ = forwarding.join(bob, as: .viewer)
        #expect(forwarding.say(.offer(id("i1"), sdp: "mine"), from: alice) == [])
        #expect(forwarding.requests() == [page(alice, "i1", .open(offer: "mine"))])
        #expect(forwarding.say(.answer(id("i1"), sdp: "mine"), from: bob) == [])
        #expect(forwarding.say(.disconnect(id("i1")), from: bob) == [to(bob, .disconnect(id("i1")))])
        #expect(forwarding.say(.candidate(id("i1"), candidate("x")), from: alice) == [])
        #expect(forwarding.requests() == [])
        #expect(forwarding.room.viewers == [alice, bob])
        #expect(forwarding.room.connections(of: alice) == [id("i1")])
    }

    @Test func `a room takes as many viewers as it was made for`() {
        var room = ForwardedRoom(maximumViewers: 1)
        #expect(room.isEmpty)
        #expect(room.join(alice, as: .viewer, over: .socket, at: noon) != nil)
        #expect(room.join(bob, as: .viewer, over: .socket, at: noon) == nil)
        #expect(room.join(unity, as: .host, over: .socket, at: noon) != nil)
        #expect(!room.isEmpty)
    }
}
