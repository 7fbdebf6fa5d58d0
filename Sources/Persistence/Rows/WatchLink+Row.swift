import PortholeCore

extension WatchLink {
    static let table = "watch_links"

    init(row: RowReader) throws {
        self.init(
            id: try row.id("id"),
            childID: try row.userID("child_id"),
            sessionID: try row.optionalID("session_id"),
            guardianID: try row.optionalID("guardian_id"),
            rights: try row.json("rights"),
            createdBy: try row.value("created_by"),
            createdAt: try row.date("created_at"),
            expiresAt: try row.optionalDate("expires_at")
        )
        revokedAt = try row.optionalDate("revoked_at")
    }

    func columns() throws -> Columns {
        [
            "id": id.text,
            "child_id": childID.text,
            "session_id": sessionID?.text,
            "guardian_id": guardianID?.text,
            "rights": try JSONText.list(rights.map(\.rawValue)),
            "created_by": createdBy,
            "created_at": createdAt.microseconds,
            "expires_at": expiresAt?.microseconds,
            "revoked_at": revokedAt?.microseconds,
        ]
    }
}
