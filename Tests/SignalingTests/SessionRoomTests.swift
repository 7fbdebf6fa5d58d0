import Testing

@testable import Signaling

@Suite("Session room: routing")
struct SessionRoomRoutingTests {
    private func room(host: Bool = true, viewers: ClientID...) -> SessionRoom {
        var room = SessionRoom()
        if host { #expect(room.join(unity, as: .host, over: .socket, at: noon) == .init()) }
        for viewer in viewers { #expect(room.join(viewer, as: .viewer, over: .socket, at: noon) == .init()) }
        return room
    }

    @Test func `plays Broadcast through: the page offers first, the host answers and offers media`() {
        var room = room(viewers: alice, bob)
        #expect(
            room.receive(.connect(id("c")), from: alice, at: noon) == [
                to(alice, .connect(id("c"), polite: true))
            ]
        )
        #expect(
            room.receive(.offer(id("c"), sdp: "data"), from: alice, at: noon)
                == [to(unity, .offer(id("c"), sdp: "data", polite: false))]
        )
        #expect(
            room.receive(.answer(id("c"), sdp: "yes"), from: unity, at: noon) == [
                to(alice, .answer(id("c"), sdp: "yes"))
            ]
        )
        #expect(
            room.receive(.offer(id("c"), sdp: "media"), from: unity, at: noon)
                == [to(alice, .offer(id("c"), sdp: "media", polite: false))]
        )
        #expect(
            room.receive(.answer(id("c"), sdp: "ok"), from: alice, at: noon) == [
                to(unity, .answer(id("c"), sdp: "ok"))
            ]
        )
        for (from, other) in [(alice, unity), (unity, alice)] {
            #expect(
                room.receive(.candidate(id("c"), candidate("x")), from: from, at: noon)
                    == [to(other, .candidate(id("c"), candidate("x")))]
            )
        }
    }

    @Test func `holds a viewer's candidates until the host can use them`() {
        var room = room(viewers: alice)
        _ = room.receive(.connect(id("c")), from: alice, at: noon)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon)
        #expect(room.receive(.candidate(id("c"), candidate("x")), from: alice, at: noon) == [])
        #expect(
            room.receive(.answer(id("c"), sdp: "a"), from: unity, at: noon)
                == [to(alice, .answer(id("c"), sdp: "a")), to(unity, .candidate(id("c"), candidate("x")))]
        )
    }

    @Test func `never lets one viewer touch another one's connection`() {
        var room = room(viewers: alice, bob)
        _ = room.receive(.connect(id("c")), from: alice, at: noon)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon)
        _ = room.receive(.answer(id("c"), sdp: "a"), from: unity, at: noon)
        #expect(room.receive(.connect(id("c")), from: bob, at: noon) == [to(bob, .alreadyUsed(id("c")))])
        #expect(room.receive(.offer(id("c"), sdp: "mine"), from: bob, at: noon) == [])
        #expect(room.receive(.answer(id("c"), sdp: "mine"), from: bob, at: noon) == [])
        #expect(room.receive(.candidate(id("c"), candidate("b")), from: bob, at: noon) == [])
        #expect(room.receive(.disconnect(id("c")), from: bob, at: noon) == [to(bob, .disconnect(id("c")))])
        #expect(
            room.receive(.offer(id("c"), sdp: "m"), from: unity, at: noon)
                == [to(alice, .offer(id("c"), sdp: "m", polite: false))]
        )
    }

    @Test func `forwards no empty candidate, of which Unity throws`() {
        var room = room(viewers: alice)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon)
        _ = room.receive(.answer(id("c"), sdp: "a"), from: unity, at: noon)
        #expect(room.receive(.candidate(id("c"), candidate("")), from: alice, at: noon) == [])
    }

    @Test func `gives an id that the host opened to the viewer that names the same`() {
        var room = room(viewers: alice, bob)
        #expect(
            room.receive(.connect(id("x")), from: unity, at: noon) == [
                to(unity, .connect(id("x"), polite: true))
            ]
        )
        #expect(room.receive(.offer(id("x"), sdp: "1"), from: unity, at: noon) == [])
        #expect(room.receive(.candidate(id("x"), candidate("h")), from: unity, at: noon) == [])
        #expect(room.receive(.offer(id("x"), sdp: "2"), from: unity, at: noon) == [])
        #expect(
            room.receive(.connect(id("x")), from: bob, at: noon) == [
                to(bob, .connect(id("x"), polite: true)),
                to(bob, .candidate(id("x"), candidate("h"))),
                to(bob, .offer(id("x"), sdp: "2", polite: false)),
            ]
        )
        #expect(
            room.receive(.answer(id("x"), sdp: "a"), from: bob, at: noon) == [
                to(unity, .answer(id("x"), sdp: "a"))
            ]
        )
    }

    @Test func `gives the host's offer to a viewer that was waiting with the same id`() {
        var room = room(viewers: alice)
        _ = room.receive(.connect(id("x")), from: alice, at: noon)
        _ = room.receive(.connect(id("x")), from: unity, at: noon)
        #expect(
            room.receive(.offer(id("x"), sdp: "m"), from: unity, at: noon)
                == [to(alice, .offer(id("x"), sdp: "m", polite: false))]
        )
    }

    @Test func `ends a connection from either side`() {
        var room = room(viewers: alice)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon)
        #expect(
            room.receive(.disconnect(id("c")), from: alice, at: noon)
                == [to(unity, .disconnect(id("c"))), to(alice, .disconnect(id("c")))]
        )
        _ = room.receive(.offer(id("d"), sdp: "o"), from: alice, at: noon)
        #expect(
            room.receive(.disconnect(id("d")), from: unity, at: noon)
                == [to(alice, .disconnect(id("d"))), to(unity, .disconnect(id("d")))]
        )
        #expect(room.receive(.answer(id("d"), sdp: "late"), from: unity, at: noon) == [])
    }

    @Test func `tells the host of each connection of a viewer that leaves`() {
        var room = room(viewers: alice, bob)
        for name in ["c", "d"] { _ = room.receive(.offer(id(name), sdp: "o"), from: alice, at: noon) }
        _ = room.receive(.connect(id("silent")), from: alice, at: noon)
        _ = room.receive(.offer(id("e"), sdp: "o"), from: bob, at: noon)
        #expect(
            room.leave(alice, at: noon) == [to(unity, .disconnect(id("c"))), to(unity, .disconnect(id("d")))]
        )
        #expect(room.viewers == [bob])
    }
}

