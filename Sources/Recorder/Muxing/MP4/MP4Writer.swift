import RTP

/// Writes a recording as fragmented MP4 while it is made, and makes it a plain one at the end.
///
/// ```
/// ftyp | moov | free | moof mdat | moof mdat | …            while it is made
/// ftyp | free | mdat: (moof mdat | moof mdat | …) | moov    at the end
/// ```
///
/// What it returns is to be done to the file in order. What was written is not written over before the end, and
/// then only in the head, at once: media stay where they are, and fragments become what one `mdat` has. Players
/// then find each picture by the tables of the last `moov`, whatever fragments begin with.
///
/// It ends a fragment before that gets longer than 250 ms, and before a key frame. One frame of each track is
/// kept back, because its duration is known when the next one comes, but not for longer than 500 ms: then it is
/// written with the duration that it probably has, and where that is too short the next decode time makes it
/// longer (ISO/IEC 14496-12 §8.8.12). So a crash costs less than 1 s.
///
/// Bounded: 4 MiB or 1,000 frames are written at once, whatever their times; a frame of more than 16 MiB is
/// dropped; of what was written 4 to 32 bytes a frame are remembered, up to ``MP4Index/most`` frames of a track.
/// ``MP4Repair`` does for a crashed file what ``finish(duration:)`` would have done.
public struct MP4Writer: Sendable {
    /// How long a frame waits for the next one, in microseconds.
    private static let patience: Int64 = 500_000
    /// Written at once before there are more.
    private static let fragmentBytes = 4 << 20
    private static let fragmentSamples = 1_000
    /// A larger frame is no frame.
    private static let frameBytes = 16 << 20
    /// How much media is written at once, in microseconds.
    private static let fragmentDuration: Int64 = 250_000

    private let hasVideo: Bool
    private let hasAudio: Bool
    private let head: MP4Head
    private(set) var index: MP4Index
    private var queues = MP4Track.allCases.map { MP4SampleQueue($0) }
    private var sequence: UInt32 = 0
    /// The latest time that was heard of, in microseconds.
    private var latest: Int64 = 0
    private var hasBegun = false
    private var hasFinished = false
    /// Decoding begins with a key frame.
    private var hasKeyFrame = false

    /// A writer of a file that has these tracks.
    public init(video: MP4VideoFormat?, audio: MP4AudioFormat?) {
        self.init(video: video, audio: audio, most: MP4Index.most)
    }

    /// - Parameter most: Frames of a track.
    init(video: MP4VideoFormat?, audio: MP4AudioFormat?, most: Int) {
        hasVideo = video != nil
        hasAudio = audio != nil
        head = MP4Head(video: video, audio: audio)
        index = MP4Index(head, most: most)
    }

    /// Takes the next frame of a track.
    ///
    /// Frames of another codec are dropped, as those of video are before the first key frame.
    public mutating func append(_ frame: EncodedFrame) -> [FileChange] {
        guard !hasFinished else { return [] }
        var changes = begin()
        guard accepts(frame) else { return changes }
        let track = MP4Track(frame.track)
        let time = queues[track.index].time(microseconds: frame.time)
        settle(track, until: time, &changes)
        if track == .video, frame.isKeyFrame, !isGroupPending { write(before: time, &changes) }
        queues[track.index].hold(frame, at: time)
        latest = max(latest, track.microseconds(ticks: time))
        writeWhatIsDue(&changes)
        return changes
    }

    /// Writes what has waited long enough at a time of the recording, in microseconds; for when no frames
    /// come.
    public mutating func advance(to time: Int64) -> [FileChange] {
        guard !hasFinished else { return [] }
        var changes = begin()
        latest = max(latest, min(time, MP4Track.latest))
        writeWhatIsDue(&changes)
        return changes
    }

    /// Writes what is left and where everything is, and makes the file plain; the last picture is shown until
    /// the end.
    ///
    /// - Parameter duration: Of the recording, in microseconds.
    public mutating func finish(duration: Int64) -> [FileChange] {
        guard !hasFinished else { return [] }
        var changes = begin()
        for track in MP4Track.allCases {
            guard let held = queues[track.index].held else { continue }
            var end = track.ticks(microseconds: duration)
            if track == .audio { end = min(end, held.time + queues[track.index].guess(held)) }
            settle(track, until: end > held.time ? end : nil, &changes)
        }
        write(&changes)
        hasFinished = true
        return changes + index.changes()
    }
}

extension MP4Writer {
    private mutating func begin() -> [FileChange] {
        guard !hasBegun else { return [] }
        hasBegun = true
        return [.append(head.bytes)]
    }

    private mutating func accepts(_ frame: EncodedFrame) -> Bool {
        guard !frame.bytes.isEmpty, frame.bytes.count <= Self.frameBytes else { return false }
        let track = MP4Track(frame.track)
        // With the one that is held, and this one.
        guard index.hasRoom(for: queues[track.index].samples.count + 2, of: track) else { return false }
        guard frame.codec.isVideo else { return hasAudio && frame.codec == .opus }
        guard hasVideo, frame.codec == .h264 else { return false }
        hasKeyFrame = hasKeyFrame || frame.isKeyFrame
        return hasKeyFrame
    }

    /// Whether the samples begin with a key frame, so that another one may stay with them until they are due.
    private var isGroupPending: Bool {
        queues[MP4Track.video.index].samples.first?.isKeyFrame ?? false
    }

    /// Whether samples have waited long enough, or would have with one more of the length of the last one.
    private var isDue: Bool {
        let waiting = queues.filter { !$0.samples.isEmpty }
        guard let start = waiting.map({ $0.track.microseconds(ticks: $0.start) }).min() else { return false }
        if waiting.reduce(0, { $0 + $1.byteCount }) >= Self.fragmentBytes { return true }
        if waiting.reduce(0, { $0 + $1.samples.count }) >= Self.fragmentSamples { return true }
        let ends = waiting.map { queue in
            queue.track.microseconds(ticks: queue.end + Int64(queue.samples.last?.duration ?? 0))
        }
        return max(latest, ends.max() ?? latest) - start > Self.fragmentDuration
    }

    private mutating func writeWhatIsDue(_ changes: inout [FileChange]) {
        for track in MP4Track.allCases {
            guard let held = queues[track.index].held,
                latest - track.microseconds(ticks: held.time) >= Self.patience
            else { continue }
            settle(track, until: nil, &changes)
        }
        if isDue { write(&changes) }
    }

    /// Makes the held frame of a track a sample; if there is a gap before it, what is before is written
    /// first.
    private mutating func settle(_ track: MP4Track, until time: Int64?, _ changes: inout [FileChange]) {
        if !queues[track.index].isHeldAdjacent { write(&changes) }
        queues[track.index].settle(until: time)
    }

    /// Writes a fragment of all samples, or of those before a key frame, by its decode time.
    private mutating func write(before keyTime: Int64? = nil, _ changes: inout [FileChange]) {
        let runs = MP4Track.allCases.compactMap { track in
            let limit = keyTime.map {
                MP4Track.rescale($0, from: MP4Track.video.timescale, to: track.timescale)
            }
            return queues[track.index].take(before: limit ?? .max)
        }
        guard !runs.isEmpty else { return }
        sequence &+= 1
        let fragment = MP4Fragment(sequence: sequence, runs: runs)
        let bytes = fragment.bytes
        index.add(fragment.summary(size: bytes.count))
        changes.append(.append(bytes))
    }
}
