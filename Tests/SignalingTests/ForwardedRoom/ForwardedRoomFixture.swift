@testable import Signaling

/// A forwarded room whose ids are `i1`, `i2` and so on, as whoever drives it would give them.
struct Forwarding {
    var room = ForwardedRoom(maximumViewers: 200)
    private var ids = 0

    /// Lets a client in.
    mutating func join(
        _ client: ClientID,
        as role: SessionRoom.Role,
        over transport: SessionRoom.Transport = .socket,
        at now: Timestamp = noon
    ) -> [Delivery]? {
        guard let arrival = room.join(client, as: role, over: transport, at: now) else { return nil }
        return arrival.deliveries + begin(at: now)
    }

    mutating func say(_ message: ClientMessage, from client: ClientID, at now: Timestamp = noon) -> [Delivery]
    {
        room.receive(message, from: client, at: now) + begin(at: now)
    }

    mutating func leave(_ client: ClientID, at now: Timestamp = noon) -> [Delivery] {
        room.leave(client, at: now) + begin(at: now)
    }

    mutating func advance(to now: Timestamp) -> [Delivery] {
        room.advance(to: now).deliveries + begin(at: now)
    }

    mutating func reply(
        _ outcome: MediaOutcome,
        to request: MediaRequest,
        at now: Timestamp = noon
    ) -> [Delivery] {
        room.replied(outcome, to: request, at: now) + begin(at: now)
    }

    mutating func published(_ handle: String, at now: Timestamp = noon) -> [Delivery] {
        room.published(MediaHandle(handle), at: now) + begin(at: now)
    }

    mutating func unpublished(_ handle: String, at now: Timestamp = noon) -> [Delivery] {
        room.unpublished(MediaHandle(handle), at: now) + begin(at: now)
    }

    /// What is asked of the media plane since the last call.
    mutating func requests() -> [MediaRequest] { room.takeRequests() }

    /// Gives the next attempt its id.
    mutating func begin(at now: Timestamp) -> [Delivery] {
        guard room.needsIngestID else { return [] }
        ids += 1
        return room.beginIngest(id("i\(ids)"), at: now)
    }

    /// A host whose media arrives, as `i1` over the connection `r1`.
    static func running() -> Forwarding {
        var forwarding = Forwarding()
        _ = forwarding.join(unity, as: .host)
        _ = forwarding.reply(.described("empty"), to: MediaRequest(.ingest, id("i1"), .emptyOffer))
        _ = forwarding.say(.offer(id("i1"), sdp: "media"), from: unity)
        let opened = MediaOutcome.opened(MediaHandle("r1"), sdp: "yes")
        _ = forwarding.reply(opened, to: MediaRequest(.ingest, id("i1"), .open(offer: "media")))
        _ = forwarding.published("r1")
        _ = forwarding.requests()
        return forwarding
    }
}

func ingest(_ name: String, _ call: MediaRequest.Call) -> MediaRequest {
    MediaRequest(.ingest, id(name), call)
}

func page(_ client: ClientID, _ name: String, _ call: MediaRequest.Call) -> MediaRequest {
    MediaRequest(.page(client), id(name), call)
}
