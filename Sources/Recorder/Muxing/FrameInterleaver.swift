import RTP

/// Puts the frames of two tracks into the order of their time.
///
/// Pictures come later than the sound of their moment: a frame is whole only with its last packet, and a lost packet is
/// waited for. A frame is held until the other track has come as far, ``longestWait`` of its own track at most. What comes
/// later than that is out of order, and the container's to put right.
struct FrameInterleaver: Sendable {
    /// Microseconds; longer than packets are held behind a gap, and than silence that is filled in waits for sound.
    static let longestWait: Int64 = 600_000
    /// Beyond these frames go out unordered, the earliest first.
    static let mostFrames = 512
    static let mostBytes = 8 << 20
    /// Microseconds, 49 days: milliseconds fit 32 bits, and later frames are of this time.
    static let latest = Int64(UInt32.max) * 1_000

    private struct Queue {
        var frames: [EncodedFrame] = []
        /// The time of the last frame that came; a track that is not there holds nobody back.
        var newest: Int64
    }

    private var audio: Queue
    private var video: Queue
    private var bytes = 0

    init(hasAudio: Bool, hasVideo: Bool) {
        audio = Queue(newest: hasAudio ? 0 : .max)
        video = Queue(newest: hasVideo ? 0 : .max)
    }

    /// Takes a frame; one that goes back within its track is of the time of the one before.
    mutating func add(_ frame: EncodedFrame) {
        var frame = frame
        bytes += frame.bytes.count
        switch frame.track {
        case .audio: Self.add(&frame, to: &audio)
        case .video: Self.add(&frame, to: &video)
        }
    }

    private static func add(_ frame: inout EncodedFrame, to queue: inout Queue) {
        frame.time = min(max(frame.time, queue.newest), latest)
        queue.newest = frame.time
        queue.frames.append(frame)
    }

    /// The next frame whose turn it is.
    ///
    /// - Parameter flushes: Whether nothing is waited for.
    mutating func next(flushes: Bool = false) -> EncodedFrame? {
        let isOverfull = audio.frames.count + video.frames.count > Self.mostFrames || bytes > Self.mostBytes
        let isAudioFirst: Bool
        switch (audio.frames.first, video.frames.first) {
        case (nil, nil): return nil
        // Sound before the picture of its time (WebM Container Guidelines, "Muxer Guidelines").
        case (let sound?, let picture?): isAudioFirst = sound.time <= picture.time
        case (_, let picture): isAudioFirst = picture == nil
        }
        let frame =
            isAudioFirst
            ? Self.next(of: &audio, beside: video.newest, atOnce: flushes || isOverfull)
            : Self.next(of: &video, beside: audio.newest, atOnce: flushes || isOverfull)
        bytes -= frame?.bytes.count ?? 0
        return frame
    }

    private static func next(of queue: inout Queue, beside other: Int64, atOnce: Bool) -> EncodedFrame? {
        guard let first = queue.frames.first,
            atOnce || other >= first.time || queue.newest - first.time >= longestWait
        else { return nil }
        return queue.frames.removeFirst()
    }
}
