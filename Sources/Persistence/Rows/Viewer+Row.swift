import PortholeCore

extension Viewer {
    static let table = "viewers"

    init(row: RowReader) throws {
        self.init(
            id: try row.id("id"),
            sessionID: try row.id("session_id"),
            userID: try row.value("user_id"),
            name: try row.optional("name"),
            joinedAt: try row.date("joined_at")
        )
        leftAt = try row.optionalDate("left_at")
    }

    var columns: Columns {
        [
            "id": id.text,
            "session_id": sessionID.text,
            "user_id": userID,
            "name": name,
            "joined_at": joinedAt.microseconds,
            "left_at": leftAt?.microseconds,
        ]
    }
}
