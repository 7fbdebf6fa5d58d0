import Foundation
import PortholeCore

extension Tombstone {
    static let table = "tombstones"

    init(row: RowReader) throws {
        self.init(
            id: try row.id("id"),
            subject: try row.bytes("subject"),
            recordingID: try row.optionalID("recording_id"),
            recordings: try row.value("recordings"),
            reason: try row.word("reason"),
            fileSize: try row.value("file_size"),
            deletedAt: try row.date("deleted_at")
        )
    }

    var columns: Columns {
        [
            "id": id.text,
            "subject": Data(subject),
            "recording_id": recordingID?.text,
            "recordings": recordings,
            "reason": reason.rawValue,
            "file_size": fileSize,
            "deleted_at": deletedAt.microseconds,
        ]
    }
}
