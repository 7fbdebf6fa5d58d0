import RTP

/// How far pictures are from the sound of their moment, as the sender's clock says it.
///
/// A report is kept as its lead: the sender's time of a position, less the arrival that would be expected of
/// it. Leads of both tracks differ by how much longer one is on its way, whatever the sender's clock shows
/// and however it drifts. RFC 3550 §6.4.1.
struct SenderReports: Equatable, Sendable {
    /// Microseconds that reports may move pictures from where arrival puts them.
    static let mostSkew: Int64 = 300_000
    /// What is more than this is absurd; so are times of a clock that was set between two reports.
    static let absurdSkew: Int64 = 1_000_000
    /// Older reports say nothing.
    static let longestLife: Int64 = 60_000_000

    private struct Report: Equatable {
        var lead: Int64
        var arrival: Int64
    }

    /// The time of the first report, from which others count.
    private var reference: NTPTime?
    private var audio: Report?
    private var video: Report?

    /// Takes a report.
    ///
    /// - Parameter expected: When what it speaks of would arrive, without delay.
    mutating func receive(_ track: RecordingTrack, ntp: NTPTime, expected: Int64, at arrival: Int64) {
        // No clock at all (§4).
        guard ntp.rawValue != 0 else { return }
        let start = reference ?? ntp
        reference = start
        let report = Report(
            lead: (ntp - start).wholeNanoseconds / 1_000 - expected,
            arrival: arrival
        )
        switch track {
        case .audio: audio = report
        case .video: video = report
        }
    }

    /// The track's ticks begin anew.
    mutating func forget(_ track: RecordingTrack) {
        switch track {
        case .audio: audio = nil
        case .video: video = nil
        }
    }

    /// Microseconds to add to the time of pictures; 0 if that cannot be known.
    func skew(at arrival: Int64) -> Int64 {
        guard let audio, let video,
            arrival - min(audio.arrival, video.arrival) <= Self.longestLife
        else { return 0 }
        let skew = video.lead - audio.lead
        guard abs(skew) <= Self.absurdSkew else { return 0 }
        return min(max(skew, -Self.mostSkew), Self.mostSkew)
    }
}
