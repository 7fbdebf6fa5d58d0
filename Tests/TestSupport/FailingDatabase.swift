public import PortholeCore
import Synchronization

/// A database whose disk fails when a test says so.
public final class FailingDatabase: PortholeCore.Database {
    /// What a failed write throws.
    public struct Failure: Error {}

    private let database: any PortholeCore.Database
    private let failures = Mutex(0)

    /// Makes one that works, over another.
    public init(_ database: any PortholeCore.Database) {
        self.database = database
    }

    /// Lets the next write fail, with nothing of it stored.
    public func failNextWrite() {
        failures.withLock { $0 += 1 }
    }

    /// Reads from the other.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await database.read(body)
    }

    /// Writes to the other, or fails as told.
    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        let fails = failures.withLock { count in
            guard count > 0 else { return false }
            count -= 1
            return true
        }
        if fails { throw Failure() }
        return try await database.write(body)
    }

    /// Asks the other.
    public func check() async throws {
        try await database.check()
    }
}