@Suite("Session room: a host that goes and comes")
struct SessionRoomHostTests {
    @Test func `delivers on the host's coming what viewers have offered`() {
        var room = SessionRoom()
        _ = room.join(alice, as: .viewer, over: .socket, at: noon)
        _ = room.receive(.connect(id("c")), from: alice, at: noon)
        for sdp in ["1", "2"] {
            #expect(room.receive(.offer(id("c"), sdp: sdp), from: alice, at: noon) == [])
        }
        #expect(room.receive(.candidate(id("c"), candidate("x")), from: alice, at: noon) == [])
        #expect(
            room.join(unity, as: .host, over: .socket, at: noon)
                == .init(deliveries: [to(unity, .offer(id("c"), sdp: "2", polite: false))])
        )
    }

    @Test func `keeps connections while the host opens its socket again`() {
        var room = SessionRoom()
        _ = room.join(unity, as: .host, over: .socket, at: noon)
        _ = room.join(alice, as: .viewer, over: .socket, at: noon)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon)
        _ = room.receive(.answer(id("c"), sdp: "a"), from: unity, at: noon)
        #expect(room.leave(unity, at: noon) == [])
        #expect(room.host == nil)
        #expect(room.receive(.candidate(id("c"), candidate("x")), from: alice, at: noon) == [])
        let again = ClientID("unity again")
        #expect(
            room.join(again, as: .host, over: .socket, at: noon)
                == .init(deliveries: [to(again, .candidate(id("c"), candidate("x")))])
        )
        #expect(
            room.receive(.offer(id("c"), sdp: "m"), from: again, at: noon)
                == [to(alice, .offer(id("c"), sdp: "m", polite: false))]
        )
    }

    @Test func `replaces an older host by a newer one`() {
        var room = SessionRoom()
        _ = room.join(unity, as: .host, over: .socket, at: noon)
        _ = room.join(alice, as: .viewer, over: .socket, at: noon)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon)
        let newer = ClientID("newer")
        #expect(room.join(newer, as: .host, over: .socket, at: noon) == .init(replacedHost: unity))
        #expect(room.receive(.answer(id("c"), sdp: "old"), from: unity, at: noon) == [])
        #expect(room.leave(unity, at: noon) == [])
        #expect(room.host == newer)
        #expect(
            room.receive(.answer(id("c"), sdp: "new"), from: newer, at: noon)
                == [to(alice, .answer(id("c"), sdp: "new"))]
        )
    }

    @Test func `tells a host on its return of the viewers that have gone`() {
        var room = SessionRoom()
        _ = room.join(unity, as: .host, over: .socket, at: noon)
        _ = room.join(alice, as: .viewer, over: .socket, at: noon)
        _ = room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon)
        _ = room.leave(unity, at: noon)
        _ = room.receive(.offer(id("unheard"), sdp: "o"), from: alice, at: noon)
        #expect(room.leave(alice, at: noon) == [])
        #expect(
            room.join(unity, as: .host, over: .socket, at: noon)
                == .init(deliveries: [to(unity, .disconnect(id("c")))])
        )
    }
}

