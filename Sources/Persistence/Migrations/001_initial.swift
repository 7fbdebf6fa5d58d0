import GRDB

extension Migrations {
    /// The first schema.
    ///
    /// Times are microseconds since 1970, ids their text, digests bytes, and what has no columns is JSON.
    /// Tables are STRICT, so that a column holds what its type says.
    /// Partial indexes keep the small sets that are asked for often (active, open, pending) apart from history.
    static func initial(_ db: GRDB.Database) throws {
        for script in [sessions, recordings, guardians, removedGuardians, watchLinks, outbox, accessLog] {
            try db.execute(sql: script)
        }
    }

    private static let sessions = """
        CREATE TABLE sessions (
            id TEXT NOT NULL PRIMARY KEY,
            user_id TEXT NOT NULL,
            connection_id TEXT NOT NULL,
            room_name TEXT NOT NULL,
            status TEXT NOT NULL,
            metadata TEXT NOT NULL,
            player_name TEXT,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            last_seen_at INTEGER NOT NULL,
            host_seen INTEGER NOT NULL,
            last_activity_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX sessions_by_start ON sessions (started_at, id);
        CREATE INDEX sessions_by_user ON sessions (user_id, started_at, id);
        CREATE INDEX sessions_by_end ON sessions (ended_at, id) WHERE ended_at IS NOT NULL;
        CREATE INDEX sessions_active ON sessions (started_at, id) WHERE status = 'active';
        CREATE UNIQUE INDEX sessions_active_connection ON sessions (user_id, connection_id) WHERE status = 'active';

        CREATE TABLE viewers (
            id TEXT NOT NULL PRIMARY KEY,
            session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
            user_id TEXT NOT NULL,
            name TEXT,
            joined_at INTEGER NOT NULL,
            left_at INTEGER
        ) STRICT;
        CREATE INDEX viewers_by_session ON viewers (session_id, joined_at, id);
        CREATE INDEX viewers_by_user ON viewers (session_id, user_id, joined_at, id);
        CREATE INDEX viewers_open ON viewers (session_id) WHERE left_at IS NULL;
        """

    private static let recordings = """
        CREATE TABLE recordings (
            id TEXT NOT NULL PRIMARY KEY,
            session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
            user_id TEXT NOT NULL,
            status TEXT NOT NULL,
            source TEXT NOT NULL,
            mime_type TEXT NOT NULL,
            duration REAL,
            file_size INTEGER NOT NULL,
            width INTEGER,
            height INTEGER,
            object_key TEXT,
            thumbnail_key TEXT,
            gaps TEXT NOT NULL,
            truncated INTEGER NOT NULL,
            missing_chunks INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            announced_at INTEGER,
            last_chunk_at INTEGER NOT NULL,
            needs_combining INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX recordings_by_creation ON recordings (created_at, id);
        CREATE INDEX recordings_by_session ON recordings (session_id, created_at, id);
        CREATE INDEX recordings_by_user ON recordings (user_id, created_at, id);
        CREATE INDEX recordings_to_combine ON recordings (created_at, id) WHERE needs_combining = 1;

        CREATE TABLE recording_runs (
            id TEXT NOT NULL PRIMARY KEY,
            recording_id TEXT NOT NULL REFERENCES recordings ON DELETE CASCADE,
            session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
            uploader TEXT NOT NULL,
            client_run_id TEXT NOT NULL,
            position INTEGER NOT NULL,
            started_at INTEGER,
            mime_type TEXT NOT NULL,
            final_chunk INTEGER,
            created_at INTEGER NOT NULL,
            UNIQUE (session_id, uploader, client_run_id)
        ) STRICT;
        CREATE INDEX recording_runs_by_recording ON recording_runs (recording_id);
        CREATE INDEX recording_runs_by_session ON recording_runs (session_id, position, created_at, id);

        CREATE TABLE recording_chunks (
            run_id TEXT NOT NULL REFERENCES recording_runs ON DELETE CASCADE,
            number INTEGER NOT NULL,
            size INTEGER NOT NULL,
            digest BLOB NOT NULL,
            object_key TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (run_id, number)
        ) STRICT, WITHOUT ROWID;
        """

