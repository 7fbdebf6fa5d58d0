import PortholeCore
import RTP
import SFU

/// The recorder's ear on a media loop: one more subscriber of a room, to whom everything is copied as it arrived.
///
/// It outlives publishers and the room's emptiness; it belongs to its loop.
final class RecordingTap {
    /// How long a block is filled before it is handed over as it is.
    static let patience = Duration.milliseconds(100)

    let order: RecordingOrder
    let queue: RecordingQueue
    private var block: RecordingBlock?
    private var beganAt = MonotonicTime.zero
    private var isOverflowing = false
    /// When a key frame last began, or the source.
    private var keyFrameAt = MonotonicTime.zero
    /// Whether a source's media is being copied.
    private var hasSource = false
    /// What happened to the source while nothing could be handed over.
    private var missed: RecordingBlock.Head?
    /// Packets that the recorder was too slow for.
    private(set) var dropped: UInt64 = 0

    init(_ order: RecordingOrder, queue: RecordingQueue) {
        self.order = order
        self.queue = queue
    }

    /// A publisher's media begins.
    func begin(hasAudio: Bool, hasVideo: Bool, at now: MonotonicTime) {
        hasSource = true
        keyFrameAt = now
        var head = RecordingBlock.Head(kind: .sourceBegan, at: now)
        head.hasAudio = hasAudio
        head.hasVideo = hasVideo
        append(head)
    }

    /// The publisher is gone.
    func endSource(at now: MonotonicTime) {
        guard hasSource else { return }
        hasSource = false
        append(RecordingBlock.Head(kind: .sourceEnded, at: now))
    }

    /// Copies what waits to be forwarded.
    func take(from room: Room, at now: MonotonicTime) {
        for packet in 0..<room.pendingCount {
            let (kind, info, payload) = room.pendingPacket(packet)
            if info.startsKeyFrame { keyFrameAt = now }
            var head = RecordingBlock.Head(kind: .packet, at: info.arrival)
            head.track = kind
            head.codec = info.codec
            head.marker = info.marker
            head.length = UInt16(payload.count)
            head.timestamp = info.timestamp
            head.index = info.index
            append(head, payload)
        }
    }

    /// Whether a key frame is wanted: the recorder can show nothing without one, or nobody could seek for too long.
    func needsKeyFrame(every interval: Duration, at now: MonotonicTime) -> Bool {
        hasSource && (queue.needsKeyFrame || now - keyFrameAt >= interval)
    }

    /// A report of the publisher about one of its tracks.
    func take(_ report: Room.TrackReport, at now: MonotonicTime) {
        var head = RecordingBlock.Head(kind: .senderReport, at: now)
        head.track = report.kind
        head.timestamp = report.timestamp
        head.index = Int64(bitPattern: UInt64(report.ntp.seconds) << 32 | UInt64(report.ntp.fraction))
        append(head)
    }

    /// Hands over what has been filled for long enough; returns whether something was.
    func handOver(at now: MonotonicTime, atOnce: Bool = false) -> Bool {
        guard let block, atOnce || now - beganAt >= Self.patience else { return false }
        self.block = nil
        queue.hand(block)
        return true
    }

    private func append(
        _ head: RecordingBlock.Head,
        _ payload: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        if isOverflowing {
            guard resume(at: head.at) else { return drop(head) }
        }
        if let block {
            if block.append(head, payload: payload) { return }
            queue.hand(block)
            self.block = nil
        }
        guard let block = queue.takeEmpty() else {
            isOverflowing = true
            return drop(head)
        }
        beganAt = head.at
        self.block = block
        _ = block.append(head, payload: payload)
    }

    /// Whether there is room again, of which the recorder is told first what it missed.
    private func resume(at now: MonotonicTime) -> Bool {
        guard let block = queue.takeEmpty() else { return false }
        isOverflowing = false
        beganAt = now
        self.block = block
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        _ = block.append(RecordingBlock.Head(kind: .overflowed, at: now), payload: nothing)
        if let missed { _ = block.append(missed, payload: nothing) }
        missed = nil
        return true
    }

    private func drop(_ head: RecordingBlock.Head) {
        switch head.kind {
        case .packet: dropped &+= 1
        case .sourceBegan, .sourceEnded: missed = head
        case .senderReport, .overflowed: break
        }
    }
}
