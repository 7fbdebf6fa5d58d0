import RTP

/// Puts packets of a picture in order, and tells which frames a decoder could show, and when.
///
/// Nothing is decoded and no payload is kept: a frame can be shown if all its packets came, and everything since the
/// last key frame could be shown. What is missing is waited for as long as the arrival window does.
struct FrameReader: Sendable {
    /// A frame that can be shown.
    struct Frame: Equatable, Sendable {
        var isKey: Bool
        /// When its last packet, or the last one missing before it, came.
        var time: MonotonicTime
    }

    private struct Slot {
        var index: Int64 = -1
        var timestamp: UInt32 = 0
        var startsFrame = false
        var startsKeyFrame = false
        var marker = false
        /// Padding only, with which bandwidth is probed.
        var isEmpty = false
    }

    /// Whether nothing can be shown before the next key frame.
    private(set) var needsKeyFrame = true
    /// Frames that came and could not be shown.
    private(set) var undecodable: UInt64 = 0

    private var slots: [Slot]
    private var next: Int64?
    private var current: (timestamp: UInt32, isKey: Bool, isWhole: Bool)?
    private let mask = ArrivalWindow.length - 1

    init() { slots = Array(repeating: Slot(), count: Int(ArrivalWindow.length)) }

    /// Keeps a packet that has come for the first time.
    mutating func keep(_ index: Int64, _ header: RTPHeader, _ inspection: PayloadInspection) {
        if next == nil { next = index }
        slots[Int(index & mask)] = Slot(
            index: index,
            timestamp: header.timestamp,
            startsFrame: inspection.startsFrame,
            startsKeyFrame: inspection.startsKeyFrame,
            marker: header.marker,
            isEmpty: header.payload.isEmpty
        )
    }

    /// The next frame that has become complete; `nil` until more comes.
    mutating func takeFrame(_ window: ArrivalWindow, at now: MonotonicTime) -> Frame? {
        while let index = next, index <= window.highest {
            let slot = slots[Int(index & mask)]
            if slot.index == index {
                next = index + 1
                if let frame = read(slot, at: now) { return frame }
            } else if window.isMissing(index) {
                return nil
            } else {
                // Given up, or never in the window.
                next = max(index + 1, window.highest - ArrivalWindow.length + 1)
                breakOff()
            }
        }
        return nil
    }

    private mutating func breakOff() {
        if current != nil { undecodable += 1 }
        current = nil
        needsKeyFrame = true
    }

    private mutating func read(_ slot: Slot, at now: MonotonicTime) -> Frame? {
        if slot.isEmpty { return nil }
        if current?.timestamp != slot.timestamp {
            // A frame without its last packet: the marker was on a packet that never came.
            if current != nil { breakOff() }
            current = (slot.timestamp, slot.startsKeyFrame, slot.startsFrame)
        } else if slot.startsKeyFrame {
            current?.isKey = true
        }
        guard slot.marker, let frame = current else { return nil }
        current = nil
        guard frame.isWhole else {
            undecodable += 1
            needsKeyFrame = true
            return nil
        }
        if frame.isKey { needsKeyFrame = false }
        guard !needsKeyFrame else {
            undecodable += 1
            return nil
        }
        return Frame(isKey: frame.isKey, time: now)
    }
}