@Suite("Session room: polling")
struct SessionRoomPollingTests {
    private func post(_ message: ClientMessage, _ client: ClientID, _ room: inout SessionRoom) -> [Delivery] {
        let posted = room.post(message, from: client, at: noon)
        #expect(posted.answer.status == 200)
        return posted.deliveries
    }

    @Test func `joins a polling host and a viewer's socket`() {
        var room = SessionRoom()
        _ = room.join(unity, as: .host, over: .polling, at: noon)
        _ = room.join(alice, as: .viewer, over: .socket, at: noon)
        _ = room.receive(.connect(id("c")), from: alice, at: noon)
        #expect(room.receive(.offer(id("c"), sdp: "o"), from: alice, at: noon) == [])
        #expect(room.receive(.candidate(id("c"), candidate("x")), from: alice, at: noon) == [])
        let first = room.poll(unity, .all, from: nil, at: after(.seconds(1)))
        #expect(first.news == [.offer(id("c"), sdp: "o", polite: false)])
        #expect(post(.answer(id("c"), sdp: "a"), unity, &room) == [to(alice, .answer(id("c"), sdp: "a"))])
        let second = room.poll(unity, .all, from: after(.seconds(1)), at: after(.seconds(6)))
        #expect(second.news == [.candidate(id("c"), candidate("x"))])
        #expect(second.named == ["c"])
    }

    @Test func `joins a socket host and a polling viewer`() {
        var room = SessionRoom()
        _ = room.join(unity, as: .host, over: .socket, at: noon)
        _ = room.join(bob, as: .viewer, over: .polling, at: noon)
        #expect(
            room.post(.connect(id("c")), from: bob, at: noon).answer
                == .connected(id("c"), polite: true, at: noon)
        )
        #expect(
            post(.offer(id("c"), sdp: "o"), bob, &room) == [
                to(unity, .offer(id("c"), sdp: "o", polite: false))
            ]
        )
        #expect(room.receive(.answer(id("c"), sdp: "a"), from: unity, at: noon) == [])
        let poll = room.poll(bob, .all, from: nil, at: noon)
        #expect(poll.news == [.answer(id("c"), sdp: "a")])
        #expect(poll.named == ["c"])
        #expect(post(.disconnect(id("c")), bob, &room) == [to(unity, .disconnect(id("c")))])
        #expect(room.poll(bob, .all, from: nil, at: noon).news == [.disconnect(id("c"))])
    }

    @Test func `refuses an id that is another viewer's, and who has no session`() {
        var room = SessionRoom()
        _ = room.join(alice, as: .viewer, over: .polling, at: noon)
        _ = room.join(bob, as: .viewer, over: .polling, at: noon)
        _ = room.post(.connect(id("c")), from: alice, at: noon)
        #expect(room.post(.connect(id("c")), from: bob, at: noon).answer == .refused)
        #expect(room.post(.connect(id("c")), from: carol, at: noon).answer == .unknownSession)
        #expect(room.poll(carol, .all, from: nil, at: noon) == .unknownSession)
    }

    @Test func `loses nothing to a client whose clock is ahead, or to our clock set back`() {
        var room = SessionRoom()
        _ = room.join(unity, as: .host, over: .socket, at: noon)
        _ = room.join(bob, as: .viewer, over: .polling, at: noon)
        _ = room.post(.offer(id("c"), sdp: "o"), from: bob, at: noon)
        let ahead = after(.seconds(3600))
        _ = room.receive(.answer(id("c"), sdp: "a"), from: unity, at: noon)
        #expect(
            room.poll(bob, .all, from: ahead, at: after(.seconds(1))).news == [.answer(id("c"), sdp: "a")]
        )
        _ = room.receive(.offer(id("c"), sdp: "m"), from: unity, at: noon)
        let offer = ServerMessage.offer(id("c"), sdp: "m", polite: false)
        #expect(room.poll(bob, .all, from: ahead, at: after(.seconds(2))).news == [offer])
        #expect(room.poll(bob, .all, from: ahead, at: after(.seconds(3))).news == [])
    }

    @Test func `lets a client go that has not polled for 15 s`() {
        var room = SessionRoom()
        _ = room.join(unity, as: .host, over: .socket, at: noon)
        _ = room.join(bob, as: .viewer, over: .polling, at: noon)
        _ = room.post(.offer(id("c"), sdp: "o"), from: bob, at: noon)
        #expect(room.advance(to: after(.milliseconds(14999))) == .init())
        #expect(
            room.advance(to: after(.seconds(15)))
                == .init(departed: [bob], deliveries: [to(unity, .disconnect(id("c")))])
        )
        #expect(room.poll(bob, .all, from: nil, at: after(.seconds(15))) == .unknownSession)
    }
}

