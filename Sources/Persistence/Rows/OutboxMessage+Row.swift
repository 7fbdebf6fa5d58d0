import PortholeCore

extension OutboxMessage {
    static let table = "outbox_messages"

    init(row: RowReader) throws {
        self.init(
            id: try row.id("id"),
            eventID: try row.value("event_id"),
            template: try row.word("template"),
            guardianID: try row.id("guardian_id"),
            childID: try row.userID("child_id"),
            sessionID: try row.id("session_id"),
            recordingID: try row.optionalID("recording_id"),
            createdAt: try row.date("created_at")
        )
        status = try row.word("status")
        attempts = try row.value("attempts")
        nextAttemptAt = try row.date("next_attempt_at")
        sentAt = try row.optionalDate("sent_at")
        lastError = try row.optional("last_error")
    }

    var columns: Columns {
        [
            "id": id.text,
            "event_id": eventID,
            "template": template.rawValue,
            "guardian_id": guardianID.text,
            "child_id": childID.text,
            "session_id": sessionID.text,
            "recording_id": recordingID?.text,
            "created_at": createdAt.microseconds,
            "status": status.rawValue,
            "attempts": attempts,
            "next_attempt_at": nextAttemptAt.microseconds,
            "sent_at": sentAt?.microseconds,
            "last_error": lastError,
        ]
    }
}
