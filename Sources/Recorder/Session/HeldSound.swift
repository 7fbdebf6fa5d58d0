/// Sound that waits for the first picture, with which its file begins.
struct HeldSound: Equatable, Sendable {
    /// Longer, sound begins a file alone.
    static let patience: Duration = .seconds(3)
    /// The same for so many packets, three seconds of the shortest.
    static let most = 1_200

    struct Sound: Equatable, Sendable {
        var frame: DepacketizedFrame
        var time: Int64
    }

    /// Since their source ended, or now.
    private(set) var timed: [Sound] = []
    /// They wait for their clock, too.
    private var untimed: [DepacketizedFrame] = []

    var isEmpty: Bool { timed.isEmpty && untimed.isEmpty }
    var isFull: Bool { timed.count + untimed.count >= Self.most }
    var first: DepacketizedFrame? { timed.first?.frame ?? untimed.first }

    mutating func append(_ frame: DepacketizedFrame) {
        untimed.append(frame)
    }

    /// Gives all their times; those that come too late are left out.
    mutating func settle(by clock: inout RecordingClock, floor: Int64) {
        var floor = max(floor, timed.last?.time ?? floor)
        for frame in untimed {
            let time = clock.time(of: frame, track: .audio, floor: floor)
            guard time >= floor - RecordingClock.tolerance else { continue }
            floor = max(floor, time)
            timed.append(Sound(frame: frame, time: floor))
        }
        untimed = []
    }

    mutating func removeAll() {
        timed = []
        untimed = []
    }
}
