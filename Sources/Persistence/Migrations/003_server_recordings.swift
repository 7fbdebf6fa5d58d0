import GRDB

extension Migrations {
    /// The files of a recording that the server made, why it ended early, and clips cut from it.
    static func serverRecordings(_ db: GRDB.Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE recordings ADD COLUMN segments TEXT NOT NULL DEFAULT '[]';
                ALTER TABLE recordings ADD COLUMN failure TEXT;
                ALTER TABLE recordings ADD COLUMN clip TEXT;
                ALTER TABLE recordings ADD COLUMN needs_strips INTEGER NOT NULL DEFAULT 0;
                CREATE INDEX recordings_to_finish ON recordings (created_at, id)
                    WHERE source = 'server' AND status = 'processing';
                CREATE INDEX recordings_to_illustrate ON recordings (created_at, id) WHERE needs_strips = 1;
                """
        )
    }
}
