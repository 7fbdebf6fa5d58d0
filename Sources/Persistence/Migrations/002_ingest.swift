import GRDB

extension Migrations {
    /// Under which connection id a headset knows the server that its media goes through.
    static func ingest(_ db: GRDB.Database) throws {
        try db.execute(sql: "ALTER TABLE sessions ADD COLUMN ingest_connection_id TEXT")
    }
}
