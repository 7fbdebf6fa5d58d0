public import RTP

/// Turns the packets of one session into the files of its recording.
///
/// Inputs go in as they happen; outputs are taken after some of them, until there are none. The recording
/// has one time line in microseconds, on which the first frame is at 0, or where a recording that is
/// continued has come to. A file holds what its head can declare: where that changes the next one begins.
///
/// - Pictures begin with a key frame. Sound waits for the first one for three seconds, then goes without.
/// - Where nothing comes the last picture stays, and sound that is declared is filled up with silence.
/// - Bounded: packets by the reorder buffers, waiting sound by ``HeldSound``, frames by the writers.
public struct SessionRecorder: Sendable {
    /// What is to be done.
    public enum Output: Equatable, Sendable {
        /// A file begins.
        case segmentBegan(RecordingSegment)
        /// To the file that began last.
        case change(FileChange)
        /// The file is complete.
        case segmentEnded(RecordingSegmentEnd)
        /// A stretch with nothing to show is over.
        case gap(RecordingGap)
    }

    /// What a publisher has agreed to send.
    struct Source: Sendable {
        var hasAudio: Bool
        var hasVideo: Bool
        /// Sound has waited for the first picture for long enough.
        var isPatienceOver = false
    }

    /// When nothing has come for so long, writers write what they hold.
    private static let idleness: Duration = .milliseconds(500)

    /// Of the source that sends, or sent last.
    var source: Source?
    var audio = FrameAssembler()
    var video = FrameAssembler()
    var clock = RecordingClock()
    var held = HeldSound()
    var sound = SoundTrack()
    var gaps = GapFinder()
    var script = RecordingScript()
    /// Of the file that is open, and where it began.
    var format: SegmentFormat?
    var start: Int64 = 0
    var nextNumber: Int
    /// Where the recording's line begins on the clock's; `nil` before the first frame.
    var zero: Int64?
    var ownCounters = RecordingCounters()
    /// Whether a key frame came that no file can declare.
    var isUndeclarable = false
    let elapsed: Int64
    private(set) var now = MonotonicTime.zero
    /// When a frame was written last; `nil` once all is settled.
    private var lastFrame: MonotonicTime?
    private var isFinished = false

    /// A recording that begins.
    ///
    /// - Parameters:
    ///   - firstSegment: The number of the next file, for a recording that is continued.
    ///   - elapsed: What lies before, in microseconds.
    public init(firstSegment: Int = 0, elapsed: Int64 = 0) {
        nextNumber = firstSegment
        self.elapsed = min(max(elapsed, 0), FrameInterleaver.latest)
    }

    /// Takes what happened.
    public mutating func receive(_ input: RecordingInput) {
        guard !isFinished else { return }
        switch input {
        case .sourceBegan(let hasAudio, let hasVideo, let time):
            endSource(at: time)
            audio.beginSource()
            video.beginSource()
            source = Source(hasAudio: hasAudio, hasVideo: hasVideo)
        case .sourceEnded(let time): endSource(at: time)
        case .packet(let track, let packet):
            guard isAgreed(track), packet.codec.isVideo == (track == .video) else {
                ownCounters.strayPackets += 1
                return
            }
            now = max(now, packet.arrival)
            switch track {
            case .audio: take(audio.receive(packet), of: .audio)
            case .video: take(video.receive(packet), of: .video)
            }
        case .senderReport(let track, let ntp, let timestamp, let time):
            guard isAgreed(track), let ticks = assembler(track).ticks(of: timestamp) else { return }
            clock.receive(track, ntp: ntp, ticks: ticks, at: time)
        case .overflowed(let time):
            now = max(now, time)
            ownCounters.overflows += 1
            interrupt()
        }
    }

    /// Time has passed; at least each 100 ms.
    public mutating func advance(to time: MonotonicTime) {
        guard !isFinished else { return }
        now = max(now, time)
        take(audio.advance(to: time), of: .audio)
        take(video.advance(to: time), of: .video)
        if let first = held.first, first.arrival + HeldSound.patience <= now { goWithoutPicture() }
        guard let lastFrame, let zero, lastFrame + Self.idleness <= now else { return }
        script.add(.settle(at: clock.time(at: now) - zero))
        // Once more, since the last frames may be a little ahead of the line.
        if lastFrame + Self.idleness * 3 <= now { self.lastFrame = nil }
    }

    /// The session is over: closes the file.
    public mutating func finish(at time: MonotonicTime) {
        guard !isFinished else { return }
        endSource(at: time)
        goWithoutPicture()
        closeSegment()
        isFinished = true
    }

    /// The next thing to be done.
    public mutating func nextOutput() -> Output? { script.next() }

    /// Whether there is nothing to show before a key frame, and none is coming.
    public var needsKeyFrame: Bool {
        guard let source, source.hasVideo, !isFinished else { return false }
        return video.needsKeyFrame || isUndeclarable
    }

    /// What became of packets and frames.
    public var counters: RecordingCounters {
        var counters = ownCounters
        counters.audio = audio.counters
        counters.video = video.counters
        return counters
    }

    /// Microseconds from the beginning of the recording to the end of its last frame.
    public var duration: Int64 {
        guard let zero, let end = gaps.end else { return elapsed }
        return end - zero
    }
}

extension SessionRecorder {
    private func assembler(_ track: RecordingTrack) -> FrameAssembler { track == .audio ? audio : video }

    private func isAgreed(_ track: RecordingTrack) -> Bool {
        guard let source else { return false }
        return track == .audio ? source.hasAudio : source.hasVideo
    }

    /// What the source has sent is all there is of it.
    private mutating func endSource(at time: MonotonicTime) {
        now = max(now, time)
        guard source != nil else { return }
        interrupt()
        held.settle(by: &clock, floor: sound.floor)
        clock.beginSource()
        source = nil
    }

    /// What comes next does not follow on what came last.
    private mutating func interrupt() {
        take(audio.finish(), of: .audio)
        take(video.finish(), of: .video)
        gaps.interrupt()
    }

    /// A frame is written: times on the clock's line become times of the recording.
    mutating func write(_ frame: DepacketizedFrame, at time: Int64) {
        guard let zero else { return }
        lastFrame = now
        script.add(
            .frame(
                EncodedFrame(
                    codec: frame.codec,
                    time: time - zero,
                    isKeyFrame: frame.isKeyFrame,
                    size: frame.size,
                    bytes: frame.bytes
                )
            )
        )
    }
}
