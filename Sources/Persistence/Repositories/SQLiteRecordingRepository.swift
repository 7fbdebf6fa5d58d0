import Foundation
import GRDB
import PortholeCore

struct SQLiteRecordingRepository: RecordingRepository {
    private let table: SQLTable
    private let runTable: SQLTable
    private let chunkTable: SQLTable

    init(_ db: GRDB.Database) {
        table = SQLTable(Recording.table, in: db)
        runTable = SQLTable(RecordingRun.table, in: db)
        chunkTable = SQLTable(RecordingChunk.table, in: db)
    }

    // MARK: - Recordings

    func insert(_ recording: Recording) throws {
        try table.insert(recording.columns())
    }

    func update(_ recording: Recording) throws {
        try table.update(recording.columns(), id: recording.id.text)
    }

    func find(_ id: RecordingID) throws -> Recording? {
        try table.row("WHERE id = ?", [id.text], as: Recording.init)
    }

    func list(sessionID: SessionID) throws -> [Recording] {
        try table.rows(
            "WHERE session_id = ? ORDER BY created_at DESC, id DESC",
            [sessionID.text],
            as: Recording.init
        )
    }

    func list(
        _ scope: VisibleScope,
        userID: UserID?,
        after cursor: PageCursor?,
        limit: Int
    ) throws -> [Recording] {
        guard !scope.isEmpty else { return [] }
        var list = NewestFirst(by: "created_at", after: cursor)
        try list.filter(scope, sessionColumn: "session_id")
        if let userID { list.filter("user_id = ?", [userID.text]) }
        let (sql, arguments) = list.clauses(limit: limit)
        return try table.rows(sql, arguments, as: Recording.init)
    }

    func counts(_ ids: [SessionID]) throws -> [SessionID: Int] {
        let counts: [(SessionID, Int)] = try table.select(
            """
            SELECT session_id, COUNT(*) AS count FROM recordings
            WHERE clip IS NULL AND session_id IN (SELECT value FROM json_each(?))
            GROUP BY session_id
            """,
            [try JSONText.list(ids)]
        ) { (try $0.id("session_id"), try $0.value("count")) }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    func toCombine(limit: Int) throws -> [Recording] {
        try table.rows(
            "WHERE needs_combining = 1 ORDER BY created_at, id LIMIT ?",
            [max(0, limit)],
            as: Recording.init
        )
    }

    func toFinish(limit: Int) throws -> [Recording] {
        try table.rows(
            """
            WHERE source = 'server' AND status = 'processing' AND clip IS NULL
            ORDER BY created_at, id LIMIT ?
            """,
            [max(0, limit)],
            as: Recording.init
        )
    }

    func toClip(limit: Int) throws -> [Recording] {
        try table.rows(
            """
            WHERE source = 'server' AND status = 'processing' AND clip IS NOT NULL
            ORDER BY created_at, id LIMIT ?
            """,
            [max(0, limit)],
            as: Recording.init
        )
    }

    func toIllustrate(limit: Int) throws -> [Recording] {
        try table.rows(
            "WHERE needs_strips = 1 AND status = 'ready' ORDER BY created_at DESC, id DESC LIMIT ?",
            [max(0, limit)],
            as: Recording.init
        )
    }

    func created(
        before date: Date,
        of scope: RetentionScope,
        after cursor: PageCursor?,
        limit: Int
    ) throws -> [Recording] {
        let (whose, arguments) = scope.condition(on: "\(table.name).user_id")
        let after: StatementArguments = [cursor?.createdAt.microseconds ?? Int64.min, cursor?.id ?? ""]
        return try table.rows(
            """
            WHERE created_at < ? AND (created_at, id) > (?, ?) AND \(whose)
            ORDER BY created_at, id LIMIT ?
            """,
            [date.microseconds] + after + arguments + [max(0, limit)],
            as: Recording.init
        )
    }

    func delete(_ id: RecordingID) throws {
        try table.delete(where: "id = ?", [id.text])
    }

    // MARK: - Runs

    func insert(_ run: RecordingRun) throws {
        try runTable.insert(run.columns)
    }

    func update(_ run: RecordingRun) throws {
        try runTable.update(run.columns, id: run.id.text)
    }

    func run(sessionID: SessionID, uploader: String, clientRunID: String) throws -> RecordingRun? {
        try runTable.row(
            "WHERE session_id = ? AND uploader = ? AND client_run_id = ?",
            [sessionID.text, uploader, clientRunID],
            as: RecordingRun.init
        )
    }

    func runs(sessionID: SessionID) throws -> [RecordingRun] {
        try runTable.rows(
            "WHERE session_id = ? ORDER BY position, created_at, id",
            [sessionID.text],
            as: RecordingRun.init
        )
    }

    // MARK: - Chunks

    func insert(_ chunk: RecordingChunk) throws {
        try chunkTable.insert(chunk.columns)
    }

    func chunk(runID: RecordingRunID, number: Int) throws -> RecordingChunk? {
        try chunkTable.row("WHERE run_id = ? AND number = ?", [runID.text, number], as: RecordingChunk.init)
    }

    func chunks(runID: RecordingRunID) throws -> [RecordingChunk] {
        try chunkTable.rows("WHERE run_id = ? ORDER BY number", [runID.text], as: RecordingChunk.init)
    }

    func chunkBytes(recordingID: RecordingID) throws -> Int64 {
        try chunkTable
            .select(
                """
                SELECT COALESCE(SUM(size), 0) AS bytes FROM recording_chunks
                WHERE run_id IN (SELECT id FROM recording_runs WHERE recording_id = ?)
                """,
                [recordingID.text]
            ) { row -> Int64 in try row.value("bytes") }
            .first ?? 0
    }
}
