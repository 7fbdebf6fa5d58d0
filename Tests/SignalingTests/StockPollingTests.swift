import Testing

@testable import Signaling

@Suite("Default room over HTTP, public")
struct PublicStockPollingTests {
    private func room(_ clients: ClientID...) -> StockPolling {
        var room = StockPolling(mode: .public)
        for client in clients { #expect(room.open(client, at: noon) == .opened(client)) }
        return room
    }

    private func connected(_ name: String) -> PollingAnswer { .connected(id(name), polite: true, at: noon) }

    @Test func `answers connect with polite`() {
        var room = room(alice, bob)
        #expect(room.receive(.connect(id("c")), from: alice, at: noon) == connected("c"))
        #expect(room.receive(.connect(id("c")), from: bob, at: noon) == connected("c"))
    }

    @Test func `shows an offer to all others and the answer to the offerer alone`() {
        var room = room(alice, unity, bob)
        #expect(room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon) == .accepted)
        for other in [unity, bob] {
            let answer = room.poll(other, .all, from: nil, at: noon)
            #expect(answer.news == [.offer(id("c"), sdp: "o", polite: false)])
        }
        #expect(room.poll(alice, .all, from: nil, at: noon).news == [])
        #expect(room.receive(.answer(id("c"), sdp: "a"), from: unity, at: noon) == .accepted)
        #expect(room.poll(alice, .all, from: nil, at: noon).news == [.answer(id("c"), sdp: "a")])
        #expect(room.poll(unity, .answers, from: nil, at: noon).news == [])
    }

    @Test func `keeps the first offerer of a re-offered id, unlike a socket`() {
        var room = room(alice, unity)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon)
        _ = room.receive(.answer(id("c"), sdp: "a"), from: unity, at: noon)
        _ = room.receive(.offer(id("c"), sdp: "media"), from: unity, at: noon)
        _ = room.receive(.answer(id("c"), sdp: "a2"), from: alice, at: noon)
        #expect(room.poll(unity, .answers, from: nil, at: noon).news == [.answer(id("c"), sdp: "a2")])
    }

    @Test func `shows candidates through the pair only, stamped anew by the answer`() {
        var room = room(alice, unity, bob)
        _ = room.receive(.connect(id("c")), from: alice, at: noon)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon)
        _ = room.receive(.candidate(id("c"), candidate("x")), from: alice, at: noon)
        #expect(room.poll(unity, .candidates, from: nil, at: noon).news == [])
        let later = after(.seconds(3))
        _ = room.receive(.answer(id("c"), sdp: "a"), from: unity, at: later)
        #expect(
            room.poll(unity, .candidates, from: later, at: later).news == [
                .candidate(id("c"), candidate("x"))
            ]
        )
        #expect(room.poll(bob, .candidates, from: nil, at: later).news == [])
        _ = room.receive(.candidate(id("c"), candidate("y")), from: unity, at: later)
        #expect(
            room.poll(alice, .candidates, from: nil, at: later).news == [.candidate(id("c"), candidate("y"))]
        )
    }

    @Test func `gives items from fromtime on, itself included, oldest first, and repeats connections`() {
        var room = room(alice, bob)
        _ = room.receive(.connect(id("c")), from: alice, at: noon)
        _ = room.receive(.offer(id("later"), sdp: "2"), from: bob, at: after(.seconds(2)))
        _ = room.receive(.offer(id("first"), sdp: "1"), from: bob, at: after(.seconds(1)))
        let first = ServerMessage.offer(id("first"), sdp: "1", polite: false)
        let later = ServerMessage.offer(id("later"), sdp: "2", polite: false)
        let now = after(.seconds(3))
        let all = room.poll(alice, .all, from: nil, at: now)
        #expect(all.news == [first, later])
        #expect(all.named == ["c"])
        #expect(room.poll(alice, .all, from: after(.seconds(2)), at: now).news == [later])
        let none = room.poll(alice, .all, from: after(.milliseconds(2001)), at: now)
        #expect(none.news == [])
        #expect(none.named == ["c"])
        guard case .messages(_, .all, at: now) = none else {
            return #expect(Bool(false), "datetime is the poll's")
        }
    }

    @Test func `tells every session of a disconnect, the sender once`() {
        var room = room(alice, unity, bob)
        _ = room.receive(.connect(id("c")), from: alice, at: noon)
        #expect(room.receive(.disconnect(id("c")), from: alice, at: noon) == .disconnected(id("c")))
        for client in [alice, unity, bob] {
            #expect(room.poll(client, .all, from: nil, at: noon).news == [.disconnect(id("c"))])
        }
    }

    @Test func `takes an answer to nobody`() {
        var room = room(alice)
        #expect(room.receive(.answer(id("c"), sdp: "a"), from: alice, at: noon) == .accepted)
    }

    @Test func `deletes a silent session at another one's poll, and not before`() {
        var room = room(alice, bob)
        _ = room.receive(.connect(id("c")), from: alice, at: noon)
        #expect(room.poll(bob, .all, from: nil, at: after(.milliseconds(9999))).news == [])
        // Nobody has looked, so the session is still there and its own call renews it.
        #expect(room.poll(alice, .all, from: nil, at: after(.seconds(15))).named == ["c"])
        #expect(room.open(bob, at: after(.seconds(24))) == .opened(bob))
        #expect(room.poll(bob, .all, from: nil, at: after(.seconds(25))).news == [.disconnect(id("c"))])
        #expect(room.poll(alice, .all, from: nil, at: after(.seconds(25))) == .unknownSession)
    }

    @Test func `sweeps what nobody looks for`() {
        var room = room(alice)
        room.advance(to: after(.seconds(299)))
        #expect(room.poll(alice, .all, from: nil, at: noon) != .unknownSession)
        room.advance(to: after(.seconds(300)))
        #expect(room.poll(alice, .all, from: nil, at: noon) == .unknownSession)
    }

    @Test func `answers 404 to who has no session, and OK to who ends one that is none`() {
        var room = room(alice)
        #expect(room.receive(.connect(id("c")), from: bob, at: noon) == .unknownSession)
        #expect(room.poll(bob, .offers, from: nil, at: noon) == .unknownSession)
        #expect(room.close(bob, at: noon) == .accepted)
        #expect(room.close(alice, at: noon) == .accepted)
        #expect(room.poll(alice, .all, from: nil, at: noon) == .unknownSession)
    }

    @Test func `bounds sessions, connections, candidates and bytes`() {
        var room = room(alice, bob)
        for number in 0..<32 { _ = room.receive(.connect(id("\(number)")), from: alice, at: noon) }
        #expect(room.receive(.connect(id("more")), from: alice, at: noon) == .refused)
        _ = room.receive(.offer(id("0"), sdp: "o"), from: alice, at: noon)
        for number in 0..<600 {
            _ = room.receive(.candidate(id("0"), candidate("\(number)")), from: alice, at: noon)
        }
        _ = room.receive(.answer(id("0"), sdp: "a"), from: bob, at: noon)
        let candidates = room.poll(bob, .candidates, from: nil, at: noon).news
        #expect(candidates.count == StockPolling.maximumItems)
        #expect(candidates.last == .candidate(id("0"), candidate("599")))
        let sdp = String(repeating: "x", count: 60000)
        var answers: Set<Int> = []
        for number in 2..<StockPolling.maximumSessions {
            #expect(room.open(ClientID("\(number)"), at: noon) == .opened(ClientID("\(number)")))
            answers.insert(
                room.receive(.offer(id("o"), sdp: sdp), from: ClientID("\(number)"), at: noon).status
            )
            answers.insert(
                room.receive(.offer(id("p"), sdp: sdp), from: ClientID("\(number)"), at: noon).status
            )
        }
        #expect(answers == [200, 503])
        #expect(room.open(carol, at: noon) == .full)
    }
}

