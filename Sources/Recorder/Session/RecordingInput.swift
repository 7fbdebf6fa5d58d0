public import RTP

/// What a recording is made of, in the order it happened.
public enum RecordingInput: Equatable, Sendable {
    /// A publisher's media begins, the first one's or that of another connection: what it has agreed to send.
    case sourceBegan(hasAudio: Bool, hasVideo: Bool, at: MonotonicTime)
    /// A packet. Indices and timestamps go on over sources: the former jump a little, the latter by the time
    /// that has passed.
    case packet(RecordingTrack, TrackPacket)
    /// When the sender sampled what has this timestamp, which is on the track's own line as that of its
    /// packets. RFC 3550 §6.4.1.
    case senderReport(RecordingTrack, ntp: NTPTime, timestamp: UInt32, at: MonotonicTime)
    /// The publisher is gone.
    case sourceEnded(at: MonotonicTime)
    /// Packets between the input before and this one were not handed over.
    case overflowed(at: MonotonicTime)
}
