import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("A session's files in a player that is not ours")
struct SessionPlayerTests {
    private static let captures: [Codec: Capture] = [.vp8: .vp8, .vp9: .vp9, .h264: .h264, .av1: .av1]

    /// Ten pictures a second.
    private static func publisher(
        _ codec: Codec,
        after publisher: VirtualPublisher = VirtualPublisher()
    ) throws -> VirtualPublisher {
        var publisher = publisher
        publisher.codec = codec
        publisher.pictures = try #require(captures[codec]).frames(codec)
        publisher.pictureInterval = 100
        publisher.opus = try Capture.opus.track(.opus).map(\.payload)
        return publisher
    }

    private static func expectPlays(_ file: RecordedSession.File) throws {
        let end = try #require(file.end)
        try MediaTool.withFile(file.content) { path in
            #expect(try MediaTool.complaints(path) == "")
            let found = try MediaTool.probe(
                path,
                ["-count_frames", "-show_entries", "format=duration:stream=nb_read_frames"]
            )
            let duration = try #require(found["duration"].flatMap(Double.init))
            #expect(abs(duration - Double(end.duration) / 1_000_000) <= 0.05)
            let frames = found["nb_read_frames"]?.split(separator: ",").compactMap { Int($0) } ?? []
            #expect(frames.first == (end.videoFrames > 0 ? end.videoFrames : frames.first))
        }
    }

    @Test(arguments: [Codec.vp8, .vp9, .h264, .av1])
    func `play with gaps, loss, and sound that comes and goes`(codec: Codec) throws {
        var publisher = try Self.publisher(codec)
        publisher.silences = [0..<700, 3_000..<4_500]
        publisher.blackouts = [5_300..<5_600]
        publisher.jitter = 30
        publisher.reports = [.audio, .video]
        var session = RecordedSession()
        try session.play(publisher.source(0..<8_000))
        try session.play(publisher.source(20_000..<23_000))
        try session.finish()
        #expect(session.files.count == 1)
        let file = try #require(session.files.first)
        let prefix =
            [Codec.vp8: "vp8", .vp9: "vp9", .h264: "avc1.64000a", .av1: "av01.0.00M.08"][codec] ?? ""
        #expect(file.segment.mimeType == "video/\(codec == .h264 ? "mp4" : "webm");codecs=\(prefix),opus")
        #expect(abs((file.end?.duration ?? 0) - 23_000_000) <= 100_000)
        try Self.expectPlays(file)
    }

    @Test func `play in turn where the codec changes and back`() throws {
        var session = RecordedSession()
        var publisher = VirtualPublisher()
        for (number, codec) in [Codec.vp8, .h264, .av1, .vp8].enumerated() {
            publisher = try Self.publisher(codec, after: publisher)
            let start = Int64(number) * 5_000
            try session.play(publisher.source(start..<start + 3_000))
        }
        try session.finish()
        #expect(session.files.map(\.segment.container) == [.webm, .mp4, .webm, .webm])
        #expect(session.files.map { $0.segment.start / 1_000_000 } == [0, 5, 10, 15])
        for file in session.files { try Self.expectPlays(file) }
    }

    @Test func `play with sound alone, and with pictures alone`() throws {
        for track in [RecordingTrack.audio, .video] {
            var publisher = try Self.publisher(.h264)
            publisher.hasAudio = track == .audio
            publisher.hasVideo = track == .video
            let first = publisher.source(0..<4_000)
            let session = try RecordedSession(first + publisher.source(9_000..<12_000))
            #expect(session.files.count == 1)
            try Self.expectPlays(try #require(session.files.first))
        }
    }
}
