import RTP

/// The line of a track's ticks, and where it lies on the recording's.
struct TrackLine: Equatable, Sendable {
    /// Ticks farther from the first are of no recording: a year and more.
    private static let farthest: Int64 = 1 << 42

    private let rate: Int64
    /// The ticks from which positions count.
    private let origin: Int64
    /// Arrival less position.
    var transits = TransitWindow()
    /// Time less position; `nil` while it is not needed, so that packets may tell more.
    var offset: Int64?
    /// Position of the last frame.
    var last: Int64 = 0
    private var stray: Stray?

    /// Since when the track is where it should not be.
    private struct Stray: Equatable {
        var arrival: Int64
        var transit: Int64
    }

    /// How long a track has to stray before it is believed.
    private static let doubt: Int64 = 100_000

    init(_ track: RecordingTrack, at ticks: Int64) {
        rate = track == .audio ? 48_000 : 90_000
        origin = ticks
    }

    /// Microseconds from the line's origin.
    func position(of ticks: Int64) -> Int64 {
        min(max(ticks &- origin, -Self.farthest), Self.farthest) * 1_000_000 / rate
    }

    /// Whether a track that seems to be late is so for good.
    ///
    /// Behind a stall of the network packets come in a burst, each less late than the one before. But those
    /// of a sender whose ticks have stood still, or were set back, go on as late as they began.
    mutating func isLateForGood(arrival: Int64, transit: Int64) -> Bool {
        guard let stray, stray.arrival <= arrival else {
            stray = Stray(arrival: arrival, transit: transit)
            return false
        }
        let passed = arrival - stray.arrival
        guard passed >= Self.doubt else { return false }
        if stray.transit - transit < passed { return true }
        self.stray = Stray(arrival: arrival, transit: transit)
        return false
    }

    mutating func isInTime() {
        stray = nil
    }
}
