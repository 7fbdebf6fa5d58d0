import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("A session's files")
struct SessionRecorderTests {
    @Test func `one source is one file, whose line begins with the first frame`() throws {
        var publisher = VirtualPublisher()
        publisher.audioDelay = 30
        let session = try RecordedSession(publisher.source(5_000..<15_000))
        let file = try #require(session.files.first)
        try #require(session.files.count == 1)
        #expect(file.segment.mimeType == "video/webm;codecs=vp8,opus")
        #expect(file.segment.container == .webm)
        #expect(file.segment.start == 0)
        #expect(file.segment.size == PictureSize(width: 64, height: 48))
        #expect(try file.pictures().map(\.time).first == 0)
        #expect(try file.pictures().count == 250)
        #expect(try file.realSounds().count == 500)
        #expect(file.end?.videoFrames == 250)
        #expect(file.end?.audioFrames == 500)
        #expect(try file.silences().isEmpty)
        #expect(session.gaps.isEmpty)
        let duration = try #require(file.end?.duration)
        #expect(abs(duration - 10_000_000) <= 20_000)
        #expect(session.recorder.duration == duration)
        #expect(abs(try #require(WebMFile(file.content.bytes).duration) * 1_000 - Double(duration)) <= 1_000)
    }

    @Test func `sound waits for the first picture, and begins the file`() throws {
        var publisher = VirtualPublisher()
        publisher.blackouts = [0..<1_000]
        let session = try RecordedSession(publisher.source(0..<4_000))
        let file = try #require(session.files.first)
        try #require(session.files.count == 1)
        #expect(try file.realSounds().count == 200)
        #expect(try file.realSounds().first?.time == 0)
        // The key frames are 2 s apart.
        #expect(try file.pictures().first?.time == 2_000)
        #expect(session.gaps.isEmpty)
    }

    @Test func `sound goes alone after three seconds, until a picture begins another file`() throws {
        var publisher = VirtualPublisher()
        publisher.blackouts = [0..<5_000]
        var session = RecordedSession()
        let events = publisher.source(0..<10_000)
        try session.play(events.filter { $0.at < 3_000 })
        #expect(session.files.isEmpty)
        #expect(!session.recorder.needsKeyFrame)
        try session.advance(to: 3_100)
        #expect(session.files.map(\.segment.mimeType) == ["audio/webm;codecs=opus"])
        try session.play(events.filter { $0.at >= 3_000 })
        try session.finish()
        try #require(session.files.map(\.segment.number) == [0, 1])
        #expect(session.files[1].segment.start == 6_000_000)
        #expect(session.files[0].segment.size == nil)
        #expect(try session.files[0].realSounds().count + session.files[1].realSounds().count == 500)
        #expect(try session.files[1].pictures().first?.time == 0)
        #expect(session.recorder.duration >= 9_990_000)
    }

    @Test func `what is agreed is declared, whether it comes or not`() throws {
        for (audio, video, type) in [
            (true, false, "audio/webm;codecs=opus"), (false, true, "video/webm;codecs=vp8"),
            (true, true, "video/webm;codecs=vp8,opus"),
        ] {
            var publisher = VirtualPublisher()
            publisher.hasAudio = audio
            publisher.hasVideo = video
            publisher.silences = video ? [0..<10_000] : []
            let session = try RecordedSession(publisher.source(0..<3_000))
            #expect(session.files.map(\.segment.mimeType) == [type])
        }
    }

    @Test func `another codec, or a track that is not declared, begins another file`() throws {
        var publisher = VirtualPublisher()
        publisher.hasAudio = false
        var session = RecordedSession()
        try session.play(publisher.source(0..<3_000))
        publisher.hasAudio = true
        try session.play(publisher.source(5_000..<8_000))
        publisher.hasAudio = false
        try session.play(publisher.source(10_000..<13_000))
        publisher.codec = .h264
        try session.play(publisher.source(14_000..<17_000))
        try session.finish()
        let size = H264SequenceParameterSet(parsing: H264Sample().unit)?.size
        try #require(session.files.count == 3)
        #expect(
            session.files.map(\.segment.mimeType) == [
                "video/webm;codecs=vp8", "video/webm;codecs=vp8,opus", session.files[2].segment.mimeType,
            ]
        )
        #expect(session.files[2].segment.mimeType.hasPrefix("video/mp4;codecs=avc1."))
        #expect(session.files[2].segment.container == .mp4)
        #expect(session.files[2].segment.size == size)
        #expect(session.files.map(\.segment.number) == [0, 1, 2])
        #expect(session.files.map(\.segment.start) == [0, 5_000_000, 14_000_000])
        // Files follow one another without a hole.
        #expect(session.files[0].end?.duration == 5_000_000)
        #expect(session.files[1].end?.duration == 9_000_000)
        let starts = [2_992, 8_000, 13_000] as [Int64]
        #expect(session.gaps.count == 3)
        for (gap, start) in zip(session.gaps, starts) { #expect(abs(gap.position / 1_000 - start) <= 40) }
    }

