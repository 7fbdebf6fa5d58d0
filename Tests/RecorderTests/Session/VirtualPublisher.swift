import RTP
import TestSupport

@testable import Recorder

/// A publisher whose clocks and network are made up.
///
/// All times are milliseconds of the true clock.
struct VirtualPublisher {
    var hasAudio = true
    var hasVideo = true
    var codec = Codec.vp8
    /// Frames of one codec that are sent over and over, the first of them a key frame; made up if there are
    /// none.
    var pictures: [[TrackPacket]] = []
    /// Packets of 20 ms that are sent over and over; made up if there are none.
    var opus: [[UInt8]] = []
    var pictureInterval: Int64 = 40
    var keyInterval: Int64 = 50
    /// Of made-up pictures of VP8.
    var width = 64
    /// Of made-up pictures of H.264.
    var parameterSet = H264Sample()
    /// What clocks of sound and pictures are too fast by, in millionths.
    var audioDrift: Int64 = 0
    var videoDrift: Int64 = 0
    /// From sampling to arrival.
    var audioDelay: Int64 = 20
    var videoDelay: Int64 = 20
    /// At most, in addition.
    var jitter: Int64 = 0
    var reports: Set<RecordingTrack> = []
    /// Where there is no sound, and where there are no pictures, though agreed.
    var silences: [Range<Int64>] = []
    var blackouts: [Range<Int64>] = []
    var seed: UInt64 = 1
    private var audioIndex: Int64 = 100
    private var videoIndex: Int64 = 70_000

    /// An input, and when it comes.
    typealias Event = (at: Int64, input: RecordingInput)

    init() {}

    /// What comes of a stretch of time, in the order of arrival; begin and end of the source not included.
    mutating func events(_ times: Range<Int64>) -> [Event] {
        var random = SplitMix64(seed: seed &+ UInt64(times.lowerBound))
        var events: [Event] = []
        if hasAudio { events += sound(times, &random) }
        if hasVideo { events += picturesOf(times, &random) }
        for time in stride(from: times.lowerBound + 500, to: times.upperBound, by: 2_000) {
            for track in [RecordingTrack.audio, .video] where reports.contains(track) {
                events.append(report(track, time))
            }
        }
        return events.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    /// The same, as a source of its own.
    mutating func source(_ times: Range<Int64>) -> [Event] {
        let began = RecordingInput.sourceBegan(
            hasAudio: hasAudio,
            hasVideo: hasVideo,
            at: milliseconds(times.lowerBound)
        )
        let last = times.upperBound + max(audioDelay, videoDelay) + jitter
        return [(times.lowerBound, began)] + events(times)
            + [(last, .sourceEnded(at: milliseconds(last)))]
    }

    private mutating func sound(_ times: Range<Int64>, _ random: inout SplitMix64) -> [Event] {
        stride(from: (times.lowerBound + 19) / 20 * 20, to: times.upperBound, by: 20)
            .compactMap { time in
                audioIndex += 1
                guard !silences.contains(where: { $0.contains(time) }) else { return nil }
                let arrival = time + audioDelay + delay(&random)
                let body = (0..<8).map { UInt8(truncatingIfNeeded: time >> (8 * $0)) }
                let payload = opus.isEmpty ? [0xFC] + body : opus[Int(time / 20) % opus.count]
                let sound = packet(audioIndex, audioStamp(time), codec: .opus, at: arrival, payload)
                return (arrival, .packet(.audio, sound))
            }
    }

    private mutating func picturesOf(_ times: Range<Int64>, _ random: inout SplitMix64) -> [Event] {
        var events: [Event] = []
        for (number, time) in stride(from: times.lowerBound, to: times.upperBound, by: Int(pictureInterval))
            .enumerated()
        {
            let isMissing = blackouts.contains { $0.contains(time) }
            let arrival = time + videoDelay + delay(&random)
            for var packet in frame(number, time) {
                videoIndex += 1
                packet.index = videoIndex
                packet.timestamp = videoStamp(time)
                packet.arrival = milliseconds(arrival)
                if !isMissing { events.append((arrival, .packet(.video, packet))) }
            }
        }
        return events
    }

    private func frame(_ number: Int, _ time: Int64) -> [TrackPacket] {
        guard pictures.isEmpty else { return pictures[number % pictures.count] }
        let body = (0..<8).map { UInt8(truncatingIfNeeded: time >> (8 * $0)) }
        let isKey = Int64(number) % keyInterval == 0
        switch codec {
        case .h264:
            let units: [[UInt8]] =
                isKey ? [parameterSet.unit, [0x68, 0xCE], [0x65, 0x88] + body] : [[0x41, 0x9A] + body]
            return units.enumerated().map { packet(0, marker: $0 == units.count - 1, codec: .h264, $1) }
        default:
            let frame = isKey ? VP8Sample.keyFrame(width: width, body: body) : VP8Sample.frame(body: body)
            return [packet(0, marker: true, codec: .vp8, [0x10] + frame)]
        }
    }

    private func delay(_ random: inout SplitMix64) -> Int64 {
        jitter == 0 ? 0 : Int64(random.next() % UInt64(jitter))
    }

    private func audioStamp(_ time: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: 4_000_000_000 + time * 48 + time * 48 * audioDrift / 1_000_000)
    }

    private func videoStamp(_ time: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: 12_345 + time * 90 + time * 90 * videoDrift / 1_000_000)
    }

    private func report(_ track: RecordingTrack, _ time: Int64) -> Event {
        let arrival = time + (track == .audio ? audioDelay : videoDelay)
        let ntp = NTPTime(seconds: 3_900_000_000, fraction: 0) + .milliseconds(time)
        let stamp = track == .audio ? audioStamp(time) : videoStamp(time)
        return (arrival, .senderReport(track, ntp: ntp, timestamp: stamp, at: milliseconds(arrival)))
    }
}

/// When a made-up frame was sampled, by what it holds.
func sampled(_ payload: [UInt8]) -> Int64 {
    payload.suffix(8).reversed().reduce(0) { $0 << 8 | Int64($1) }
}

extension Capture {
    /// Packets by frame.
    func frames(_ codec: Codec) throws -> [[TrackPacket]] {
        var frames: [[TrackPacket]] = []
        for packet in try track(codec) {
            if frames.last?.last?.timestamp != packet.timestamp { frames.append([]) }
            frames[frames.count - 1].append(packet)
        }
        return frames
    }
}
