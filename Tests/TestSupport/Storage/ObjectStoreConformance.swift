public import PortholeCore

/// One thing that every `ObjectStore` does, wherever it keeps its objects.
///
/// A test target runs all of ``all`` over a way to make a store, and all of ``inParts`` over one that has a part size.
public struct ObjectStoreConformance: Sendable, CustomStringConvertible {
    /// What the store is expected to do, as a sentence.
    public let description: String

    /// Checks it; keys are fresh, so the store may hold other objects.
    public let run: @Sendable (any ObjectStore) async throws -> Void

    init(_ description: String, _ run: @escaping @Sendable (any ObjectStore) async throws -> Void) {
        self.description = description
        self.run = run
    }

    /// What a store of any kind does.
    public static let all: [ObjectStoreConformance] = objects + transfers

    /// What one does besides that takes large objects in parts.
    public static let inParts: [ObjectStoreConformance] = uploads + uploadTransfers
}
