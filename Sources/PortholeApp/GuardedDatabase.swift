import Persistence
import PortholeCore

/// Says in the domain's words that the database's disk is full or read-only, so that clients get 503 and try again.
struct GuardedDatabase: Database {
    let base: SQLiteDatabase

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await guarded { try await base.read(body) }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await guarded { try await base.write(body) }
    }

    func check() async throws {
        try await base.check()
    }

    private func guarded<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as PersistenceError where error.isOutOfSpace || error.isReadOnly {
            throw DomainError.unavailable("The server's disk is full or read-only", retryAfter: 60)
        }
    }
}