    private static let guardians = """
        CREATE TABLE guardians (
            id TEXT NOT NULL PRIMARY KEY,
            child_id TEXT NOT NULL,
            email TEXT NOT NULL,
            name TEXT,
            user_id TEXT,
            unsubscribed_at INTEGER,
            created_at INTEGER NOT NULL,
            UNIQUE (child_id, email)
        ) STRICT;
        CREATE INDEX guardians_by_user ON guardians (user_id, child_id) WHERE user_id IS NOT NULL;
        CREATE INDEX guardians_by_email ON guardians (email, child_id);

        CREATE TABLE consents (
            child_id TEXT NOT NULL PRIMARY KEY,
            live INTEGER NOT NULL,
            record INTEGER NOT NULL,
            notify INTEGER NOT NULL,
            method TEXT NOT NULL,
            policy_version TEXT,
            granted_by TEXT NOT NULL,
            granted_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        """

    /// A link outlives its guardian's row (revoked, for the record), hence no foreign key there.
    private static let watchLinks = """
        CREATE TABLE watch_links (
            id TEXT NOT NULL PRIMARY KEY,
            child_id TEXT NOT NULL,
            session_id TEXT REFERENCES sessions ON DELETE CASCADE,
            guardian_id TEXT,
            rights TEXT NOT NULL,
            created_by TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER
        ) STRICT;
        CREATE INDEX watch_links_by_child ON watch_links (child_id, created_at, id);
        CREATE INDEX watch_links_by_session ON watch_links (session_id) WHERE session_id IS NOT NULL;

        CREATE TABLE page_logins (
            id TEXT NOT NULL PRIMARY KEY,
            token_hash BLOB NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX page_logins_by_expiry ON page_logins (expires_at);

        CREATE TABLE page_grants (
            login_id TEXT NOT NULL REFERENCES page_logins ON DELETE CASCADE,
            position INTEGER NOT NULL,
            link_id TEXT REFERENCES watch_links ON DELETE CASCADE,
            user_id TEXT,
            user_role TEXT,
            user_email TEXT,
            user_name TEXT,
            user_expires_at INTEGER,
            PRIMARY KEY (login_id, position),
            CHECK ((link_id IS NULL) <> (user_id IS NULL)),
            CHECK (user_id IS NULL OR (user_role IS NOT NULL AND user_expires_at IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX page_grants_by_link ON page_grants (link_id) WHERE link_id IS NOT NULL;
        CREATE INDEX page_grants_by_user ON page_grants (user_id) WHERE user_id IS NOT NULL;
        """

    private static let removedGuardians = """
        CREATE TABLE removed_guardians (
            child_id TEXT NOT NULL,
            email TEXT NOT NULL,
            PRIMARY KEY (child_id, email)
        ) STRICT, WITHOUT ROWID;
        """

    /// A deleted recording's row goes on standing here until the mailer drops it, hence no foreign key there.
    private static let outbox = """
        CREATE TABLE outbox_messages (
            id TEXT NOT NULL PRIMARY KEY,
            event_id TEXT NOT NULL,
            template TEXT NOT NULL,
            guardian_id TEXT NOT NULL REFERENCES guardians ON DELETE CASCADE,
            child_id TEXT NOT NULL,
            session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
            recording_id TEXT,
            created_at INTEGER NOT NULL,
            status TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_attempt_at INTEGER NOT NULL,
            sent_at INTEGER,
            last_error TEXT,
            UNIQUE (event_id, guardian_id, template)
        ) STRICT;
        CREATE INDEX outbox_messages_by_creation ON outbox_messages (created_at, id);
        CREATE INDEX outbox_messages_by_guardian ON outbox_messages (guardian_id);
        CREATE INDEX outbox_messages_by_session ON outbox_messages (session_id);
        CREATE INDEX outbox_messages_by_child ON outbox_messages (child_id);
        CREATE INDEX outbox_messages_pending ON outbox_messages (next_attempt_at) WHERE status = 'pending';
        """

    private static let accessLog = """
        CREATE TABLE access_log_entries (
            id TEXT NOT NULL PRIMARY KEY,
            child_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            session_id TEXT,
            recording_id TEXT,
            address TEXT
        ) STRICT;
        CREATE INDEX access_log_entries_by_child ON access_log_entries (child_id, at, id);
        CREATE INDEX access_log_entries_by_time ON access_log_entries (at);
        """
}
