import Foundation

/// A few threads for file calls that block, so that event loops and Swift's own threads never wait for a disk.
struct FileWorkers: Sendable {
    private let queue: OperationQueue

    init(threads: Int = 4) {
        queue = OperationQueue()
        queue.name = "porthole.storage"
        queue.maxConcurrentOperationCount = threads
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { continuation.resume(with: Result(catching: body)) }
        }
    }
}
