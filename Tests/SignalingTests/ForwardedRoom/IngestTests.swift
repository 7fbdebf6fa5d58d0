import Testing

@testable import Signaling

@Suite("Forwarded room: the host sends once, to the server")
struct IngestTests {
    private let r1 = MediaHandle("r1")
    private let r2 = MediaHandle("r2")

    @Test func `Broadcast is asked by an empty offer and answered when it offers media`() {
        var forwarding = Forwarding()
        #expect(forwarding.join(unity, as: .host) == [])
        #expect(forwarding.requests() == [ingest("i1", .emptyOffer)])
        #expect(
            forwarding.reply(.described("empty"), to: ingest("i1", .emptyOffer))
                == [to(unity, .offer(id("i1"), sdp: "empty", polite: false))]
        )
        #expect(forwarding.say(.answer(id("i1"), sdp: "nothing"), from: unity) == [])
        #expect(forwarding.say(.offer(id("i1"), sdp: "media"), from: unity) == [])
        #expect(forwarding.requests() == [ingest("i1", .open(offer: "media"))])
        #expect(
            forwarding.reply(.opened(r1, sdp: "yes"), to: ingest("i1", .open(offer: "media")))
                == [to(unity, .answer(id("i1"), sdp: "yes"))]
        )
        #expect(forwarding.say(.candidate(id("i1"), candidate("x")), from: unity) == [])
        #expect(forwarding.published("r1") == [])
        #expect(forwarding.advance(to: after(.seconds(60))) == [])
        #expect(forwarding.requests() == [])
    }

    @Test func `an application that offers nothing in three seconds is offered a data channel`() {
        var forwarding = Forwarding()
        _ = forwarding.join(unity, as: .host)
        _ = forwarding.reply(.described("empty"), to: ingest("i1", .emptyOffer))
        _ = forwarding.requests()
        #expect(forwarding.advance(to: after(.milliseconds(2999))) == [])
        #expect(forwarding.advance(to: after(.seconds(3))) == [to(unity, .disconnect(id("i1")))])
        #expect(forwarding.requests() == [ingest("i2", .openByOffer)])
        #expect(
            forwarding.reply(.opened(r1, sdp: "channel"), to: ingest("i2", .openByOffer))
                == [to(unity, .offer(id("i2"), sdp: "channel", polite: false))]
        )
        #expect(forwarding.say(.answer(id("i2"), sdp: "ok"), from: unity) == [])
        #expect(forwarding.requests() == [ingest("i2", .accept(r1, answer: "ok"))])
        #expect(forwarding.reply(.done, to: ingest("i2", .accept(r1, answer: "ok"))) == [])
        #expect(forwarding.published("r1") == [])
        #expect(forwarding.say(.offer(id("i2"), sdp: "media"), from: unity) == [])
        #expect(forwarding.requests() == [ingest("i2", .answer(r1, offer: "media"))])
        #expect(
            forwarding.reply(.described("yes"), to: ingest("i2", .answer(r1, offer: "media")))
                == [to(unity, .answer(id("i2"), sdp: "yes"))]
        )
        #expect(forwarding.advance(to: after(.seconds(60))) == [])
    }

    @Test func `an application that offers nothing at all is asked again after longer and longer pauses`() {
        var forwarding = Forwarding()
        _ = forwarding.join(unity, as: .host)
        _ = forwarding.reply(.described("empty"), to: ingest("i1", .emptyOffer))
        _ = forwarding.advance(to: after(.seconds(3)))
        _ = forwarding.reply(
            .opened(r1, sdp: "channel"),
            to: ingest("i2", .openByOffer),
            at: after(.seconds(3))
        )
        _ = forwarding.requests()
        #expect(forwarding.advance(to: after(.seconds(13))) == [to(unity, .disconnect(id("i2")))])
        #expect(forwarding.requests() == [ingest("i2", .close(r1))])
        #expect(forwarding.advance(to: after(.seconds(22))) == [])
        #expect(forwarding.requests() == [])
        _ = forwarding.advance(to: after(.seconds(23)))
        #expect(forwarding.requests() == [ingest("i3", .emptyOffer)])
        _ = forwarding.advance(to: after(.seconds(26)))
        _ = forwarding.advance(to: after(.seconds(36)))
        _ = forwarding.requests()
        _ = forwarding.advance(to: after(.seconds(55)))
        #expect(forwarding.requests() == [])
        _ = forwarding.advance(to: after(.seconds(56)))
        #expect(forwarding.requests() == [ingest("i5", .emptyOffer)])
    }

    @Test func `SingleConnection that offers by itself is answered`() {
        var forwarding = Forwarding()
        _ = forwarding.join(unity, as: .host)
        _ = forwarding.reply(.described("empty"), to: ingest("i1", .emptyOffer))
        #expect(
            forwarding.say(.connect(id("own")), from: unity) == [
                to(unity, .disconnect(id("i1"))), to(unity, .connect(id("own"), polite: true)),
            ]
        )
        _ = forwarding.requests()
        #expect(forwarding.say(.offer(id("own"), sdp: "media"), from: unity) == [])
        #expect(forwarding.requests() == [ingest("own", .open(offer: "media"))])
        #expect(
            forwarding.reply(.opened(r1, sdp: "yes"), to: ingest("own", .open(offer: "media")))
                == [to(unity, .answer(id("own"), sdp: "yes"))]
        )
        #expect(forwarding.published("r1") == [])
    }

    @Test func `a host that opens its socket again goes on sending`() {
        var forwarding = Forwarding.running()
        #expect(forwarding.leave(unity) == [])
        #expect(forwarding.advance(to: after(.seconds(5))) == [])
        #expect(forwarding.join(bob, as: .host, at: after(.seconds(5))) == [])
        #expect(forwarding.join(carol, as: .host, at: after(.seconds(6))) == [])
        #expect(forwarding.requests() == [])
    }

    @Test func `a host that comes back while it is being asked is asked anew`() {
        var forwarding = Forwarding()
        _ = forwarding.join(unity, as: .host)
        _ = forwarding.reply(.described("empty"), to: ingest("i1", .emptyOffer))
        _ = forwarding.requests()
        #expect(forwarding.leave(unity) == [])
        #expect(forwarding.join(bob, as: .host) == [to(bob, .disconnect(id("i1")))])
        #expect(forwarding.requests() == [ingest("i2", .emptyOffer)])
    }

    @Test func `when media is lost the old id is given up before a new one is offered`() {
        var forwarding = Forwarding.running()
        #expect(forwarding.unpublished("r1") == [to(unity, .disconnect(id("i1")))])
        #expect(forwarding.requests() == [ingest("i1", .close(r1)), ingest("i2", .emptyOffer)])
    }

    @Test func `media lost while the host is away is asked for on its return`() {
        var forwarding = Forwarding.running()
        _ = forwarding.leave(unity)
        #expect(forwarding.unpublished("r1") == [])
        #expect(forwarding.requests() == [ingest("i1", .close(r1))])
        #expect(forwarding.join(bob, as: .host) == [to(bob, .disconnect(id("i1")))])
        #expect(forwarding.requests() == [ingest("i2", .emptyOffer)])
    }

    @Test func `a host that gives its connection up is asked again a little later`() {
        var forwarding = Forwarding.running()
        #expect(forwarding.say(.disconnect(id("i1")), from: unity) == [to(unity, .disconnect(id("i1")))])
        #expect(forwarding.requests() == [ingest("i1", .close(r1))])
        _ = forwarding.unpublished("r1")
        _ = forwarding.advance(to: after(.seconds(3)))
        #expect(forwarding.requests() == [ingest("i2", .emptyOffer)])
    }

    @Test func `after a restart the id of the process before is given up first`() {
        var forwarding = Forwarding()
        #expect(forwarding.room.giveUp(id("old"), at: noon) == [])
        #expect(forwarding.join(unity, as: .host) == [to(unity, .disconnect(id("old")))])
        #expect(forwarding.requests() == [ingest("i1", .emptyOffer)])
    }

    @Test func `each id is told once, to be kept`() {
        var forwarding = Forwarding()
        _ = forwarding.join(unity, as: .host)
        #expect(forwarding.room.takeNewestIngest() == id("i1"))
        #expect(forwarding.room.takeNewestIngest() == nil)
        _ = forwarding.say(.connect(id("own")), from: unity)
        #expect(forwarding.room.takeNewestIngest() == id("own"))
    }

    @Test func `whoever publishes by WHIP is not disturbed`() {
        var forwarding = Forwarding.running()
        #expect(forwarding.published("whip") == [to(unity, .disconnect(id("i1")))])
        #expect(forwarding.requests() == [ingest("i1", .close(r1))])
        #expect(forwarding.unpublished("r1") == [])
        #expect(forwarding.leave(unity) == [])
        #expect(forwarding.join(bob, as: .host) == [])
        #expect(
            forwarding.say(.offer(id("own"), sdp: "media"), from: bob) == [to(bob, .disconnect(id("own")))]
        )
        #expect(forwarding.requests() == [])
        #expect(forwarding.unpublished("whip") == [])
        #expect(forwarding.requests() == [ingest("i2", .emptyOffer)])
    }

    @Test func `what a host says about a connection that was given up is belated`() {
        var forwarding = Forwarding()
        _ = forwarding.join(unity, as: .host)
        _ = forwarding.reply(.described("empty"), to: ingest("i1", .emptyOffer))
        _ = forwarding.advance(to: after(.seconds(3)))
        _ = forwarding.requests()
        #expect(forwarding.say(.offer(id("i1"), sdp: "late"), from: unity, at: after(.seconds(3))) == [])
        #expect(forwarding.requests() == [])
        let opened = forwarding.reply(.opened(r1, sdp: "channel"), to: ingest("i2", .openByOffer))
        #expect(opened == [to(unity, .offer(id("i2"), sdp: "channel", polite: false))])
    }

    @Test func `what was opened for an attempt that is over is closed`() {
        var forwarding = Forwarding()
        _ = forwarding.join(unity, as: .host)
        _ = forwarding.reply(.described("empty"), to: ingest("i1", .emptyOffer))
        _ = forwarding.say(.offer(id("i1"), sdp: "media"), from: unity)
        _ = forwarding.say(.disconnect(id("i1")), from: unity)
        _ = forwarding.requests()
        #expect(forwarding.reply(.opened(r2, sdp: "yes"), to: ingest("i1", .open(offer: "media"))) == [])
        #expect(forwarding.requests() == [ingest("i1", .close(r2))])
    }

    @Test func `an offer that cannot be answered or never connects is given up for a while`() {
        for connects in [false, true] {
            var forwarding = Forwarding()
            _ = forwarding.join(unity, as: .host)
            _ = forwarding.reply(.described("empty"), to: ingest("i1", .emptyOffer))
            _ = forwarding.say(.offer(id("i1"), sdp: "media"), from: unity)
            let call = ingest("i1", .open(offer: "media"))
            if connects {
                _ = forwarding.reply(.opened(r1, sdp: "yes"), to: call)
                #expect(forwarding.room.publisherFailed(at: noon) == [to(unity, .disconnect(id("i1")))])
            } else {
                #expect(forwarding.reply(.failed, to: call) == [to(unity, .disconnect(id("i1")))])
            }
            _ = forwarding.requests()
            _ = forwarding.advance(to: after(.seconds(9)))
            #expect(forwarding.requests() == [])
            _ = forwarding.advance(to: after(.seconds(10)))
            #expect(forwarding.requests() == [ingest("i2", .emptyOffer)])
        }
    }

    @Test func `a host that polls has the time of two polls and finds what waits for it`() {
        var forwarding = Forwarding()
        _ = forwarding.join(unity, as: .host, over: .polling)
        #expect(forwarding.reply(.described("empty"), to: ingest("i1", .emptyOffer)) == [])
        let polled = forwarding.room.poll(unity, .all, from: nil, at: after(.seconds(5)))
        #expect(polled.news == [.offer(id("i1"), sdp: "empty", polite: false)])
        #expect(forwarding.advance(to: after(.seconds(9))) == [])
        let posted = forwarding.room.post(.offer(id("i1"), sdp: "media"), from: unity, at: after(.seconds(9)))
        #expect(posted.answer == .accepted)
        #expect(forwarding.requests().last == ingest("i1", .open(offer: "media")))
        _ = forwarding.reply(.opened(r1, sdp: "yes"), to: ingest("i1", .open(offer: "media")))
        let answered = forwarding.room.poll(unity, .answers, from: nil, at: after(.seconds(10)))
        #expect(answered.news == [.answer(id("i1"), sdp: "yes")])
        let passage = forwarding.room.advance(to: after(.seconds(30)))
        #expect(passage.departed == [unity])
        #expect(forwarding.room.host == nil)
    }
}