    @Test func `gaps have their length, and the file has it, too`() throws {
        var publisher = VirtualPublisher()
        var session = RecordedSession()
        try session.play(publisher.source(0..<4_000))
        try session.play(publisher.source(64_000..<68_000))
        try session.advance(to: 90_000)
        try session.finish()
        try #require(session.files.count == 1)
        try #require(session.gaps.count == 1)
        #expect(abs(session.gaps[0].position - 4_000_000) <= 20_000)
        #expect(abs(session.gaps[0].duration - 60_000_000) <= 20_000)
        #expect(abs(session.recorder.duration - 68_000_000) <= 20_000)
        let file = session.files[0]
        #expect(file.end?.duration == session.recorder.duration)
        let sounds = try file.sounds()
        #expect(sounds.count == 3_400)
        for (one, other) in zip(sounds, sounds.dropFirst()) { #expect(other.time - one.time == 20) }
        #expect(try file.skew() == 0)
    }

    @Test func `pictures that are lost for more than a second are a gap, and no file of their own`() throws {
        for length in [400, 1_900] as [Int64] {
            var publisher = VirtualPublisher()
            publisher.blackouts = [3_990..<3_990 + length]
            let session = try RecordedSession(publisher.source(0..<10_000))
            try #require(session.files.count == 1)
            try #require(session.gaps.count == 1)
            let next: Int64 = 6_000
            #expect(session.gaps[0].position == 4_000_000)
            #expect(session.gaps[0].duration == (next - 4_000) * 1_000)
            #expect(try session.files[0].silences().isEmpty)
        }
    }

    @Test func `what was not handed over is a gap`() throws {
        var publisher = VirtualPublisher()
        let events = publisher.source(0..<8_000)
        var session = RecordedSession()
        try session.play(events.filter { $0.at < 3_000 })
        let overflow = RecordingInput.overflowed(at: milliseconds(3_400))
        try session.play([(3_400, overflow)] + events.filter { $0.at >= 3_400 })
        #expect(session.recorder.counters.overflows == 1)
        try session.finish()
        try #require(session.files.count == 1)
        // All is missing; then sound is there, and pictures are from the next key frame on.
        #expect(session.gaps.count == 2)
        #expect(session.gaps.map { $0.position + $0.duration } == [3_380_000, 4_000_000])
        #expect(try session.files[0].sounds().count == 400)
    }

    @Test func `asks for a key frame while it needs one`() throws {
        var publisher = VirtualPublisher()
        let events = publisher.source(0..<4_000)
        var session = RecordedSession()
        try session.play(Array(events.prefix(1)))
        #expect(!session.recorder.needsKeyFrame)
        try session.play(events.filter { $0.at > 60 && $0.at < 2_000 })
        #expect(session.recorder.needsKeyFrame)
        try session.play(events.filter { $0.at >= 2_000 && $0.at < 3_000 })
        #expect(!session.recorder.needsKeyFrame)
    }

    @Test func `goes on where a recording was broken off`() throws {
        var session = RecordedSession(firstSegment: 3, elapsed: 77_000_000)
        var publisher = VirtualPublisher()
        #expect(session.recorder.duration == 77_000_000)
        try session.play(publisher.source(500_000..<502_000))
        try session.play(publisher.source(505_000..<506_000))
        try session.finish()
        #expect(session.files.map(\.segment.number) == [3])
        #expect(session.files[0].segment.start == 77_000_000)
        #expect(try session.files[0].pictures().first?.time == 0)
        #expect(session.gaps.map { $0.position / 100_000 } == [790])
        #expect(session.recorder.duration == 77_000_000 + (session.files[0].end?.duration ?? 0))
    }

    @Test func `another size goes on in the same file, another profile does not`() throws {
        var publisher = VirtualPublisher()
        var session = RecordedSession()
        for width in [64, 128, 32] {
            publisher.width = width
            let start = (session.recorder.duration + 39_999) / 40_000 * 40
            try session.play(publisher.source(start..<start + 1_000))
        }
        try session.finish()
        #expect(session.files.count == 1)
        #expect(session.files.first?.segment.size == PictureSize(width: 64, height: 48))
        #expect(session.files.first?.end?.size == PictureSize(width: 128, height: 48))

        publisher = VirtualPublisher()
        publisher.codec = .h264
        session = RecordedSession()
        try session.play(publisher.source(0..<1_000))
        publisher.parameterSet.columns = 20
        try session.play(publisher.source(1_000..<2_000))
        publisher.parameterSet.profile = 100
        try session.play(publisher.source(2_000..<3_000))
        try session.finish()
        #expect(session.files.map(\.segment.start) == [0, 2_000_000])
        #expect(
            session.files.map { String($0.segment.mimeType.suffix(11)) } == ["42c01f,opus", "64c01f,opus"]
        )
    }

