import Foundation
import PortholeCore
import Testing

@testable import HTTPAPI
@testable import Signaling

@Suite("Signaling hub: sockets")
struct SignalingHubSocketTests {
    @Test func `joins a host and a viewer`() async throws {
        let fixture = HubFixture()
        let unity = await fixture.connect("unity", HubFixture.host)
        let page = await fixture.connect("page", HubFixture.viewer("mum"))
        await fixture.offer("c", "page", page)
        #expect(try page.takeTypes() == ["connect"])
        #expect(try unity.takeTypes() == ["offer"])
        await fixture.say(#"{"type":"answer","data":{"connectionId":"c","sdp":"a"}}"#, "unity", unity)
        #expect(try page.takeTypes() == ["answer"])
        await fixture.hub.leave(ClientID("page"))
        #expect(try unity.takeTypes() == ["disconnect"])
    }

    @Test func `keeps the default room and sessions apart`() async throws {
        let fixture = HubFixture()
        let unity = await fixture.connect("unity", HubFixture.host)
        let stranger = await fixture.connect("stranger", .anonymous)
        let other = await fixture.connect("other", .anonymous)
        await fixture.offer("c", "stranger", stranger)
        #expect(try other.takeTypes() == ["offer"])
        #expect(unity.take() == [])
        #expect(await fixture.tellDomain() == ["host connected to s"])
    }

    @Test func `keeps what a socket says before it knows its session`() async throws {
        let fixture = HubFixture()
        let page = FakeSocket()
        await fixture.hub.wait(ClientID("page"), page)
        await fixture.offer("c", "page", page)
        #expect(page.take() == [])
        let unity = await fixture.connect("unity", HubFixture.host)
        await fixture.hub.admit(
            ClientID("page"),
            HubFixture.viewer("mum"),
            subprotocol: nil,
            recording: false
        )
        #expect(try page.takeTypes() == ["connect"])
        #expect(try unity.takeTypes() == ["offer"])
    }

    @Test func `turns away who finds no session, and nobody that has gone meanwhile`() async {
        let fixture = HubFixture()
        #expect(await fixture.connect("page", nil).take() == [.closed(1008, "Access ended")])
        let gone = FakeSocket()
        await fixture.hub.wait(ClientID("gone"), gone)
        await fixture.hub.leave(ClientID("gone"))
        await fixture.hub.admit(
            ClientID("gone"),
            HubFixture.viewer("mum"),
            subprotocol: nil,
            recording: false
        )
        #expect(await fixture.tellDomain() == [])
    }

    @Test func `answers what is no message and ignores what it does not know`() async throws {
        let fixture = HubFixture()
        let page = await fixture.connect("page", HubFixture.viewer("mum"))
        await fixture.say("{", "page", page)
        await fixture.say(#"{"type":"hello"}"#, "page", page)
        #expect(page.take() == [.sent(#"{"message":"Malformed message.","type":"error"}"#)])
    }

    @Test func `closes the socket of a host that is replaced, and keeps its going to itself`() async {
        let fixture = HubFixture()
        let old = await fixture.connect("old", HubFixture.host)
        _ = await fixture.connect("new", HubFixture.host)
        #expect(old.take() == [.closed(1008, "Replaced by a newer host")])
        await fixture.hub.leave(ClientID("old"))
        #expect(await fixture.hub.presence("s").isHostConnected)
        #expect(await fixture.tellDomain() == ["host connected to s"])
    }

    @Test func `lets 64 viewers in`() async {
        let fixture = HubFixture()
        for number in 0..<64 { _ = await fixture.connect("\(number)", HubFixture.viewer("\(number)")) }
        #expect(
            await fixture.connect("more", HubFixture.viewer("more")).take() == [.closed(1013, "Room is full")]
        )
    }

    @Test func `tells the domain in order, and of a person once`() async {
        let fixture = HubFixture()
        _ = await fixture.connect("unity", HubFixture.host)
        _ = await fixture.connect("tab 1", HubFixture.viewer("mum"))
        _ = await fixture.connect("tab 2", HubFixture.viewer("mum"))
        await fixture.hub.leave(ClientID("tab 1"))
        await fixture.hub.leave(ClientID("unity"))
        await fixture.hub.leave(ClientID("tab 2"))
        _ = await fixture.connect("tab 3", HubFixture.viewer("mum"))
        let heard = await fixture.tellDomain()
        #expect(
            heard == [
                "host connected to s", "mum joined s as v1", "host of s lost", "v1 left s",
                "mum joined s as v2",
            ]
        )
    }
}

