import Foundation
import PortholeCore

extension RecordingChunk {
    static let table = "recording_chunks"

    init(row: RowReader) throws {
        self.init(
            runID: try row.id("run_id"),
            number: try row.value("number"),
            size: try row.value("size"),
            digest: try row.bytes("digest"),
            objectKey: try row.objectKey("object_key"),
            createdAt: try row.date("created_at")
        )
    }

    var columns: Columns {
        [
            "run_id": runID.text,
            "number": number,
            "size": size,
            "digest": Data(digest),
            "object_key": objectKey.text,
            "created_at": createdAt.microseconds,
        ]
    }
}
