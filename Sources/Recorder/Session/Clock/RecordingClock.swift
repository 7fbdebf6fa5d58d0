import RTP

/// Gives frames their time, in microseconds of a line that runs with arrival.
///
/// Sound is the master: it is anchored once, at the arrival of its least delayed packet, and goes by its
/// ticks. Pictures go by theirs, but are drawn to where their sound is: by the arrival of both, and closer by
/// sender reports once both tracks have one. Drawn means that distances between pictures change by a tenth at
/// most. Pictures without sound go by their ticks alone.
///
/// A track is anchored anew with its source, and where its ticks jump: when it is more than a second from its
/// arrival, or behind what was given in its stead.
struct RecordingClock: Equatable, Sendable {
    /// Before all times.
    static let beginning: Int64 = -1 << 60
    /// How far a track may be from its arrival, in microseconds.
    static let farthest: Int64 = 1_000_000
    /// How far sound may draw pictures from theirs.
    private static let longestPull: Int64 = 500_000
    /// What is less before its predecessor's end is rounding.
    static let tolerance: Int64 = 10_000
    /// The line follows the sender's clock by a thousandth at most; no crystal is that far off.
    private static let drift: Int64 = 1_000
    /// One part in so many of what pictures are off is put right with each of them.
    private static let smoothing: Int64 = 8

    private var audio: TrackLine?
    private var video: TrackLine?
    private var reports = SenderReports()
    /// The line less arrival: how far the sender's clock has drifted since the beginning.
    private var bias: Int64 = 0
    private var latest: Int64?

    /// Where a moment is on the line.
    func time(at moment: MonotonicTime) -> Int64 { moment.microseconds + bias }

    /// Another source begins, whose ticks have nothing to do with those before.
    mutating func beginSource() {
        audio = nil
        video = nil
        reports = SenderReports()
    }

    /// Takes notice of sound that is kept for later: the anchor will be the better for it.
    ///
    /// - Returns: `false` if ticks jump here: what is kept has to get its time first.
    mutating func hear(_ sound: DepacketizedFrame) -> Bool {
        var line = audio ?? TrackLine(.audio, at: sound.ticks)
        guard line.offset == nil else { return true }
        let arrival = sound.arrival.microseconds
        let transit = arrival - line.position(of: sound.ticks)
        if let least = line.transits.least, abs(transit - least) > Self.farthest { return false }
        line.transits.add(transit, at: arrival)
        audio = line
        return true
    }

    /// Takes a report, if anything of its track has come.
    mutating func receive(_ track: RecordingTrack, ntp: NTPTime, ticks: Int64, at moment: MonotonicTime) {
        guard let line = self[track], let transit = line.transits.least else { return }
        let expected = line.position(of: ticks) + transit
        reports.receive(track, ntp: ntp, expected: expected, at: moment.microseconds)
    }

    /// The time of a track's next frame.
    ///
    /// - Parameter floor: What lies before has been given; a time may still be earlier, and its frame then
    ///   comes too late.
    mutating func time(of frame: DepacketizedFrame, track: RecordingTrack, floor: Int64) -> Int64 {
        let arrival = frame.arrival.microseconds
        var line = self[track] ?? TrackLine(track, at: frame.ticks)
        let position = line.position(of: frame.ticks)
        let transit = arrival - position
        let offset = line.offset ?? anchor(&line, track, at: position, arrival, floor)
        let time = position + offset
        let lateness = arrival + bias - time
        let isLate = lateness > Self.farthest || time < floor - Self.tolerance
        if lateness < -Self.farthest
            || isLate && line.isLateForGood(arrival: arrival, transit: transit)
        {
            line = TrackLine(track, at: frame.ticks)
            reports.forget(track)
            let time = anchor(&line, track, at: 0, arrival, floor)
            self[track] = line
            return time
        }
        if isLate {
            self[track] = line
            return time
        }
        line.isInTime()
        line.transits.add(transit, at: arrival)
        let drawn = track == .video ? draw(&line, to: position, arrival) : 0
        self[track] = line
        follow(at: arrival)
        return time + drawn
    }
}

extension RecordingClock {
    private subscript(track: RecordingTrack) -> TrackLine? {
        get { track == .audio ? audio : video }
        set {
            switch track {
            case .audio: audio = newValue
            case .video: video = newValue
            }
        }
    }

    /// Lays a line where a frame's arrival says, but not before what has been given; returns its offset.
    private func anchor(
        _ line: inout TrackLine,
        _ track: RecordingTrack,
        at position: Int64,
        _ arrival: Int64,
        _ floor: Int64
    ) -> Int64 {
        line.transits.add(arrival - position, at: arrival)
        let offset = max(aim(line, track, arrival), floor - position)
        line.offset = offset
        line.last = position
        return offset
    }

    /// The offset that a line should have.
    private func aim(_ line: TrackLine, _ track: RecordingTrack, _ arrival: Int64) -> Int64 {
        let transit = line.transits.least ?? arrival
        guard track == .video, let sound = audio?.lag else { return transit + bias }
        let pull = min(max(sound - bias, -Self.longestPull), Self.longestPull)
        return transit + bias + pull + reports.skew(at: arrival)
    }

    /// Moves pictures to where their sound is; returns by how much.
    private func draw(_ line: inout TrackLine, to position: Int64, _ arrival: Int64) -> Int64 {
        let most = max(position - line.last, 0) / 10
        line.last = position
        guard audio?.offset != nil, let offset = line.offset else { return 0 }
        let drawn = min(max((aim(line, .video, arrival) - offset) / Self.smoothing, -most), most)
        line.offset = offset + drawn
        return drawn
    }

    /// Lets the line follow the clock of the sender.
    private mutating func follow(at arrival: Int64) {
        let passed = max(arrival - (latest ?? arrival), 0)
        latest = max(latest ?? arrival, arrival)
        guard let lag = audio?.lag ?? video?.lag else { return }
        let most = passed / Self.drift
        bias += min(max(lag - bias, -most), most)
    }
}

extension TrackLine {
    /// The recording's line less arrival without delay, as this track has it.
    fileprivate var lag: Int64? {
        guard let offset, let transit = transits.least else { return nil }
        return offset - transit
    }
}

extension MonotonicTime {
    var microseconds: Int64 { Int64(nanoseconds / 1_000) }
}
