import Dispatch
import Testing

/// Runs each test on a thread of its own.
///
/// These tests are part of conversations over sockets, which end when one side is silent for seconds. The shared
/// threads may be busy that long with tests that only compute.
struct OwnThreadTrait: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        try await withTaskExecutorPreference(OwnThread()) { try await function() }
    }
}

extension Trait where Self == OwnThreadTrait {
    /// Runs each test on a thread of its own.
    static var ownThread: Self { Self() }
}

/// A serial queue, for which there is a thread however many are busy.
final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "porthole.test")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
