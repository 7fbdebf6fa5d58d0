import RTP
import Synchronization

/// Between a media loop, which fills blocks, and the recorder's thread, which empties them.
///
/// Bounded by ``mostBlocks``: the loop never waits for a disk. What does not fit is dropped, and the recorder is told.
final class RecordingQueue: Sendable {
    /// 8 MB of a recording may wait.
    static let mostBlocks = 128

    private struct State {
        var filled: [RecordingBlock] = []
        var empty: [RecordingBlock] = []
        /// Blocks that exist, wherever they are.
        var blocks = 0
        var isEnded = false
    }

    private let state = Mutex(State())
    private let wish = Atomic(false)
    private let isGivenUp = Atomic(false)

    /// An empty block; `nil` while too much waits to be written.
    func takeEmpty() -> RecordingBlock? {
        state.withLock { state in
            if let block = state.empty.popLast() { return block }
            guard state.blocks < Self.mostBlocks else { return nil }
            state.blocks += 1
            return RecordingBlock()
        }
    }

    /// Hands a block to the recorder.
    func hand(_ block: RecordingBlock) {
        state.withLock { $0.filled.append(block) }
    }

    /// Nothing comes any more.
    func end() {
        state.withLock { $0.isEnded = true }
    }

    /// Whether the recorder takes nothing any more, though more would come.
    var isClosed: Bool { isGivenUp.load(ordering: .relaxed) }

    /// The recorder takes nothing any more.
    func close() { isGivenUp.store(true, ordering: .relaxed) }

    /// Takes what waits; afterwards the blocks are given back by ``recycle(_:)``.
    func takeFilled() -> (blocks: [RecordingBlock], isEnded: Bool) {
        state.withLock { state in
            defer { state.filled.removeAll(keepingCapacity: true) }
            return (state.filled, state.isEnded)
        }
    }

    /// Gives a block back; more than a few are not kept.
    func recycle(_ block: RecordingBlock) {
        block.removeAll()
        state.withLock { state in
            if state.empty.count < 4 {
                state.empty.append(block)
            } else {
                state.blocks -= 1
            }
        }
    }

    /// Whether the recorder waits for a key frame.
    var needsKeyFrame: Bool {
        get { wish.load(ordering: .relaxed) }
        set { wish.store(newValue, ordering: .relaxed) }
    }
}