@Suite("Default room over HTTP, private")
struct PrivateStockPollingTests {
    private func paired() -> StockPolling {
        var room = StockPolling(mode: .private)
        for client in [alice, bob, carol] { _ = room.open(client, at: noon) }
        #expect(
            room.receive(.connect(id("c")), from: alice, at: noon)
                == .connected(id("c"), polite: false, at: noon)
        )
        #expect(
            room.receive(.connect(id("c")), from: bob, at: noon)
                == .connected(id("c"), polite: true, at: noon)
        )
        return room
    }

    @Test func `makes the first impolite, the second polite, and refuses the third`() {
        var room = paired()
        #expect(room.receive(.connect(id("c")), from: carol, at: noon) == .refused)
    }

    @Test func `shows offers politely, answers and candidates, to the partner only`() {
        var room = paired()
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon)
        #expect(
            room.poll(bob, .offers, from: nil, at: noon).news == [.offer(id("c"), sdp: "o", polite: true)]
        )
        #expect(room.poll(alice, .offers, from: nil, at: noon).news == [])
        #expect(room.poll(carol, .all, from: nil, at: noon).news == [])
        _ = room.receive(.answer(id("c"), sdp: "a"), from: bob, at: noon)
        #expect(room.poll(alice, .answers, from: nil, at: noon).news == [.answer(id("c"), sdp: "a")])
        #expect(room.poll(bob, .answers, from: nil, at: noon).news == [])
        _ = room.receive(.candidate(id("c"), candidate("x")), from: bob, at: noon)
        #expect(
            room.poll(alice, .candidates, from: nil, at: noon).news == [.candidate(id("c"), candidate("x"))]
        )
    }

    @Test func `keeps no offer from before the partner has joined`() {
        var room = StockPolling(mode: .private)
        for client in [alice, bob] { _ = room.open(client, at: noon) }
        _ = room.receive(.connect(id("c")), from: alice, at: noon)
        #expect(room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon) == .accepted)
        _ = room.receive(.connect(id("c")), from: bob, at: noon)
        #expect(room.poll(bob, .all, from: nil, at: noon).news == [])
    }

    @Test func `tells both of a disconnect, and echoes the second one's own`() {
        var room = paired()
        _ = room.receive(.disconnect(id("c")), from: alice, at: noon)
        #expect(room.poll(alice, .all, from: nil, at: noon).news == [.disconnect(id("c"))])
        #expect(room.poll(bob, .all, from: nil, at: noon).news == [.disconnect(id("c"))])
        #expect(room.poll(carol, .all, from: nil, at: noon).news == [])
        let later = after(.seconds(1))
        #expect(room.receive(.disconnect(id("c")), from: bob, at: later) == .disconnected(id("c")))
        #expect(room.poll(bob, .all, from: later, at: later).news == [.disconnect(id("c"))])
        #expect(room.poll(alice, .all, from: later, at: later).news == [])
    }
}

@Suite("Default room")
struct DefaultRoomTests {
    @Test func `keeps the two transports apart`() {
        var room = DefaultRoom(mode: .public)
        #expect(room.sockets.join(alice) == true)
        _ = room.polling.open(bob, at: noon)
        #expect(room.sockets.receive(.offer(id("c"), sdp: "o"), from: alice) == [])
        #expect(room.polling.poll(bob, .all, from: nil, at: noon).news == [])
    }
}
