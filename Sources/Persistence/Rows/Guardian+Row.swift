import PortholeCore

extension Guardian {
    static let table = "guardians"

    init(row: RowReader) throws {
        self.init(
            id: try row.id("id"),
            childID: try row.userID("child_id"),
            email: try row.value("email"),
            name: try row.optional("name"),
            userID: try row.optionalUserID("user_id"),
            createdAt: try row.date("created_at")
        )
        unsubscribedAt = try row.optionalDate("unsubscribed_at")
    }

    var columns: Columns {
        [
            "id": id.text,
            "child_id": childID.text,
            "email": email,
            "name": name,
            "user_id": userID?.text,
            "unsubscribed_at": unsubscribedAt?.microseconds,
            "created_at": createdAt.microseconds,
        ]
    }
}
