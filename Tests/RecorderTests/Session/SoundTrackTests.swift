import Testing

@testable import Recorder

@Suite("Silence between sound")
struct SoundTrackTests {
    private static func placed(
        _ track: inout SoundTrack,
        _ time: Int64
    ) -> (time: Int64, silence: Range<Int64>?)? {
        track.place(time, duration: 20_000)
    }

    @Test func `is of whole packets before the next of sound`() {
        var track = SoundTrack()
        track.begin(at: 1_000)
        let first = Self.placed(&track, 51_000)
        #expect(first?.time == 51_000)
        #expect(first?.silence == 1_000..<41_000)
        #expect(Self.placed(&track, 71_000)?.silence == nil)
        #expect(Self.placed(&track, 111_000)?.silence == 91_000..<111_000)
        #expect(track.fill(until: 130_999) == nil)
        #expect(track.fill(until: 180_000) == 131_000..<171_000)
        #expect(track.end == 171_000)
    }

    @Test func `is not taken back, but a packet that is early by rounding is moved behind it`() {
        var track = SoundTrack()
        track.begin(at: 0)
        #expect(track.fill(until: 100_000) == 0..<100_000)
        #expect(Self.placed(&track, 60_000) == nil)
        #expect(Self.placed(&track, 95_000)?.time == 100_000)
        #expect(track.end == 120_000)
    }

    @Test func `decodes`() {
        #expect(OpusPacket.duration(SoundTrack.silence[...]) == 960)
    }
}
