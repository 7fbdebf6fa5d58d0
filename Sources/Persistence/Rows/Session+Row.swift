import PortholeCore

extension Session {
    static let table = "sessions"

    init(row: RowReader) throws {
        self.init(
            id: try row.id("id"),
            userID: try row.userID("user_id"),
            connectionID: try row.value("connection_id"),
            roomName: try row.value("room_name"),
            metadata: try row.json("metadata"),
            playerName: try row.optional("player_name"),
            startedAt: try row.date("started_at")
        )
        status = try row.word("status")
        endedAt = try row.optionalDate("ended_at")
        lastSeenAt = try row.date("last_seen_at")
        hostSeen = try row.value("host_seen")
        ingestConnectionID = try row.optional("ingest_connection_id")
        lastActivityAt = try row.date("last_activity_at")
        updatedAt = try row.date("updated_at")
    }

    func columns() throws -> Columns {
        [
            "id": id.text,
            "user_id": userID.text,
            "connection_id": connectionID,
            "room_name": roomName,
            "status": status.rawValue,
            "metadata": try JSONText.encode(metadata),
            "player_name": playerName,
            "started_at": startedAt.microseconds,
            "ended_at": endedAt?.microseconds,
            "last_seen_at": lastSeenAt.microseconds,
            "host_seen": hostSeen,
            "ingest_connection_id": ingestConnectionID,
            "last_activity_at": lastActivityAt.microseconds,
            "updated_at": updatedAt.microseconds,
        ]
    }
}
