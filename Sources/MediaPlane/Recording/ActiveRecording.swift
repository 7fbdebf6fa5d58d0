import CMediaSockets
import Foundation
import PortholeCore
import RTP
import Recorder
import Synchronization

/// A recording that is being written; it belongs to the recorder's thread, and its file is also known to the one that syncs.
final class ActiveRecording: Sendable {
    let id: RecordingID
    let room: MediaRoomID
    let queue: RecordingQueue
    private let directory: String
    private let state: Mutex<State>
    /// The file that is being written, for who syncs it.
    private let current = Mutex<RecordingFile?>(nil)

    private var file: RecordingFile? {
        get { current.withLock(\.self) }
        set { current.withLock { $0 = newValue } }
    }

    private struct State {
        var engine: SessionRecorder
        var segment: Recording.Segment?
        var isOver = false
    }

    /// - Parameter directory: Of its files; made with the first.
    init(_ order: RecordingOrder, room: MediaRoomID, directory: String, queue: RecordingQueue) {
        id = order.recording
        self.room = room
        self.directory = directory
        self.queue = queue
        let elapsed = order.startedAt.map { max(0, Date().timeIntervalSince($0)) } ?? 0
        state = Mutex(
            State(
                engine: SessionRecorder(
                    firstSegment: order.nextSegment,
                    elapsed: Int64(min(elapsed, 1e9) * 1_000_000)
                )
            )
        )
    }

    /// Takes what has arrived, and writes what follows.
    ///
    /// - Returns: Whether it is over: no more is written.
    func work(at now: MonotonicTime, tell: (RecordingEvent) -> Void) -> Bool {
        state.withLock { state in
            let (blocks, isEnded) = queue.takeFilled()
            for block in blocks {
                if !state.isOver { block.read { state.engine.receive($0) } }
                queue.recycle(block)
            }
            guard !state.isOver else { return true }
            if isEnded { state.engine.finish(at: now) } else { state.engine.advance(to: now) }
            queue.needsKeyFrame = state.engine.needsKeyFrame
            do throws(RecordingFileError) {
                try drain(&state, tell: tell)
                try file?.flush()
            } catch {
                close(&state, error.failure, tell: tell)
                return true
            }
            if isEnded { close(&state, nil, tell: tell) }
            return isEnded
        }
    }

    /// Ends it before its time, since the disk is nearly full; what was recorded is closed properly.
    func stop(for failure: RecordingFailure, at now: MonotonicTime, tell: (RecordingEvent) -> Void) {
        state.withLock { state in
            guard !state.isOver else { return }
            state.engine.finish(at: now)
            do throws(RecordingFileError) { try drain(&state, tell: tell) } catch {
                return close(&state, error.failure, tell: tell)
            }
            close(&state, failure, tell: tell)
        }
    }

    /// Makes durable what was written; returns whether there was something.
    func sync() throws(RecordingFileError) -> Bool {
        try file?.sync() ?? false
    }

    /// Ends it since its disk does not do what it should.
    func fail(_ failure: RecordingFailure, tell: (RecordingEvent) -> Void) {
        state.withLock { close(&$0, failure, tell: tell) }
    }

    private func close(_ state: inout State, _ failure: RecordingFailure?, tell: (RecordingEvent) -> Void) {
        guard !state.isOver else { return }
        state.isOver = true
        queue.needsKeyFrame = false
        queue.close()
        // A file that is not whole yet is mended by whoever takes it from the disk.
        file = nil
        tell(.ended(id, room, failure))
    }

    private func drain(
        _ state: inout State,
        tell: (RecordingEvent) -> Void
    ) throws(RecordingFileError) {
        while let output = state.engine.nextOutput() {
            switch output {
            case .segmentBegan(let began):
                var segment = Recording.Segment(
                    number: began.number,
                    mimeType: began.mimeType,
                    start: Double(began.start) / 1_000_000
                )
                segment.width = began.size?.width
                segment.height = began.size?.height
                file = try RecordingDirectory.makeFile(of: segment, in: directory)
                state.segment = segment
                tell(.segmentBegan(id, room, segment))
            case .change(let change):
                try file?.apply(change)
            case .segmentEnded(let ended):
                guard let whole = file, var segment = state.segment else { continue }
                try whole.flush()
                _ = try whole.sync()
                segment.duration = Double(ended.duration) / 1_000_000
                segment.fileSize = whole.length
                segment.width = ended.size?.width ?? segment.width
                segment.height = ended.size?.height ?? segment.height
                file = nil
                state.segment = nil
                tell(.segmentEnded(id, segment))
            case .gap(let gap):
                tell(
                    .gap(
                        id,
                        Recording.Gap(
                            position: Double(gap.position) / 1_000_000,
                            duration: Double(gap.duration) / 1_000_000
                        )
                    )
                )
            }
        }
    }
}