@Suite("Session room: bounds")
struct SessionRoomBoundsTests {
    @Test func `lets 64 viewers in, and a host besides`() {
        var room = SessionRoom()
        for number in 0..<64 {
            #expect(room.join(ClientID("\(number)"), as: .viewer, over: .socket, at: noon) != nil)
        }
        #expect(room.join(alice, as: .viewer, over: .socket, at: noon) == nil)
        #expect(room.join(unity, as: .host, over: .socket, at: noon) != nil)
        #expect(room.join(alice, as: .viewer, over: .socket, at: noon) == nil)
    }

    @Test func `gives a viewer 32 connections, and the host as many that nobody has taken`() {
        var room = SessionRoom()
        _ = room.join(unity, as: .host, over: .socket, at: noon)
        _ = room.join(alice, as: .viewer, over: .socket, at: noon)
        for number in 0..<32 { _ = room.receive(.connect(id("v\(number)")), from: alice, at: noon) }
        #expect(
            room.receive(.connect(id("more")), from: alice, at: noon)
                == [to(alice, .error("more: Too many connections."))]
        )
        #expect(room.receive(.offer(id("more"), sdp: "o"), from: alice, at: noon) == [])
        for number in 0..<32 { _ = room.receive(.offer(id("h\(number)"), sdp: "o"), from: unity, at: noon) }
        #expect(
            room.receive(.connect(id("more")), from: unity, at: noon)
                == [to(unity, .error("more: Too many connections."))]
        )
    }

    @Test func `holds 64 messages for one end of a connection and 4 MiB for all`() {
        var room = SessionRoom()
        _ = room.join(alice, as: .viewer, over: .socket, at: noon)
        _ = room.receive(.connect(id("c")), from: alice, at: noon)
        for number in 0..<100 {
            _ = room.receive(.candidate(id("c"), candidate("\(number)")), from: alice, at: noon)
        }
        #expect(room.connections[id("c")]?.heldForHost.count == 64)
        let sdp = String(repeating: "x", count: 60000)
        for viewer in 0..<10 {
            let viewer = ClientID("\(viewer)")
            _ = room.join(viewer, as: .viewer, over: .socket, at: noon)
            for number in 0..<20 {
                _ = room.receive(.offer(id("\(viewer.rawValue)-\(number)"), sdp: sdp), from: viewer, at: noon)
            }
        }
        let offers = room.join(unity, as: .host, over: .socket, at: noon)?.deliveries.count ?? 0
        #expect(offers > 50)
        #expect(offers * 60000 <= SessionRoom.maximumHeldBytes)
    }

    @Test func `keeps 256 farewells for an absent host, newest kept`() {
        var room = SessionRoom()
        _ = room.join(unity, as: .host, over: .socket, at: noon)
        let viewers = (0..<10).map { ClientID("\($0)") }
        for viewer in viewers {
            _ = room.join(viewer, as: .viewer, over: .socket, at: noon)
            for number in 0..<30 {
                _ = room.receive(.offer(id("\(viewer.rawValue)-\(number)"), sdp: "o"), from: viewer, at: noon)
            }
        }
        _ = room.leave(unity, at: noon)
        for viewer in viewers { #expect(room.leave(viewer, at: noon) == []) }
        let farewells = room.join(unity, as: .host, over: .socket, at: noon)?.deliveries ?? []
        #expect(farewells.count == 256)
        #expect(farewells.last == to(unity, .disconnect(id("9-9"))))
    }

    @Test func `keeps a mailbox at 256 messages and 1 MiB, newest kept`() {
        var mailbox = Mailbox()
        for number in 0..<300 { mailbox.append(.candidate(id("c"), candidate("\(number)")), at: noon) }
        let candidates = mailbox.peek(from: nil)
        #expect(candidates.count == 256)
        #expect(candidates.last?.message == .candidate(id("c"), candidate("299")))
        let sdp = String(repeating: "x", count: 60000)
        for number in 0..<40 { mailbox.append(.offer(id("\(number)"), sdp: sdp, polite: false), at: noon) }
        #expect(mailbox.peek(from: nil).count == Mailbox.maximumBytes / (60000 + ConnectionID.maximumLength))
    }

    @Test func `forgets in a mailbox all of a connection that is over`() {
        var mailbox = Mailbox()
        mailbox.append(.offer(id("c"), sdp: "o", polite: false), at: noon)
        mailbox.append(.candidate(id("c"), candidate("x")), at: noon)
        mailbox.append(.disconnect(id("c")), at: noon)
        #expect(mailbox.read(from: nil, at: noon).map(\.message) == [.disconnect(id("c"))])
    }
}
