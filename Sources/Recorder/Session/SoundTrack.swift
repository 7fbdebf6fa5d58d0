/// Where the sound of the recording has come to, and where it needs silence.
///
/// Silence is of whole packets, and never where a packet of sound is. In microseconds.
struct SoundTrack: Equatable, Sendable {
    /// A packet of 20 ms in which nothing is heard: one frame of CELT, in stereo, that decodes to zeros.
    static let silence: [UInt8] = [0xF8, 0xFF, 0xFE]
    static let silenceDuration: Int64 = 20_000
    /// How far sound may be behind pictures: a little longer than packets are held behind a gap.
    static let patience: Int64 = 550_000
    /// Longer silence has a hole: it is no recording's, but a clock's that was set.
    static let longestSilence: Int64 = 24 * 3_600_000_000

    /// Where sound, or silence, ends.
    private(set) var end = RecordingClock.beginning
    /// What lies before has been written.
    private(set) var floor = RecordingClock.beginning

    /// A file begins here.
    mutating func begin(at start: Int64) {
        end = max(end, start)
        floor = max(floor, start)
    }

    /// Finds the place of a packet, and the silence before it; `nil` if it comes too late.
    mutating func place(_ time: Int64, duration: Int64) -> (time: Int64, silence: Range<Int64>?)? {
        guard time >= floor - RecordingClock.tolerance else { return nil }
        let time = max(time, floor)
        let silence = fill(until: time)
        end = max(end, time + duration)
        floor = time + 1
        return (time, silence)
    }

    /// The silence to be written up to a time.
    mutating func fill(until time: Int64) -> Range<Int64>? {
        let packets = (time - end) / Self.silenceDuration
        guard packets > 0 else { return nil }
        let start = end
        let length = min(packets * Self.silenceDuration, Self.longestSilence)
        end = start + packets * Self.silenceDuration
        floor = end
        return start..<start + length
    }
}
