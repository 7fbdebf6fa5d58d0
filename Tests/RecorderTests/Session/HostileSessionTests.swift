import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("Sessions of hostile senders")
struct HostileSessionTests {
    @Test(arguments: 0..<24 as Range<UInt64>)
    func `end in files that are well-formed, whatever comes`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let pool = try Self.packets()
        var session = RecordedSession(firstSegment: Int(random.next() % 9))
        var now: Int64 = 0
        for step in Int64(0)..<600 {
            now += Int64(random.next() % 60) + (random.next() % 60 == 0 ? Int64(random.next() % 8_000) : 0)
            let input = Self.input(&random, pool, at: now, index: step)
            try session.play([(now, input)])
        }
        try session.finish()
        for file in session.files where file.segment.container == .webm {
            #expect(try WebMFile(file.content.bytes).isFinished)
        }
        for file in session.files where file.segment.container == .mp4 {
            #expect(MP4Walk(file.content.bytes).problems == [])
        }
    }

    private static func packets() throws -> [TrackPacket] {
        let captures: [(Codec, Capture)] = [
            (.vp8, .vp8), (.vp9, .vp9), (.h264, .h264), (.av1, .av1), (.opus, .opus),
        ]
        return try captures.flatMap { try $1.track($0) }
    }

    private static func input(
        _ random: inout SplitMix64,
        _ pool: [TrackPacket],
        at now: Int64,
        index: Int64
    ) -> RecordingInput {
        let time = milliseconds(now)
        let track = random.next() % 2 == 0 ? RecordingTrack.audio : .video
        switch random.next() % 40 {
        case 0:
            return .sourceBegan(hasAudio: random.next() % 4 > 0, hasVideo: random.next() % 4 > 0, at: time)
        case 1: return .sourceEnded(at: time)
        case 2: return .overflowed(at: time)
        case 3, 4:
            return .senderReport(
                track,
                ntp: NTPTime(rawValue: random.next() >> (random.next() % 64)),
                timestamp: UInt32(truncatingIfNeeded: random.next()),
                at: time
            )
        default:
            // Mostly whole frames of one codec, one after the other.
            var packet = pool[Int(index) % pool.count]
            if random.next() % 10 == 0 { packet = pool[Int(random.next() % UInt64(pool.count))] }
            packet.index = index + (random.next() % 50 == 0 ? Int64(random.next() % 1_000) - 500 : 0)
            packet.arrival = milliseconds(now - Int64(random.next() % 3))
            if random.next() % 20 == 0 { packet.timestamp = UInt32(truncatingIfNeeded: random.next()) }
            if random.next() % 30 == 0 { packet.payload = random.bytes(Int(random.next() % 40)) }
            if random.next() % 30 == 0 { packet.marker.toggle() }
            return .packet(random.next() % 20 == 0 ? track : packet.codec.isVideo ? .video : .audio, packet)
        }
    }
}
