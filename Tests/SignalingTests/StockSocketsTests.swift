import Testing

@testable import Signaling

@Suite("Default room over WebSocket, public")
struct PublicStockSocketsTests {
    private func room(_ clients: ClientID...) -> StockSockets {
        var room = StockSockets(mode: .public)
        for client in clients { #expect(room.join(client) == true) }
        return room
    }

    @Test func `answers connect with polite, to the sender only, as often as asked`() {
        var room = room(alice, bob)
        #expect(room.receive(.connect(id("c")), from: alice) == [to(alice, .connect(id("c"), polite: true))])
        #expect(room.receive(.connect(id("c")), from: bob) == [to(bob, .connect(id("c"), polite: true))])
    }

    @Test func `relays an offer to everybody else, impolite, and the answer to the offerer alone`() {
        var room = room(alice, unity, bob)
        #expect(
            room.receive(.offer(id("c"), sdp: "o"), from: alice) == [
                to(unity, .offer(id("c"), sdp: "o", polite: false)),
                to(bob, .offer(id("c"), sdp: "o", polite: false)),
            ]
        )
        #expect(
            room.receive(.answer(id("c"), sdp: "a"), from: unity) == [to(alice, .answer(id("c"), sdp: "a"))]
        )
    }

    @Test func `points a re-offered id at the newer offerer`() {
        var room = room(alice, unity)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice)
        _ = room.receive(.answer(id("c"), sdp: "a"), from: unity)
        #expect(
            room.receive(.offer(id("c"), sdp: "media"), from: unity)
                == [to(alice, .offer(id("c"), sdp: "media", polite: false))]
        )
        #expect(
            room.receive(.answer(id("c"), sdp: "a2"), from: alice) == [to(unity, .answer(id("c"), sdp: "a2"))]
        )
    }

    @Test func `broadcasts candidates`() {
        var room = room(alice, unity, bob)
        #expect(
            room.receive(.candidate(id("c"), candidate("x")), from: unity) == [
                to(alice, .candidate(id("c"), candidate("x"))), to(bob, .candidate(id("c"), candidate("x"))),
            ]
        )
    }

    @Test func `drops an answer to nobody, of which the stock server dies`() {
        var room = room(alice)
        #expect(room.receive(.answer(id("c"), sdp: "a"), from: alice) == [])
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice)
        #expect(room.receive(.answer(id("c"), sdp: "a"), from: alice) == [])
    }

    @Test func `echoes disconnect, even of an unknown id, and tells the other end once there is one`() {
        var room = room(alice, unity)
        #expect(room.receive(.disconnect(id("c")), from: alice) == [to(alice, .disconnect(id("c")))])
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice)
        #expect(room.receive(.disconnect(id("c")), from: alice) == [to(alice, .disconnect(id("c")))])
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice)
        _ = room.receive(.answer(id("c"), sdp: "a"), from: unity)
        #expect(
            room.receive(.disconnect(id("c")), from: alice)
                == [to(unity, .disconnect(id("c"))), to(alice, .disconnect(id("c")))]
        )
    }

    @Test func `tells the other ends when a socket closes`() {
        var room = room(alice, unity)
        _ = room.receive(.connect(id("c")), from: alice)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice)
        _ = room.receive(.answer(id("c"), sdp: "a"), from: unity)
        #expect(room.leave(alice) == [to(unity, .disconnect(id("c")))])
        #expect(room.leave(alice) == [])
    }

    @Test func `forgets the unanswered offer of a socket that closed`() {
        var room = room(alice, unity)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice)
        #expect(room.leave(alice) == [])
        #expect(room.receive(.answer(id("c"), sdp: "a"), from: unity) == [])
    }

    @Test func `bounds clients and connections`() {
        var room = room(alice)
        for number in 0..<32 { _ = room.receive(.connect(id("\(number)")), from: alice) }
        #expect(
            room.receive(.connect(id("more")), from: alice) == [
                to(alice, .error("more: Too many connections."))
            ]
        )
        #expect(room.receive(.connect(id("0")), from: alice) == [to(alice, .connect(id("0"), polite: true))])
        for number in 1..<StockSockets.maximumClients { #expect(room.join(ClientID("\(number)")) == true) }
        #expect(room.join(bob) == false)
        _ = room.leave(alice)
        #expect(room.join(bob) == true)
    }

    @Test func `ignores who is not in it`() {
        var room = room(alice)
        #expect(room.receive(.connect(id("c")), from: bob) == [])
        #expect(room.join(alice) == false)
    }
}

@Suite("Default room over WebSocket, private")
struct PrivateStockSocketsTests {
    private func room() -> StockSockets {
        var room = StockSockets(mode: .private)
        for client in [alice, bob, carol] { #expect(room.join(client) == true) }
        return room
    }

    private func paired() -> StockSockets {
        var room = room()
        #expect(room.receive(.connect(id("c")), from: alice) == [to(alice, .connect(id("c"), polite: false))])
        #expect(room.receive(.connect(id("c")), from: bob) == [to(bob, .connect(id("c"), polite: true))])
        return room
    }

    @Test func `makes the first impolite, the second polite, and refuses the third`() {
        var room = paired()
        #expect(
            room.receive(.connect(id("c")), from: carol)
                == [to(carol, .error("c: This connection id is already used."))]
        )
        #expect(room.leave(carol) == [])
        #expect(room.receive(.offer(id("c"), sdp: "o"), from: alice) != [])
    }

    @Test func `lets one socket take both places`() {
        var room = room()
        _ = room.receive(.connect(id("c")), from: alice)
        #expect(room.receive(.connect(id("c")), from: alice) == [to(alice, .connect(id("c"), polite: true))])
        #expect(room.receive(.connect(id("c")), from: bob).first?.message == .alreadyUsed(id("c")))
    }

    @Test func `relays offers politely, answers and candidates, between the two only`() {
        var room = paired()
        #expect(
            room.receive(.offer(id("c"), sdp: "o"), from: alice) == [
                to(bob, .offer(id("c"), sdp: "o", polite: true))
            ]
        )
        #expect(
            room.receive(.answer(id("c"), sdp: "a"), from: bob) == [to(alice, .answer(id("c"), sdp: "a"))]
        )
        #expect(
            room.receive(.candidate(id("c"), candidate("x")), from: bob)
                == [to(alice, .candidate(id("c"), candidate("x")))]
        )
    }

    @Test func `drops an offer before the partner has joined`() {
        var room = room()
        _ = room.receive(.connect(id("c")), from: alice)
        #expect(room.receive(.offer(id("c"), sdp: "o"), from: alice) == [])
        #expect(room.receive(.candidate(id("c"), candidate("x")), from: alice) == [])
        #expect(room.receive(.answer(id("c"), sdp: "a"), from: alice) == [])
        #expect(room.receive(.connect(id("c")), from: bob) == [to(bob, .connect(id("c"), polite: true))])
    }

    @Test func `tells both of a disconnect, and echoes the second one's own`() {
        var room = paired()
        #expect(
            room.receive(.disconnect(id("c")), from: alice)
                == [to(bob, .disconnect(id("c"))), to(alice, .disconnect(id("c")))]
        )
        #expect(room.receive(.disconnect(id("c")), from: bob) == [to(bob, .disconnect(id("c")))])
    }

    @Test func `tells the partner of a socket that closes`() {
        var room = paired()
        #expect(room.leave(bob) == [to(alice, .disconnect(id("c")))])
    }
}
