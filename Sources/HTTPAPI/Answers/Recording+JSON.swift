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
            "expires_at": .time(expiresAt),
            "status": .string(recording.status.rawValue),
            "source": .string(recording.source.rawValue),
            "mime_type": .string(recording.mimeType),
            "width": .number(recording.width),
            "height": .number(recording.height),
            "thumbnail_url": .text(thumbnailURL),
            "segments": .array(segments),
            "clip": clip,
            "failure": .text(recording.failure?.rawValue),
            "gaps": .array(
                recording.gaps.map { ["position": .seconds($0.position), "duration": .seconds($0.duration)] }
            ),
            "truncated": .bool(recording.truncated),
            "missing_chunks": .number(recording.missingChunks),
            "rights": .array(rights.recordingWords.map(JSONValue.string)),
        ]
    }

    /// What it is cut from.
    private var clip: JSONValue {
        guard let clip = recording.clip else { return .null }
        return [
            "recording_id": .string(clip.recording.text),
            "start": .seconds(clip.start),
            "end": .seconds(clip.end),
        ]
    }

    /// The pictures for the seek bar, row by row in one JPEG.
    private func strip(of segment: Recording.Segment) -> JSONValue {
        guard let strip = segment.strip, let url = stripURLs[segment.number] else { return .null }
        return [
            "url": .string(url),
            "interval": .seconds(strip.interval),
            "count": .number(strip.count),
            "columns": .number(strip.columns),
            "width": .number(strip.width),
            "height": .number(strip.height),
        ]
    }

    /// The files in order; one from browsers is a file by itself.
    private var segments: [JSONValue] {
        guard recording.source == .browser else { return recording.segments.map { json($0) } }
        guard recording.objectKey != nil else { return [] }
        var whole = Recording.Segment(
            number: 0,
            mimeType: recording.mimeType,
            start: 0,
            width: recording.width,
            height: recording.height
        )
        whole.duration = recording.duration
        whole.fileSize = recording.fileSize
        return [json(whole, path: "download")]
    }

    private func json(_ segment: Recording.Segment, path: String? = nil) -> JSONValue {
        [
            "number": .number(segment.number),
            "url": .string("/api/recordings/\(recording.id)/\(path ?? "segments/\(segment.number)")"),
            "mime_type": .string(segment.mimeType),
            "start": .seconds(segment.start),
            "duration": .seconds(segment.duration),
            "file_size": .number(segment.fileSize),
            "width": .number(segment.width),
            "height": .number(segment.height),
            "sha256": .text(segment.sha256),
            "strip": strip(of: segment),
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
