import GRDB
import PortholeCore

struct SQLiteGuardianRepository: GuardianRepository {
    private let table: SQLTable
    private let removed: SQLTable

    init(_ db: GRDB.Database) {
        table = SQLTable(Guardian.table, in: db)
        removed = SQLTable("removed_guardians", in: db)
    }

    func find(_ id: GuardianID) throws -> Guardian? {
        try table.row("WHERE id = ?", [id.text], as: Guardian.init)
    }

    func find(childID: UserID, email: String) throws -> Guardian? {
        try table.row(
            "WHERE child_id = ? AND email = ?",
            [childID.text, email.lowercased()],
            as: Guardian.init
        )
    }

    func list(childID: UserID) throws -> [Guardian] {
        try table.rows("WHERE child_id = ? ORDER BY email", [childID.text], as: Guardian.init)
    }

    func save(_ guardian: Guardian) throws {
        try table.insert(
            guardian.columns,
            conflict: """
                ON CONFLICT (child_id, email) DO UPDATE SET
                name = excluded.name, user_id = excluded.user_id, unsubscribed_at = excluded.unsubscribed_at
                """
        )
    }

    func delete(_ id: GuardianID) throws {
        try table.delete(where: "id = ?", [id.text])
    }

    func setRemoved(_ isRemoved: Bool, childID: UserID, email: String) throws {
        if isRemoved {
            try removed.insert(
                ["child_id": childID.text, "email": email.lowercased()],
                conflict: "ON CONFLICT (child_id, email) DO NOTHING"
            )
        } else {
            try removed.delete(
                where: "child_id = ? AND email = ?",
                [childID.text, email.lowercased()]
            )
        }
    }

    func isRemoved(childID: UserID, email: String) throws -> Bool {
        try removed.row("WHERE child_id = ? AND email = ?", [childID.text, email.lowercased()]) { _ in true }
            ?? false
    }

    func children(userID: UserID, email: String?) throws -> Set<UserID> {
        // Without an e-mail the second half asks for NULL, which equals nothing.
        let children = try table.select(
            """
            SELECT child_id FROM guardians WHERE user_id = ?
            UNION
            SELECT child_id FROM guardians WHERE email = ?
            """,
            [userID.text, email?.lowercased()]
        ) { try $0.userID("child_id") }
        return Set(children)
    }
}
