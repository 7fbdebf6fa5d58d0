import CMediaSockets
import Foundation
import Synchronization

/// The thread of a media loop, which is also its actor's executor: what is awaited on the loop runs between two turns.
///
/// `@unchecked Sendable`: `jobs` is behind a lock, the descriptors are constant, and everything else belongs to the thread.
final class LoopThread: SerialExecutor, @unchecked Sendable {
    /// Token of the descriptor that wakes the thread.
    static let wakeToken: UInt64 = 0
    private static let capacity = 64

    let poll: Int32
    private let wake: LoopWake
    private let jobs = Mutex<[UnownedJob]>([])
    private let identity = Mutex<pthread_t?>(nil)
    private let isStopping = Atomic(false)
    private let finished = DispatchSemaphore(value: 0)

    init(wake: LoopWake) throws(MediaSocketError) {
        self.wake = wake
        poll = cms_poll_new()
        guard poll >= 0 else { throw .init(operation: "make a poll", code: -poll) }
        _ = cms_poll_add(poll, wake.descriptor, Self.wakeToken, 0)
    }

    deinit {
        cms_close(poll)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        if !isCurrent { wake.signal() }
    }

    private var isCurrent: Bool {
        identity.withLock { $0.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    func checkIsolated() {
        guard isCurrent else { preconditionFailure("entered the media loop from another thread") }
    }

    /// Starts the thread, which takes turns until ``stop()``.
    func start(_ loop: MediaLoop) {
        let thread = Thread { [self] in run(loop) }
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Ends the thread and waits for it.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        wake.signal()
        finished.wait()
    }

    private func run(_ loop: MediaLoop) {
        cms_name_thread("media loop")
        identity.withLock { $0 = pthread_self() }
        var ready = [cms_ready](repeating: cms_ready(), count: Self.capacity)
        while !isStopping.load(ordering: .acquiring) {
            let wait = loop.assumeIsolated { $0.nanosecondsToWait() }
            let count = cms_poll_wait(poll, &ready, Int32(Self.capacity), wait)
            for index in 0..<max(0, Int(count)) where ready[index].token == Self.wakeToken {
                wake.clear()
            }
            runJobs()
            let woken = ready.prefix(max(0, Int(count)))
            loop.assumeIsolated { $0.turn(woken) }
        }
        runJobs()
        finished.signal()
    }

    private func runJobs() {
        while true {
            let batch = jobs.withLock { jobs in
                let batch = jobs
                jobs.removeAll(keepingCapacity: true)
                return batch
            }
            guard !batch.isEmpty else { return }
            for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }
}

/// Why a socket could not be had.
public struct MediaSocketError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried.
    public let operation: String
    /// The system's number of the error.
    public let code: Int32

    init(operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// What was tried, and the system's reason.
    public var description: String { "could not \(operation): \(String(cString: strerror(code)))" }
}
