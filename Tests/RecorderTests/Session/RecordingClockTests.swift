import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("The clock of a recording")
struct RecordingClockTests {
    /// A frame of some millisecond of its sender's clock.
    private static func frame(
        _ track: RecordingTrack,
        ticks: Int64,
        at arrival: Int64
    ) -> DepacketizedFrame {
        DepacketizedFrame(
            codec: track == .audio ? .opus : .vp8,
            ticks: ticks,
            arrival: MonotonicTime(nanoseconds: UInt64(max(arrival, 0)) * 1_000),
            isKeyFrame: true,
            bytes: [1]
        )
    }

    /// Microseconds of the true clock, arrival included.
    private struct Sender {
        var audioRate: Int64 = 48_000
        var videoRate: Int64 = 90_000

        func audio(_ time: Int64, delay: Int64) -> DepacketizedFrame {
            frame(.audio, ticks: time * audioRate / 1_000_000, at: time + delay)
        }

        func video(_ time: Int64, delay: Int64) -> DepacketizedFrame {
            frame(.video, ticks: time * videoRate / 1_000_000, at: time + delay)
        }
    }

    @Test func `lays sound at its arrival, and goes by its ticks whatever the network does`() {
        var random = SplitMix64(seed: 1)
        var clock = RecordingClock()
        let sender = Sender()
        for number in Int64(0)..<5_000 {
            let delay = number == 0 ? 30_000 : 30_000 + Int64(random.next() % 200_000)
            let frame = sender.audio(number * 20_000, delay: delay)
            let time = clock.time(of: frame, track: .audio, floor: RecordingClock.beginning)
            #expect(time == number * 20_000 + 30_000)
        }
    }

    @Test func `is anchored by the least delayed of the frames that were kept`() {
        var clock = RecordingClock()
        let sender = Sender()
        let delays: [Int64] = [170_000, 90_000, 25_000, 60_000]
        let frames = delays.enumerated()
            .map { sender.audio(Int64($0) * 20_000, delay: $1) }
        let heard = frames.filter { clock.hear($0) }
        #expect(heard.count == 4)
        let times = frames.map { clock.time(of: $0, track: .audio, floor: RecordingClock.beginning) }
        #expect(times == [25_000, 45_000, 65_000, 85_000])
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `changes the distance of pictures by a tenth at most`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var clock = RecordingClock()
        let sender = Sender(
            audioRate: 48_000 + Int64(random.next() % 20) - 10,
            videoRate: 90_000 + Int64(random.next() % 40) - 20
        )
        var last: (time: Int64, ticks: Int64)?
        var time: Int64 = 0
        while time < 60_000_000 {
            let sound = sender.audio(time, delay: 20_000 + Int64(random.next() % 150_000))
            _ = clock.time(of: sound, track: .audio, floor: RecordingClock.beginning)
            for track in [RecordingTrack.audio, .video] where random.next() % 100 == 0 {
                let ticks = time * (track == .audio ? sender.audioRate : sender.videoRate) / 1_000_000
                let ntp =
                    NTPTime(seconds: 9, fraction: 0) + .microseconds(time + Int64(random.next() % 200_000))
                clock.receive(track, ntp: ntp, ticks: ticks, at: sound.arrival)
            }
            let picture = sender.video(time, delay: 60_000 + Int64(random.next() % 300_000))
            let shown = clock.time(of: picture, track: .video, floor: RecordingClock.beginning)
            if let last {
                let spacing = (picture.ticks - last.ticks) * 100 / 9
                #expect(abs(shown - last.time - spacing) <= spacing / 10 + 12)
            }
            last = (shown, picture.ticks)
            time += 10_000 + Int64(random.next() % 90_000)
        }
    }

