/// A track of the file, by its track_ID.
enum MP4Track: UInt32, CaseIterable, Sendable {
    case video = 1
    case audio = 2

    init(_ track: RecordingTrack) {
        switch track {
        case .video: self = .video
        case .audio: self = .audio
        }
    }

    /// Of decode times and durations: the clock of RTP, so that times survive the way through microseconds.
    var timescale: Int64 {
        switch self {
        case .video: 90_000
        case .audio: 48_000
        }
    }

    /// Of the movie: durations in `mvhd`, `tkhd` and `elst`.
    static let movieTimescale: Int64 = 1_000

    /// Two years: what is above is no time of a recording.
    static let latest: Int64 = 1 << 46

    /// From 0.
    var index: Int { Int(rawValue) - 1 }

    func ticks(microseconds: Int64) -> Int64 {
        Self.rescale(min(max(microseconds, 0), Self.latest), from: 1_000_000, to: timescale)
    }

    func microseconds(ticks: Int64) -> Int64 {
        Self.rescale(ticks, from: timescale, to: 1_000_000)
    }

    /// Rounds to the nearest, or up; does not overflow, whatever the value.
    static func rescale(_ value: Int64, from: Int64, to: Int64, up: Bool = false) -> Int64 {
        let whole = value / from
        let (high, overflow) = whole.multipliedReportingOverflow(by: to)
        guard !overflow else { return value < 0 ? .min : .max }
        let rest = value % from * to + (up ? from - 1 : from / 2)
        let (sum, isTooMuch) = high.addingReportingOverflow(rest / from)
        return isTooMuch ? .max : sum
    }
}