@Suite("Signaling hub: ends of access")
struct SignalingHubAccessTests {
    @Test func `cuts a revoked link at once, its media too`() async throws {
        let fixture = HubFixture()
        let unity = await fixture.connect("unity", HubFixture.host)
        let mum = await fixture.connect("mum", HubFixture.viewer("mum", link: "l1"))
        let dad = await fixture.connect("dad", HubFixture.viewer("dad", link: "l2"))
        await fixture.offer("c", "mum", mum)
        await fixture.offer("d", "dad", dad)
        for socket in [unity, mum, dad] { _ = socket.take() }
        await fixture.hub.cut(grantID: "l1")
        #expect(
            mum.take() == [
                .sent(#"{"connectionId":"c","type":"disconnect"}"#), .closed(1008, "Access ended"),
            ]
        )
        #expect(unity.take() == [.sent(#"{"connectionId":"c","type":"disconnect"}"#)])
        #expect(dad.take() == [])
        await fixture.offer("e", "mum", mum)
        #expect(mum.take() == [])
        #expect(unity.take() == [])
    }

    @Test func `cuts a person, but not as the host of the session`() async {
        let fixture = HubFixture()
        let unity = await fixture.connect("unity", HubFixture.host)
        let owner = await fixture.connect("owner", HubFixture.viewer("child"))
        await fixture.hub.cut(sessionID: "s", principalID: "child")
        #expect(owner.take() == [.closed(1008, "Access ended")])
        #expect(unity.take() == [])
    }

    @Test func `cuts access that runs out, at the next tick`() async {
        let fixture = HubFixture()
        let expiry = fixture.clock.now.addingTimeInterval(60)
        let mum = await fixture.connect("mum", HubFixture.viewer("mum", expiresAt: expiry))
        fixture.clock.advance(by: 59)
        await fixture.hub.tick()
        #expect(mum.take() == [])
        fixture.clock.advance(by: 1)
        await fixture.hub.tick()
        #expect(mum.take() == [.closed(1008, "Access ended")])
        let late = await fixture.connect("late", HubFixture.viewer("late", expiresAt: expiry))
        #expect(late.take() == [.closed(1008, "Access ended")])
    }

    @Test func `ends a session for everybody and for good`() async throws {
        let fixture = HubFixture()
        let unity = await fixture.connect("unity", HubFixture.host)
        let mum = await fixture.connect(
            "mum",
            HubFixture.viewer("mum"),
            subprotocol: SignalingHub.subprotocol
        )
        await fixture.offer("c", "mum", mum)
        _ = unity.take()
        _ = mum.take()
        await fixture.hub.endSession("s")
        #expect(
            unity.take() == [
                .sent(#"{"connectionId":"c","type":"disconnect"}"#), .closed(1000, "Session ended"),
            ]
        )
        #expect(try mum.takeTypes() == ["session", "disconnect", "closed"])
        #expect(await fixture.hub.presence("s").state == .ended)
        #expect(
            await fixture.connect("late", HubFixture.viewer("late")).take() == [
                .closed(1000, "Session ended")
            ]
        )
        #expect(await fixture.hub.openPolling(HubFixture.viewer("late")) == .unknownSession)
        await fixture.hub.setState("s", .live)
        #expect(await fixture.hub.presence("s").state == .ended)
        let heard = await fixture.tellDomain()
        #expect(heard == ["host connected to s", "mum joined s as v1", "v1 left s", "host of s lost"])
    }
}

@Suite("Signaling hub: polling")
struct SignalingHubPollingTests {
    private func open(_ fixture: HubFixture, _ grant: SignalingGrant) async -> String? {
        guard case .opened(let client) = await fixture.hub.openPolling(grant, wantsToRecord: true) else {
            return nil
        }
        return client.rawValue
    }

    private func body(_ json: String) -> [UInt8] { Array(json.utf8) }

