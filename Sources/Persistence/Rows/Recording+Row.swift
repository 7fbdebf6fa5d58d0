import PortholeCore

extension Recording {
    static let table = "recordings"

    init(row: RowReader) throws {
        self.init(
            id: try row.id("id"),
            sessionID: try row.id("session_id"),
            userID: try row.userID("user_id"),
            source: try row.word("source"),
            mimeType: try row.value("mime_type"),
            createdAt: try row.date("created_at")
        )
        status = try row.word("status")
        duration = try row.optional("duration")
        fileSize = try row.value("file_size")
        width = try row.optional("width")
        height = try row.optional("height")
        objectKey = try row.optionalObjectKey("object_key")
        thumbnailKey = try row.optionalObjectKey("thumbnail_key")
        segments = try row.json("segments")
        failure = try row.optionalWord("failure")
        clip = try row.optionalJSON("clip")
        needsStrips = try row.value("needs_strips")
        gaps = try row.json("gaps")
        truncated = try row.value("truncated")
        missingChunks = try row.value("missing_chunks")
        updatedAt = try row.date("updated_at")
        announcedAt = try row.optionalDate("announced_at")
        lastChunkAt = try row.date("last_chunk_at")
        needsCombining = try row.value("needs_combining")
    }

    func columns() throws -> Columns {
        [
            "id": id.text,
            "session_id": sessionID.text,
            "user_id": userID.text,
            "status": status.rawValue,
            "source": source.rawValue,
            "mime_type": mimeType,
            "duration": duration,
            "file_size": fileSize,
            "width": width,
            "height": height,
            "object_key": objectKey?.text,
            "thumbnail_key": thumbnailKey?.text,
            "segments": try JSONText.encode(segments),
            "failure": failure?.rawValue,
            "clip": try clip.map(JSONText.encode),
            "needs_strips": needsStrips,
            "gaps": try JSONText.encode(gaps),
            "truncated": truncated,
            "missing_chunks": missingChunks,
            "created_at": createdAt.microseconds,
            "updated_at": updatedAt.microseconds,
            "announced_at": announcedAt?.microseconds,
            "last_chunk_at": lastChunkAt.microseconds,
            "needs_combining": needsCombining,
        ]
    }
}
