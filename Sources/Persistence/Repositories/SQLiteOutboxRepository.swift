import Foundation
import GRDB
import PortholeCore

struct SQLiteOutboxRepository: OutboxRepository {
    private let table: SQLTable

    init(_ db: GRDB.Database) {
        table = SQLTable(OutboxMessage.table, in: db)
    }

    func enqueue(_ message: OutboxMessage) throws {
        try table.insert(
            message.columns,
            conflict: "ON CONFLICT (event_id, guardian_id, template) DO NOTHING"
        )
    }

    /// Two statements are one step here: a writing transaction has the database to itself.
    func lease(at now: Date, until leaseUntil: Date, limit: Int) throws -> [OutboxMessage] {
        var messages = try table.rows(
            "WHERE status = 'pending' AND next_attempt_at <= ? ORDER BY created_at, id LIMIT ?",
            [now.microseconds, max(0, limit)],
            as: OutboxMessage.init
        )
        let leaseEnd = leaseUntil.microseconds
        for index in messages.indices {
            messages[index].nextAttemptAt = Date(microseconds: leaseEnd)
        }
        try table.update(
            set: "next_attempt_at = ?",
            where: "id IN (SELECT value FROM json_each(?))",
            [leaseEnd, try JSONText.list(messages.map(\.id))]
        )
        return messages
    }

    func update(_ message: OutboxMessage) throws {
        try table.update(message.columns, id: message.id.text)
    }

    func find(_ id: OutboxMessageID) throws -> OutboxMessage? {
        try table.row("WHERE id = ?", [id.text], as: OutboxMessage.init)
    }

    func list(childID: UserID) throws -> [OutboxMessage] {
        try table.rows("WHERE child_id = ? ORDER BY created_at, id", [childID.text], as: OutboxMessage.init)
    }

    func list(limit: Int) throws -> [OutboxMessage] {
        try table.rows(
            "ORDER BY created_at DESC, id DESC LIMIT ?",
            [max(0, limit)],
            as: OutboxMessage.init
        )
    }

    func deleteSettled(before date: Date) throws {
        try table.delete(where: "status <> 'pending' AND created_at < ?", [date.microseconds])
    }
}
