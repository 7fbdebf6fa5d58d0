import RTP
import SFU
import TestSupport

extension Scenario {
    /// Frames that the publisher has sent between two moments, but for those that are still on their way.
    func framesSent(from start: MonotonicTime, to end: MonotonicTime) -> Set<UInt32> {
        guard let publisher else { return [] }
        return Set(publisher.captureTimes.filter { $0.value >= start && $0.value < end }.keys)
    }

    /// The part of the frames sent between two moments that a viewer has decoded.
    func decodedShare(_ seat: Seat, from start: MonotonicTime, to end: MonotonicTime) -> Double {
        let sent = framesSent(from: start, to: end)
        guard let publisher, !sent.isEmpty else { return 0 }
        let decoded = seat.video.decoded(of: publisher.configuration.source)
        return Double(sent.intersection(decoded).count) / Double(sent.count)
    }

    /// The part of the sounds sent between two moments that a viewer never got.
    func audioLoss(_ seat: Seat, from start: MonotonicTime, to end: MonotonicTime) -> Double {
        guard let publisher, let begun = publisher.startedAt else { return 1 }
        let first = max(0, (start - begun) / .milliseconds(20))
        let last = max(first, (end - begun) / .milliseconds(20))
        return seat.viewer.audioLoss(of: publisher.configuration.source, in: UInt32(first)..<UInt32(last))
    }

    /// A line of figures of a viewer, for reports and failures.
    func figures(_ seat: Seat) -> String {
        let viewer = seat.viewer
        return """
            decoded \(seat.video.frames.count) of \(publisher?.frames ?? 0), key frames \(seat.video.keyFrames), \
            broken \(seat.video.broken), corrupted \(seat.video.corrupted), NACKs \(viewer.requests), \
            PLIs \(viewer.keyFrameRequests), RTX \(viewer.resends), strangers \(viewer.strangers), \
            lost \(seat.down.lost) and \(seat.down.overflowed) of \(seat.down.sent), \
            dropped \(room.subscriber(seat.id)?.dropped.byName ?? [:])
            """
    }

    /// A line of figures of the publisher.
    var publisherFigures: String {
        guard let publisher else { return "no publisher" }
        return """
            frames \(publisher.frames), key frames \(publisher.keyFrames), PLIs \(publisher.keyFrameRequests.count), \
            NACKed \(publisher.nackedPackets), resent \(publisher.resent), lost \(uplink.lost) of \(uplink.sent), \
            dropped \(room.dropped.byName)
            """
    }
}
