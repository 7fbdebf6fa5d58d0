import PortholeCore
import RTP
import SFU
import WebRTC

/// What a loop does for the recorder: it copies, and hands over.
extension MediaLoop {
    /// A publisher's media goes into its room's recording, if there is to be one.
    func record(_ entry: MediaPeer, at now: MonotonicTime) {
        let room = entry.room
        if taps[room.id]?.queue.isClosed == true { endRecording(of: room.id, at: now) }
        if taps[room.id] == nil, let recorder, let order = entry.grant.recording,
            !endedRecordings.contains(order.recording)
        {
            let queue = RecordingQueue()
            taps[room.id] = RecordingTap(order, queue: queue)
            recorder.begin(order, room: room.id, queue: queue)
        }
        room.tap = taps[room.id]
        room.room.isRecorded = room.tap != nil
        room.tap?
            .begin(
                hasAudio: entry.tracks.contains { $0.kind == .audio },
                hasVideo: entry.tracks.contains { $0.kind == .video },
                at: now
            )
    }

    /// Every few milliseconds: hands over what waits, and passes on the recorder's wish.
    func serveTap(of entry: MediaRoom, at now: MonotonicTime) {
        guard let tap = entry.tap else { return }
        // Its disk was full: the next publisher may be recorded anew.
        guard !tap.queue.isClosed else {
            endRecording(of: entry.id, at: now)
            return
        }
        handOver(tap, at: now, atOnce: false)
        if tap.needsKeyFrame(every: configuration.recordingKeyFrameInterval, at: now) {
            entry.room.wantKeyFrame()
        }
    }

    /// Hands over what a tap has filled.
    func handOver(_ tap: RecordingTap, at now: MonotonicTime, atOnce: Bool) {
        if tap.handOver(at: now, atOnce: atOnce) { recorder?.signal() }
    }

    /// Ends the recording of a room; returns which it was.
    @discardableResult
    func endRecording(of room: MediaRoomID, at now: MonotonicTime) -> RecordingID? {
        guard let tap = taps.removeValue(forKey: room) else { return nil }
        rooms[room]?.tap = nil
        rooms[room]?.room.isRecorded = false
        Self.remember(tap.order.recording, in: &endedRecordings)
        counters.recordingPacketsDropped &+= tap.dropped
        _ = tap.handOver(at: now, atOnce: true)
        tap.queue.end()
        recorder?.signal()
        return tap.order.recording
    }

    /// Ends the recording of a room.
    func endRecording(of room: MediaRoomID) -> RecordingID? { endRecording(of: room, at: now) }

    /// Ends a recording, or keeps it from beginning.
    func end(_ recording: RecordingID) {
        if let room = taps.first(where: { $0.value.order.recording == recording })?.key {
            endRecording(of: room, at: now)
        } else if !endedRecordings.contains(recording) {
            Self.remember(recording, in: &endedRecordings)
        }
    }
}
