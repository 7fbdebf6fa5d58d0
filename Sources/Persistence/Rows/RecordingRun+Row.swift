import PortholeCore

extension RecordingRun {
    static let table = "recording_runs"

    init(row: RowReader) throws {
        self.init(
            id: try row.id("id"),
            recordingID: try row.id("recording_id"),
            sessionID: try row.id("session_id"),
            uploader: try row.value("uploader"),
            clientRunID: try row.value("client_run_id"),
            position: try row.value("position"),
            startedAt: try row.optionalDate("started_at"),
            mimeType: try row.value("mime_type"),
            createdAt: try row.date("created_at")
        )
        finalChunk = try row.optional("final_chunk")
    }

    var columns: Columns {
        [
            "id": id.text,
            "recording_id": recordingID.text,
            "session_id": sessionID.text,
            "uploader": uploader,
            "client_run_id": clientRunID,
            "position": position,
            "started_at": startedAt?.microseconds,
            "mime_type": mimeType,
            "final_chunk": finalChunk,
            "created_at": createdAt.microseconds,
        ]
    }
}
