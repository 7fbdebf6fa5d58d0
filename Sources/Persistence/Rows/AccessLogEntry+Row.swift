import PortholeCore

extension AccessLogEntry {
    static let table = "access_log_entries"

    init(row: RowReader) throws {
        self.init(
            id: try row.id("id"),
            childID: try row.userID("child_id"),
            at: try row.date("at"),
            actor: try row.value("actor"),
            action: try row.word("action"),
            sessionID: try row.optionalID("session_id"),
            recordingID: try row.optionalID("recording_id"),
            address: try row.optional("address")
        )
    }

    var columns: Columns {
        [
            "id": id.text,
            "child_id": childID.text,
            "at": at.microseconds,
            "actor": actor,
            "action": action.rawValue,
            "session_id": sessionID?.text,
            "recording_id": recordingID?.text,
            "address": address,
        ]
    }
}