    @Test func `joins a polling viewer and a socket`() async throws {
        let fixture = HubFixture()
        let mum = HubFixture.viewer("mum")
        let unity = await fixture.connect("unity", HubFixture.host)
        let session = try #require(await open(fixture, mum))
        let connected = await fixture.hub.post(
            session,
            .connect,
            body: body(#"{"connectionId":"c"}"#),
            as: mum
        )
        #expect(connected.status == 200)
        let offer = body(#"{"connectionId":"c","sdp":"o"}"#)
        #expect(await fixture.hub.post(session, .offer, body: offer, as: mum) == .accepted)
        #expect(try unity.takeTypes() == ["offer"])
        await fixture.say(#"{"type":"answer","data":{"connectionId":"c","sdp":"a"}}"#, "unity", unity)
        let poll = await fixture.hub.poll(session, .answers, fromTime: nil, as: mum)
        guard case .json(let json) = poll.body else { return #expect(poll.status == 200) }
        #expect(json.contains(#""sdp":"a""#))
        #expect(await fixture.hub.closePolling(session, as: mum) == .accepted)
        #expect(try unity.takeTypes() == ["disconnect"])
    }

    @Test func `knows a polling session only from who opened it`() async throws {
        let fixture = HubFixture()
        let session = try #require(await open(fixture, HubFixture.viewer("mum")))
        var foreign = HubFixture.viewer("mum")
        foreign.sessionID = "t"
        for stranger in [HubFixture.viewer("dad"), HubFixture.host, foreign, .anonymous] {
            #expect(await fixture.hub.poll(session, .all, fromTime: nil, as: stranger) == .unknownSession)
            let connect = body(#"{"connectionId":"c"}"#)
            #expect(await fixture.hub.post(session, .connect, body: connect, as: stranger) == .unknownSession)
            #expect(await fixture.hub.closePolling(session, as: stranger) == .accepted)
        }
        #expect(
            await fixture.hub.poll(nil, .all, fromTime: nil, as: HubFixture.viewer("mum")) == .unknownSession
        )
        #expect(
            await fixture.hub.poll(session, .all, fromTime: nil, as: HubFixture.viewer("mum")).status == 200
        )
    }

    @Test func `refuses bodies that are no message`() async throws {
        let fixture = HubFixture()
        let mum = HubFixture.viewer("mum")
        let session = try #require(await open(fixture, mum))
        #expect(await fixture.hub.post(session, .connect, body: [], as: mum) == .refused)
        let anonymous = try #require(await open(fixture, .anonymous))
        #expect(await fixture.hub.post(anonymous, .connect, body: body("{}"), as: .anonymous) == .refused)
        let connect = body(#"{"connectionId":"c"}"#)
        #expect(await fixture.hub.post(anonymous, .connect, body: connect, as: .anonymous).status == 200)
    }

    @Test func `answers 404 to who is cut or too silent`() async throws {
        let fixture = HubFixture()
        let mum = HubFixture.viewer("mum", link: "l")
        let session = try #require(await open(fixture, mum))
        await fixture.hub.cut(grantID: "l")
        #expect(await fixture.hub.poll(session, .all, fromTime: nil, as: mum) == .unknownSession)
        let dad = HubFixture.viewer("dad")
        let silent = try #require(await open(fixture, dad))
        fixture.clock.advance(by: 15)
        await fixture.hub.tick()
        #expect(await fixture.hub.poll(silent, .all, fromTime: nil, as: dad) == .unknownSession)
        #expect(
            await fixture.tellDomain() == [
                "mum joined s as v1", "v1 left s", "dad joined s as v2", "v2 left s",
            ]
        )
    }

    @Test func `says whether the asking client is the recorder`() async throws {
        let fixture = HubFixture()
        let mum = try #require(await open(fixture, HubFixture.viewer("mum", mayRecord: true)))
        let dad = try #require(await open(fixture, HubFixture.viewer("dad", mayRecord: true)))
        #expect(await fixture.hub.isRecorder(mum, in: "s"))
        #expect(await !fixture.hub.isRecorder(dad, in: "s"))
        #expect(await fixture.hub.presence("s").recorderPrincipalID == "mum")
    }
}

@Suite("Signaling hub: page events")
struct SignalingHubPresenceTests {
    @Test func `tells pages of the subprotocol, and only them, what changes`() async throws {
        let fixture = HubFixture()
        let stock = await fixture.connect("stock", HubFixture.viewer("dad"))
        let page = await fixture.connect(
            "page",
            HubFixture.viewer("mum"),
            subprotocol: SignalingHub.subprotocol
        )
        let waiting = #"{"recorder":false,"recording":false,"state":"waiting","type":"session","viewers":[]}"#
        #expect(page.take() == [.sent(waiting)])
        let unity = await fixture.connect("unity", HubFixture.host)
        #expect(page.take() == [.sent(waiting.replacing("waiting", with: "live"))])
        await fixture.hub.leave(ClientID("unity"))
        #expect(page.take() == [.sent(waiting.replacing("waiting", with: "interrupted"))])
        await fixture.hub.setState("s", .interrupted)
        #expect(page.take() == [])
        _ = await fixture.tellDomain()
        let time = "2023-11-14T22:13:20Z"
        let dad = #"{"id":"v1","joined_at":"\#(time)","name":"dad","you":false}"#
        let mum = #"{"id":"v2","joined_at":"\#(time)","name":"mum","you":true}"#
        let last =
            #"{"recorder":false,"recording":false,"state":"interrupted","type":"session","viewers":[\#(dad),\#(mum)]}"#
        #expect(page.take().last == .sent(last))
        #expect(stock.take() == [])
        #expect(unity.take() == [])
    }

    @Test func `tells the headset and the pages whether the server records`() async throws {
        let fixture = HubFixture()
        let (session, other) = (SessionID(), SessionID())
        func come(_ name: String, _ grant: SignalingGrant) async -> FakeSocket {
            await fixture.connect(name, grant, subprotocol: SignalingHub.subprotocol)
        }
        let headset = await come(
            "headset",
            SignalingGrant(sessionID: session.text, role: .host, principalID: "child")
        )
        let page = await come(
            "page",
            SignalingGrant(sessionID: session.text, role: .viewer, principalID: "mum")
        )
        func says(_ socket: FakeSocket) -> Bool? {
            guard case .sent(let text) = socket.take().last else { return nil }
            return text.contains(#""recording":true"#)
        }
        _ = (says(headset), says(page))
        await fixture.hub.setRecording(true, of: session)
        #expect(says(headset) == true && says(page) == true)
        #expect(await fixture.hub.presence(session.text).isRecorded)
        #expect(await !fixture.hub.presence(other.text).isRecorded)
        await fixture.hub.setRecording(true, of: session)
        #expect(says(headset) == nil)
        await fixture.hub.setRecording(false, of: session)
        #expect(says(headset) == false && says(page) == false)
        // Also when all had gone for long, and the headset comes back into the same recording.
        await fixture.hub.setRecording(true, of: session)
        for client in ["headset", "page"] { await fixture.hub.leave(ClientID(client)) }
        fixture.clock.advance(by: SignalingHub.emptyRoomTime * 2)
        await fixture.hub.tick()
        #expect(await fixture.hub.presence(session.text).isRecorded)
        await fixture.hub.end(session)
        await fixture.hub.setRecording(true, of: session)
        #expect(await !fixture.hub.presence(session.text).isRecorded)
    }

    @Test func `elects one recorder among those that may and want to`() async throws {
        let fixture = HubFixture()
        func join(_ name: String, mayRecord: Bool = true, wantsToRecord: Bool = true) async -> FakeSocket {
            await fixture.connect(
                name,
                HubFixture.viewer(name, mayRecord: mayRecord),
                subprotocol: SignalingHub.subprotocol,
                wantsToRecord: wantsToRecord
            )
        }
        func isRecorder(_ socket: FakeSocket) -> Bool {
            guard case .sent(let text) = socket.take().last else { return false }
            return text.contains(#""recorder":true"#)
        }
        #expect(await !isRecorder(join("no right", mayRecord: false)))
        #expect(await !isRecorder(join("no wish", wantsToRecord: false)))
        #expect(await isRecorder(join("first")))
        let second = await join("second")
        #expect(!isRecorder(second))
        await fixture.hub.leave(ClientID("first"))
        fixture.clock.advance(by: 4)
        await fixture.hub.tick()
        #expect(!isRecorder(second))
        fixture.clock.advance(by: 1)
        await fixture.hub.tick()
        #expect(isRecorder(second))
    }

    @Test func `drops a room of nobody after an hour, and with it what is held`() async {
        let fixture = HubFixture()
        _ = await fixture.connect("unity", HubFixture.host)
        await fixture.hub.leave(ClientID("unity"))
        fixture.clock.advance(by: 3599)
        await fixture.hub.tick()
        #expect(await fixture.hub.presence("s").state == .interrupted)
        fixture.clock.advance(by: 1)
        await fixture.hub.tick()
        #expect(await fixture.hub.presence("s").state == .waiting)
    }
}
