import HTTPTypes
import PortholeCore

extension Session {
    /// The session as the API shows it.
    var json: JSONValue {
        [
            "id": .string(id.text),
            "user_id": .string(userID.text),
            "connection_id": .string(connectionID),
            "room_name": .string(roomName),
            "started_at": .time(startedAt),
            "ended_at": .time(endedAt),
            "status": .string(status.rawValue),
            "metadata": .object(metadata),
            "player_name": .text(playerName),
            "last_seen_at": .time(lastSeenAt),
            "created_at": .time(createdAt),
            "updated_at": .time(updatedAt),
        ]
    }
}

extension Sessions.Overview {
    /// The session with its state and counts.
    var json: JSONValue {
        session.json.merging([
            "state": .string(state.rawValue),
            "duration": .number(session.durationSeconds),
            "active_viewers": .number(activeViewers),
            "recording_count": .number(recordings),
        ])
    }

    /// The short form of `GET /api/sessions/active`.
    var activeJSON: JSONValue {
        [
            "id": .string(session.id.text),
            "user_id": .string(session.userID.text),
            "player_name": .text(session.playerName),
            "room_name": .string(session.roomName),
            "started_at": .time(session.startedAt),
            "status": .string(session.status.rawValue),
            "state": .string(state.rawValue),
            "active_viewers": .number(activeViewers),
            // Live pictures need the server's own media plane.
            "thumbnail_url": .null,
        ]
    }
}

extension Viewer {
    /// The viewer as the API shows it.
    var json: JSONValue {
        [
            "id": .string(id.text),
            "session_id": .string(sessionID.text),
            "user_id": .string(userID),
            "name": .text(name),
            "joined_at": .time(joinedAt),
            "left_at": .time(leftAt),
            "created_at": .time(createdAt),
        ]
    }
}

extension ICEServer {
    /// The server as browsers take it (W3C `RTCIceServer`).
    var json: JSONValue {
        var object: [String: JSONValue] = ["urls": .array(urls.map(JSONValue.string))]
        if let username { object["username"] = .string(username) }
        if let credential { object["credential"] = .string(credential) }
        return .object(object)
    }
}
