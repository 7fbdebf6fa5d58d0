import Foundation
import PortholeCore
import TestSupport
import Testing

@testable import HTTPAPI
@testable import Signaling

/// A hub whose sessions go through a media plane that a test plays.
struct MediaHubFixture {
    static let session = SessionID()
    static let room = MediaRoomID(session.text)

    let media = FakeMediaControl()
    let events = FakeEvents()
    let clock = FakeClock()
    let hub: SignalingHub

    private init() {
        hub = SignalingHub(
            mode: .public,
            events: events,
            forwarding: .init(media: media, maximumViewers: 200),
            now: { [clock] in clock.now }
        )
    }

    /// Runs a test while hub and media plane talk to each other.
    static func run(_ test: (MediaHubFixture) async throws -> Void) async throws {
        let fixture = MediaHubFixture()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await fixture.hub.serveOrders(fixture.media) }
            group.addTask { await fixture.hub.hear(fixture.media) }
            defer {
                fixture.hub.orders.finish()
                group.cancelAll()
            }
            try await fixture.until("the hub listens") { fixture.media.listenerCount > 0 }
            try await test(fixture)
        }
    }

    /// Waits for something that follows from what was done.
    func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try await !isSo() {
            guard ContinuousClock.now < deadline else { throw NeverHappened(what: what) }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    struct NeverHappened: Error { let what: String }

    /// Waits for the orders that the media plane gets.
    func orders(_ count: Int) async throws -> [FakeMediaControl.Order] {
        var orders: [FakeMediaControl.Order] = []
        try await until("\(count) orders") {
            orders += media.takeOrders()
            return orders.count >= count
        }
        return orders
    }

    // MARK: Who is there

    static let host = SignalingGrant(sessionID: session.text, role: .host, principalID: "child")

    static func viewer(
        _ name: String,
        link: WatchLinkID? = nil,
        expiresAt: Date? = nil
    ) -> SignalingGrant {
        SignalingGrant(
            sessionID: session.text,
            role: .viewer,
            principalID: name,
            grantID: link?.text,
            expiresAt: expiresAt,
            displayName: name
        )
    }

    func connect(_ name: String, _ grant: SignalingGrant, subprotocol: String? = nil) async -> FakeSocket {
        let socket = FakeSocket()
        await hub.wait(ClientID(name), socket)
        await hub.admit(ClientID(name), grant, subprotocol: subprotocol, recording: false)
        return socket
    }

    func say(_ type: String, _ id: String, sdp: String? = nil, _ name: String, _ socket: FakeSocket) async {
        let data = sdp.map { #","data":{"connectionId":"\#(id)","sdp":"\#($0)"}"# } ?? ""
        await hub.receive(
            #"{"type":"\#(type)","connectionId":"\#(id)"\#(data)}"#,
            from: ClientID(name),
            socket
        )
    }

    /// A connection by WHIP or WHEP, as the routes open it.
    func open(_ grant: SignalingGrant) async throws -> MediaResourceID {
        let description = try await media.open(MediaGrant(grant, in: Self.session), offer: "o")
        #expect(await hub.opened(description.resource, by: grant))
        _ = media.takeOrders()
        return description.resource
    }

    /// The next message of a type that a socket gets: the connection's id and the description.
    func next(_ type: String, _ socket: FakeSocket) async throws -> (id: String, sdp: String) {
        var found: (String, String)?
        try await until("\(type) arrives") {
            let taken = socket.take()
            for (index, output) in taken.enumerated() {
                guard case .sent(let text) = output else { continue }
                let message = try JSONDecoder().decode(Signaling.JSONValue.self, from: Data(text.utf8))
                guard message["type"]?.stringValue == type else { continue }
                let id = message["from"]?.stringValue ?? message["connectionId"]?.stringValue ?? ""
                found = (id, message["data"]?["sdp"]?.stringValue ?? "")
                socket.putBack(taken[(index + 1)...])
                break
            }
            return found != nil
        }
        return try #require(found)
    }

    var presence: SessionPresence { get async { await hub.presence(Self.session.text) } }

    /// What the domain hears of; nothing more can be told to it then.
    func tellDomain() async -> [String] {
        hub.queue.finish()
        await hub.tellDomain()
        return await events.heard.map { $0.replacing(Self.session.text, with: "s") }
    }
}

extension Signaling.JSONValue {
    fileprivate subscript(name: String) -> Signaling.JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }
}
