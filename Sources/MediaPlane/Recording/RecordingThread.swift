import CMediaSockets
import Foundation
import Logging
import PortholeCore
import RTP
import Synchronization

/// Writes all recordings: one thread that reorders, muxes and writes, and one that syncs, so that neither a media loop
/// waits for a disk nor writing for syncing.
final class RecordingThread: Sendable {
    /// How often files are made durable: what a power cut costs at most.
    private static let syncInterval = DispatchTimeInterval.seconds(1)
    /// What is written is at most so much behind what arrived, beside the tap's own patience.
    private static let turn = DispatchTimeInterval.milliseconds(100)
    private static let spaceInterval = Duration.seconds(5)

    private static let mostFailures = 1024

    private struct State {
        var active: [RecordingID: ActiveRecording] = [:]
        var waiting: [RecordingID: [CheckedContinuation<Void, Never>]] = [:]
        /// Why those ended that did for a reason, the newest last.
        var failures: [(id: RecordingID, failure: RecordingFailure)] = []
        var isStopping = false
    }

    let directory: RecordingDirectory
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    private let stopping = DispatchSemaphore(value: 0)
    private let events: AsyncStream<RecordingEvent>.Continuation
    private let stream: AsyncStream<RecordingEvent>
    private let minimumFreeBytes: Int64
    private let logger: Logger
    /// Files made durable since the start.
    let syncs = Atomic<UInt64>(0)

    /// - Parameter minimumFreeBytes: Recordings end, properly, when the disk has less room.
    init(directory: RecordingDirectory, minimumFreeBytes: Int64, logger: Logger) {
        self.directory = directory
        self.minimumFreeBytes = minimumFreeBytes
        self.logger = logger
        // Unbounded: a few events for each recording, none of which may be lost.
        (stream, events) = AsyncStream.makeStream(of: RecordingEvent.self)
        run("recorder") { thread in thread.write() }
        run("recording sync") { thread in thread.sync() }
    }

    /// What happens to the files.
    var recordingEvents: AsyncStream<RecordingEvent> { stream }

    /// The recordings that are being written.
    var running: Set<RecordingID> { state.withLock { Set($0.active.keys) } }

    /// Begins a recording; a tap fills its queue.
    func begin(_ order: RecordingOrder, room: MediaRoomID, queue: RecordingQueue) {
        let recording = ActiveRecording(
            order,
            room: room,
            directory: directory.path(of: order.recording, in: room),
            queue: queue
        )
        state.withLock { $0.active[recording.id] = recording }
        wake.signal()
    }

    /// Something was handed over.
    func signal() { wake.signal() }

    /// Waits until a recording is over whose queue has ended.
    func ended(_ id: RecordingID) async {
        await withCheckedContinuation { continuation in
            let isRunning = state.withLock { state in
                guard state.active[id] != nil else { return false }
                state.waiting[id, default: []].append(continuation)
                return true
            }
            if isRunning { wake.signal() } else { continuation.resume() }
        }
    }

    /// Why a recording ended, if it did for a reason.
    func failure(of id: RecordingID) -> RecordingFailure? {
        state.withLock { $0.failures.last { $0.id == id }?.failure }
    }

    /// Ends both threads, once the queues have ended.
    func stop() {
        state.withLock { $0.isStopping = true }
        wake.signal()
        stopping.signal()
        finished.wait()
        finished.wait()
        events.finish()
    }

    private func run(_ name: String, _ body: @escaping @Sendable (RecordingThread) -> Void) {
        let thread = Thread { [self] in
            cms_name_thread(name)
            body(self)
            finished.signal()
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    private var now: MonotonicTime { MonotonicTime(nanoseconds: cms_now()) }

    private func write() {
        var lookedAt = now
        while true {
            let (recordings, isStopping) = state.withLock { (Array($0.active.values), $0.isStopping) }
            let now = now
            if now - lookedAt >= Self.spaceInterval {
                lookedAt = now
                if !recordings.isEmpty { mindSpace(recordings, at: now) }
            }
            for recording in recordings where recording.work(at: now, tell: tell) { remove(recording) }
            if isStopping, state.withLock({ $0.active.isEmpty }) { return }
            if recordings.isEmpty, !isStopping {
                wake.wait()
            } else {
                _ = wake.wait(timeout: .now() + Self.turn)
            }
            // Many signals are one.
            while wake.wait(timeout: .now()) == .success {}
        }
    }

    private func tell(_ event: RecordingEvent) {
        if case .ended(let id, _, let failure?) = event {
            state.withLock { state in
                if state.failures.count >= Self.mostFailures { state.failures.removeFirst() }
                state.failures.append((id, failure))
            }
            logger.error(
                "recording ended before its session",
                metadata: ["recording": "\(id)", "reason": "\(failure.rawValue)"]
            )
        }
        events.yield(event)
    }

    private func remove(_ recording: ActiveRecording) {
        let waiting = state.withLock { state in
            state.active[recording.id] = nil
            return state.waiting.removeValue(forKey: recording.id) ?? []
        }
        for continuation in waiting { continuation.resume() }
    }

    private func mindSpace(_ recordings: [ActiveRecording], at now: MonotonicTime) {
        guard let free = directory.freeBytes, free < minimumFreeBytes else { return }
        for recording in recordings { recording.stop(for: .diskFull, at: now, tell: tell) }
    }

    private func sync() {
        while stopping.wait(timeout: .now() + Self.syncInterval) == .timedOut {
            for recording in state.withLock({ Array($0.active.values) }) {
                do {
                    if try recording.sync() { syncs.add(1, ordering: .relaxed) }
                } catch {
                    recording.fail(error.failure, tell: tell)
                }
            }
        }
    }
}
