public import PortholeCore

/// One thing that every `Database` does, whatever keeps its rows.
///
/// A test target runs all of ``all`` over a way to make an empty, migrated database.
public struct DatabaseConformance: Sendable, CustomStringConvertible {
    /// What the database is expected to do, as a sentence.
    public let description: String

    /// Checks it on an empty database.
    public let run: @Sendable (any Database) async throws -> Void

    init(_ description: String, _ run: @escaping @Sendable (any Database) async throws -> Void) {
        self.description = description
        self.run = run
    }

    /// Everything.
    public static let all: [DatabaseConformance] =
        transactions + erasing + sessions + sessionLists + viewers + recordings + runsAndChunks + guardians
        + consents + watchLinks + pageLogins + outbox + accessLog + retentions + tombstones
}
