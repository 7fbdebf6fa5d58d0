import GRDB

extension Migrations {
    /// How long each child's recordings are kept, and what says that they are gone.
    ///
    /// A tombstone names nobody: its subject is a MAC of the child's id, so it stays when the child is erased.
    static func retention(_ db: GRDB.Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE child_retentions (
                    child_id TEXT NOT NULL PRIMARY KEY,
                    days INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE tombstones (
                    id TEXT NOT NULL PRIMARY KEY,
                    subject BLOB NOT NULL,
                    recording_id TEXT,
                    recordings INTEGER NOT NULL,
                    reason TEXT NOT NULL,
                    file_size INTEGER NOT NULL,
                    deleted_at INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX tombstones_by_subject ON tombstones (subject, deleted_at, id);
                CREATE INDEX tombstones_by_time ON tombstones (deleted_at);
                """
        )
    }
}