    @Test(arguments: [true, false], [-200, 200] as [Int64])
    func `keeps tracks together for an hour`(hasReports: Bool, drift: Int64) {
        var random = SplitMix64(seed: 7)
        var clock = RecordingClock()
        // 200 millionths each way.
        let sender = Sender(audioRate: 48_000 + 48 * drift / 1_000, videoRate: 90_000 - 90 * drift / 1_000)
        var worst: Int64 = 0
        for number in Int64(0)..<36_000 {
            let time = number * 100_000
            let sound = sender.audio(time, delay: 20_000 + Int64(random.next() % 30_000))
            let heard = clock.time(of: sound, track: .audio, floor: RecordingClock.beginning)
            let picture = sender.video(time, delay: 80_000 + Int64(random.next() % 30_000))
            let shown = clock.time(of: picture, track: .video, floor: RecordingClock.beginning)
            if hasReports, number % 50 == 0 {
                let ntp = NTPTime(seconds: 9, fraction: 0) + .microseconds(time)
                clock.receive(.audio, ntp: ntp, ticks: sound.ticks, at: sound.arrival)
                clock.receive(.video, ntp: ntp, ticks: picture.ticks, at: picture.arrival)
            }
            if number > 600 { worst = max(worst, abs(shown - heard - (hasReports ? 0 : 60_000))) }
        }
        #expect(worst < 25_000)
    }

    @Test func `follows pictures by their ticks when they are alone`() {
        var random = SplitMix64(seed: 3)
        var clock = RecordingClock()
        let sender = Sender()
        for number in Int64(0)..<3_000 {
            let delay = number == 0 ? 50_000 : 50_000 + Int64(random.next() % 100_000)
            let picture = sender.video(number * 33_000, delay: delay)
            let time = clock.time(of: picture, track: .video, floor: RecordingClock.beginning)
            #expect(time == number * 33_000 + 50_000)
        }
    }

    @Test(arguments: [-3_600_000_000, -2_000_000, 2_000_000, 3_600_000_000] as [Int64])
    func `goes back to arrival where ticks jump`(jump: Int64) {
        for track in [RecordingTrack.audio, .video] {
            var clock = RecordingClock()
            let sender = Sender()
            var floor = RecordingClock.beginning
            var off: Int64 = 0
            for number in Int64(0)..<500 {
                let time = number * 20_000
                let ticks = time + (number < 250 ? 0 : jump)
                var frame = track == .audio ? sender.audio(ticks, delay: 0) : sender.video(ticks, delay: 0)
                frame.arrival = MonotonicTime(nanoseconds: UInt64(time) * 1_000)
                let given = clock.time(of: frame, track: track, floor: floor)
                off = abs(given - time)
                // It takes a moment to believe that a track is late.
                #expect(off <= 20_000 || (250..<257).contains(number) && jump < 0)
                floor = max(floor, given)
            }
            #expect(off <= 20_000)
        }
    }

    @Test func `takes anything`() {
        var random = SplitMix64(seed: 99)
        var clock = RecordingClock()
        let extremes: [Int64] = [0, 1, -1, .min, .max, 1 << 42, -1 << 42, 1 << 32]
        for _ in 0..<20_000 {
            let track = random.next() % 2 == 0 ? RecordingTrack.audio : .video
            let ticks =
                random.next() % 2 == 0
                ? Int64(bitPattern: random.next()) : extremes[Int(random.next() % 8)]
            let arrival = MonotonicTime(nanoseconds: random.next() >> (random.next() % 64))
            var frame = Self.frame(track, ticks: ticks, at: 0)
            frame.arrival = arrival
            switch random.next() % 8 {
            case 0: _ = clock.hear(frame)
            case 1: clock.beginSource()
            case 2, 3:
                clock.receive(track, ntp: NTPTime(rawValue: random.next()), ticks: ticks, at: arrival)
            default:
                let floor = max(RecordingClock.beginning, Int64(random.next() >> (1 + random.next() % 63)))
                _ = clock.time(of: frame, track: track, floor: min(floor, 1 << 60))
            }
        }
    }
}
