/// A frame with its duration.
struct MP4Sample: Equatable, Sendable {
    /// In ticks of the track.
    var duration: UInt32
    var isKeyFrame: Bool
    var bytes: [UInt8]
}

/// The frames of one track that are not written yet.
///
/// Those with a duration are samples; the last one is held, because its duration is known when the next one
/// comes.
///
/// Decode times never decrease: a frame that would be early is moved behind the one before it.
struct MP4SampleQueue: Sendable {
    /// The last frame.
    struct Held: Sendable {
        var time: Int64
        var isKeyFrame: Bool
        var bytes: [UInt8]
    }

    let track: MP4Track
    private(set) var samples: [MP4Sample] = []
    private(set) var byteCount = 0
    private(set) var held: Held?
    /// The decode time of the first sample.
    private(set) var start: Int64 = 0
    /// The decode time behind the last sample, written or not.
    private(set) var end: Int64 = 0
    /// Of the last sample whose end was known.
    private var lastDuration: Int64?

    init(_ track: MP4Track) {
        self.track = track
    }

    /// When a frame of this time would be decoded.
    func time(microseconds: Int64) -> Int64 {
        max(track.ticks(microseconds: microseconds), held.map { $0.time + 1 } ?? end)
    }

    /// Whether the held frame follows the samples without a gap; a run of samples cannot hold one.
    var isHeldAdjacent: Bool {
        samples.isEmpty || held.map { $0.time == end } ?? true
    }

    /// Keeps a frame back; the one before it has been settled.
    mutating func hold(_ frame: EncodedFrame, at time: Int64) {
        held = Held(time: time, isKeyFrame: frame.isKeyFrame, bytes: frame.bytes)
    }

    /// Makes the held frame a sample that lasts until a time, or as long as it is guessed to.
    mutating func settle(until next: Int64?) {
        guard let held else { return }
        let duration = UInt32(clamping: max(next.map { $0 - held.time } ?? guess(held), 1))
        if next != nil { lastDuration = Int64(duration) }
        if samples.isEmpty { start = held.time }
        end = held.time + Int64(duration)
        samples.append(MP4Sample(duration: duration, isKeyFrame: held.isKeyFrame, bytes: held.bytes))
        byteCount += held.bytes.count
        self.held = nil
    }

    /// The samples that begin before a time, which are then no longer here; `nil` if there are none.
    mutating func take(before limit: Int64 = .max) -> MP4Fragment.Run? {
        var count = 0
        var time = start
        while count < samples.count, time < limit {
            time += Int64(samples[count].duration)
            count += 1
        }
        guard count > 0 else { return nil }
        let run = MP4Fragment.Run(track: track, start: start, samples: Array(samples[..<count]))
        samples.removeSubrange(..<count)
        byteCount -= run.byteCount
        start = time
        return run
    }

    /// How long a frame lasts as far as is known.
    ///
    /// Of sound what the packet says, of a picture what the last one did, at most half a second.
    func guess(_ frame: Held) -> Int64 {
        switch track {
        case .audio: OpusPacket.likelyDuration(frame.bytes)
        case .video: min(lastDuration ?? 3_000, track.timescale / 2)
        }
    }
}