    @Test func `a codec that changes within a source changes the file, and sound goes on`() throws {
        var publisher = VirtualPublisher()
        var events = publisher.source(0..<4_000)
        events.removeLast()
        publisher.codec = .h264
        events += publisher.events(4_000..<8_000)
        let session = try RecordedSession(events)
        try #require(session.files.count == 2)
        #expect(session.files[1].segment.start == 4_000_000)
        #expect(session.files.compactMap(\.end?.audioFrames).reduce(0, +) == 400)
        #expect(session.files.compactMap(\.end?.videoFrames) == [100, 100])
        #expect(session.gaps.isEmpty)
        let end = try #require(session.files[0].end)
        #expect((4_000_000...4_040_000).contains(end.duration))
    }

    @Test func `another connection that takes over goes on in the same file`() throws {
        var publisher = VirtualPublisher()
        let first = publisher.source(0..<4_000).dropLast()
        let session = try RecordedSession(Array(first) + publisher.source(4_040..<8_000))
        #expect(session.files.count == 1)
        #expect(session.gaps.isEmpty)
        #expect(session.recorder.duration == 8_000_000)
    }

    @Test func `a crash costs less than a second`() throws {
        for (codec, silences) in [(Codec.vp8, []), (.vp8, [2_000..<9_000]), (.h264, [])]
            as [(Codec, [Range<Int64>])]
        {
            var publisher = VirtualPublisher()
            publisher.codec = codec
            publisher.silences = silences
            var session = RecordedSession()
            let events = publisher.source(0..<8_000)
            for stop in stride(from: Int64(370), to: 8_000, by: 370) {
                try session.play(events.filter { (stop - 370..<stop).contains($0.at) })
                let bytes = try #require(session.files.first).content.bytes
                let written =
                    codec == .h264
                    ? try MP4Repair(of: MP4TestFile(bytes: bytes)).duration / 1_000
                    : try WebMFile(bytes).blocks.last?.time ?? 0
                #expect(stop - written <= 850)
            }
        }
    }

    @Test func `nothing waits for long once nothing comes`() throws {
        for codec in [Codec.vp8, .h264] {
            var publisher = VirtualPublisher()
            publisher.codec = codec
            var session = RecordedSession()
            try session.play(publisher.source(0..<3_010))
            let before = try #require(session.files.first).content.bytes.count
            try session.advance(to: 3_700)
            let after = session.files[0].content.bytes.count
            try session.advance(to: 9_000)
            #expect(session.files[0].content.bytes.count == after)
            #expect(after > before || codec == .vp8)
            try session.finish()
        }
    }

    @Test func `without media there is no file`() throws {
        var session = RecordedSession()
        try session.play([(0, .sourceBegan(hasAudio: true, hasVideo: true, at: milliseconds(0)))])
        try session.advance(to: 10_000)
        try session.finish()
        #expect(session.files.isEmpty)
        #expect(session.recorder.duration == 0)
    }
}
