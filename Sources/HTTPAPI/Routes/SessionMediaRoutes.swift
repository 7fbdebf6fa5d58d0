import HTTPTypes
import Hummingbird
import PortholeCore

/// `/api/sessions/{sessionId}/media`: how a session's media does, for its owner, guardians and administrators.
struct SessionMediaRoutes {
    let sessions: Sessions
    let media: (any MediaControl)?
    let hub: SignalingHub
    let settings: HTTPSettings

    func add(to routes: Routes) {
        routes.on(.get, "/api/sessions/{sessionId}/media", find)
    }

    private func find(_ request: Request, _ context: APIContext) async throws -> Response {
        let id: SessionID = try context.id("sessionId")
        let (_, rights) = try await sessions.find(try context.caller(), id)
        // Who may share the session may know how it does; a mailed link only shows it.
        guard rights.contains(.ownLinks) else {
            throw DomainError.forbidden("A watch link does not show how media does")
        }
        let room = MediaRoomID(id.text)
        let statistics = await media?.statistics(of: room) ?? MediaRoomStatistics()
        let viewerIDs = await hub.viewerIDs(byMediaOf: id.text)
        return .json([
            "media_mode": .string(settings.mediaMode),
            "published": .bool(!statistics.tracks.isEmpty),
            "tracks": .array(statistics.tracks.map(\.json)),
            "viewers": .array(statistics.viewers.map { $0.json(id: viewerIDs[$0.resource]) }),
        ])
    }
}

extension MediaRoomStatistics.Track {
    fileprivate var json: JSONValue {
        [
            "kind": .string(kind),
            "codec": .string(codec),
            "packets": .number(packets),
            "bytes": .number(bytes),
            "lost": .number(lost),
            "recovered": .number(recovered),
            "bitrate": .number(bitrateBps),
            "frame_rate": .seconds(framesPerSecond),
            "key_frames": .number(keyFrames),
            "key_frame_requests": .number(keyFrameRequests),
            "jitter": .seconds(jitter),
        ]
    }
}

extension MediaRoomStatistics.Viewer {
    /// - Parameter id: Of the row in the session's viewers, if it is known.
    fileprivate func json(id: String?) -> JSONValue {
        [
            "viewer_id": .text(id),
            "transport": .string(transport),
            "packets": .number(packets),
            "retransmitted": .number(retransmitted),
            "dropped": .object(dropped.mapValues { .number($0) }),
            "fraction_lost": .seconds(fractionLost),
            "round_trip": .seconds(roundTrip),
            "video_paused": .bool(isVideoPaused),
        ]
    }
}
