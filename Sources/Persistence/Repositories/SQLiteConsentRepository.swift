import GRDB
import PortholeCore

struct SQLiteConsentRepository: ConsentRepository {
    private let table: SQLTable

    init(_ db: GRDB.Database) {
        table = SQLTable(Consent.table, in: db)
    }

    func find(_ childID: UserID) throws -> Consent? {
        try table.row("WHERE child_id = ?", [childID.text], as: Consent.init)
    }

    func save(_ consent: Consent) throws {
        try table.insert(
            consent.columns,
            conflict: """
                ON CONFLICT (child_id) DO UPDATE SET
                live = excluded.live, record = excluded.record, notify = excluded.notify,
                method = excluded.method, policy_version = excluded.policy_version,
                granted_by = excluded.granted_by, granted_at = excluded.granted_at,
                updated_at = excluded.updated_at
                """
        )
    }

    func delete(_ childID: UserID) throws {
        try table.delete(where: "child_id = ?", [childID.text])
    }
}
