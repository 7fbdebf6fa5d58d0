import HTTPTypes
import PortholeCore

extension Recordings.Overview {
    /// The recording as the API shows it; `storage_url` is the stable route, never a bucket's URL.
    var json: JSONValue {
        [
            "id": .string(recording.id.text),
            "session_id": .string(recording.sessionID.text),
            "user_id": .string(recording.userID.text),
            "player_name": .text(playerName),
            "storage_url": .string("/api/recordings/\(recording.id)/download"),
            "duration": .seconds(recording.duration),
            "file_size": .number(recording.fileSize),
            "created_at": .time(recording.createdAt),
            "updated_at": .time(recording.updatedAt),
            "status": .string(recording.status.rawValue),
            "source": .string(recording.source.rawValue),
            "mime_type": .string(recording.mimeType),
            "width": .number(recording.width),
            "height": .number(recording.height),
            "thumbnail_url": .text(thumbnailURL),
            "gaps": .array(
                recording.gaps.map { ["position": .seconds($0.position), "duration": .seconds($0.duration)] }
            ),
            "truncated": .bool(recording.truncated),
            "missing_chunks": .number(recording.missingChunks),
            "rights": .array(rights.recordingWords.map(JSONValue.string)),
        ]
    }
}

extension SessionRights {
    /// The rights that a recording's page shows buttons for.
    fileprivate var recordingWords: [String] {
        var words: [String] = []
        if contains(.recording) { words.append("recording") }
        if contains(.download) { words.append("download") }
        if contains(.deleteRecording) { words.append("delete") }
        return words
    }
}
