import CMediaSockets
import Foundation
import Synchronization

/// The thread of a simulation, which is also its actor's executor: what is awaited on the loop runs between two turns.
///
/// `@unchecked Sendable`: `jobs` and `identity` are behind locks, the descriptors are constant.
final class SimulationThread: SerialExecutor, @unchecked Sendable {
    /// Token of the descriptor that wakes the thread; peers have numbers from 1 on.
    static let wakeToken: UInt64 = 0
    private static let capacity = 64

    let poll: Int32
    private let wake: Int32
    private let jobs = Mutex<[UnownedJob]>([])
    private let identity = Mutex<pthread_t?>(nil)
    private let isStopping = Atomic(false)
    private let finished = DispatchSemaphore(value: 0)

    init() throws(SimulationError) {
        poll = cms_poll_new()
        wake = cms_event_new()
        guard poll >= 0, wake >= 0 else { throw .system(operation: "make a poll", code: -min(poll, wake)) }
        _ = cms_poll_add(poll, wake, Self.wakeToken, 0)
    }

    deinit {
        cms_close(poll)
        cms_close(wake)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        if !isCurrent { cms_event_signal(wake) }
    }

    private var isCurrent: Bool {
        identity.withLock { $0.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    func checkIsolated() {
        guard isCurrent else { preconditionFailure("entered the simulation loop from another thread") }
    }

    /// Starts the thread, which takes turns until ``stop()``.
    func start(_ loop: SimulationLoop) {
        let thread = Thread { [self] in run(loop) }
        thread.name = "simulation"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Ends the thread and waits for it; whoever awaits the loop now would wait for ever.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        cms_event_signal(wake)
        finished.wait()
    }

    private func run(_ loop: SimulationLoop) {
        identity.withLock { $0 = pthread_self() }
        var ready = [cms_ready](repeating: cms_ready(), count: Self.capacity)
        while !isStopping.load(ordering: .acquiring) {
            let wait = loop.assumeIsolated { $0.nanosecondsToWait() }
            let count = cms_poll_wait(poll, &ready, Int32(Self.capacity), wait)
            for index in 0..<max(0, Int(count)) where ready[index].token == Self.wakeToken {
                cms_event_clear(wake)
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
