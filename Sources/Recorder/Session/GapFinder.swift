/// Finds the stretches that have nothing new to show, once they are over.
///
/// In microseconds.
struct GapFinder: Equatable, Sendable {
    /// What is shorter is a slow sender, or a hiccup.
    static let shortest: Int64 = 1_000_000
    /// The same where something is known to be missing.
    static let shortestInterruption: Int64 = 100_000
    /// A picture lasts as long as the one before it, but not longer than this.
    static let longestPicture: Int64 = 200_000
    private static let usualPicture: Int64 = 33_333

    private(set) var soundEnd = RecordingClock.beginning
    /// When the last picture was shown, and how long.
    private(set) var lastPicture: Int64?
    private var interval = Self.usualPicture
    /// No two gaps overlap.
    private var listed = RecordingClock.beginning
    private var isInterrupted = false
    private var isPictureLost = false
    private var isPictureInterrupted = false

    private var pictureEnd: Int64 { lastPicture.map { $0 + interval } ?? RecordingClock.beginning }

    /// The end of all media; `nil` before the first.
    var end: Int64? {
        let end = max(soundEnd, pictureEnd)
        return end == RecordingClock.beginning ? nil : end
    }

    /// Media is missing here, however little.
    mutating func interrupt() {
        isInterrupted = true
        isPictureInterrupted = true
        isPictureLost = true
    }

    /// Pictures are missing until the next one.
    mutating func losePicture() {
        isPictureLost = true
    }

    /// Sound is there; returns the gap that is over.
    mutating func sound(_ time: Int64, duration: Int64) -> Range<Int64>? {
        let gap = silentStretch(until: time)
        soundEnd = max(soundEnd, time + duration)
        return gap
    }

    /// A picture is there; returns the gap that is over.
    mutating func picture(_ time: Int64) -> Range<Int64>? {
        let gap = silentStretch(until: time) ?? lostStretch(until: time)
        if let lastPicture, time > lastPicture {
            interval = min(max(time - lastPicture, 1_000), Self.longestPicture)
        }
        lastPicture = time
        isPictureLost = false
        isPictureInterrupted = false
        return gap
    }

    /// Without anything.
    private mutating func silentStretch(until time: Int64) -> Range<Int64>? {
        let shortest = isInterrupted ? Self.shortestInterruption : Self.shortest
        isInterrupted = false
        return end.flatMap { list($0, time, shortest) }
    }

    /// Without pictures that should have been there.
    private mutating func lostStretch(until time: Int64) -> Range<Int64>? {
        guard isPictureLost, lastPicture != nil else { return nil }
        return list(pictureEnd, time, isPictureInterrupted ? Self.shortestInterruption : Self.shortest)
    }

    private mutating func list(_ start: Int64, _ end: Int64, _ shortest: Int64) -> Range<Int64>? {
        let start = max(start, listed)
        guard end - start > shortest else { return nil }
        listed = end
        return start..<end
    }
}
