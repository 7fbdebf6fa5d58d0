import Foundation
import RTP
import Testing

@testable import Recorder

@Suite("What Chromium makes of a file", .enabled(if: MP4Browser.python != nil), .serialized)
struct MP4BrowserTests {
    /// A group again and again.
    private static func repeated(_ frames: [EncodedFrame], seconds: Int64, until end: Int64) -> [EncodedFrame]
    {
        (0..<end / seconds)
            .flatMap { number in
                frames.map { frame in
                    var later = frame
                    later.time += number * seconds * 1_000_000
                    return later
                }
            }
    }

    private static func file(
        _ pictures: [EncodedFrame],
        _ sounds: [EncodedFrame],
        seconds: Int64
    ) throws
        -> MP4TestFile
    {
        let format = try #require(pictures.first.flatMap { MP4VideoFormat(h264: $0) })
        let frames = MP4Frames.merged(pictures, sounds)
        return MP4Frames.file(frames, video: format, duration: seconds * 1_000_000)
    }

    @Test(arguments: [(60, 2), (300, 10)] as [(Int, Int64)])
    func `opens an hour within a second, and seeks anywhere in half of one`(group: Int, seconds: Int64) throws
    {
        let pictures = try MP4Clips.video(seconds: Int(seconds), group: group, options: ["-crf", "40"])
        let sounds = try Array(MP4Clips.audio(seconds: 10).prefix(500))
        let file = try Self.file(
            Self.repeated(pictures, seconds: seconds, until: 3_600),
            Self.repeated(sounds, seconds: 10, until: 3_600),
            seconds: 3_600
        )
        let answer = try MP4Browser.play(file, seeks: [1_800, 3_590.5, 7.3, 2_701.7])
        print("an hour, a key frame each \(seconds) s, \(file.bytes.count) bytes: \(answer)")
        #expect(answer.error == nil)
        #expect(abs(answer.duration - 3_600) < 0.05)
        if MP4Browser.judgesFigures { #expect(answer.opened < 1_000) }
        for seek in answer.seeks {
            if MP4Browser.judgesFigures { #expect(seek.took < 500) }
            #expect(seek.isExact)
            // Played on from there.
            #expect(seek.played > 0.3)
        }
    }

    @Test func `seeks in a group that never ends`() throws {
        let pictures = try MP4Clips.video(seconds: 60, group: 100_000)
        let file = try Self.file(pictures, Array(MP4Clips.audio(seconds: 60).prefix(3_000)), seconds: 60)
        let answer = try MP4Browser.play(file, seeks: [30, 59, 10])
        print("a minute with one key frame: \(answer)")
        #expect(answer.error == nil)
        // Everything since the key frame has to be decoded, for as long as that takes.
        for seek in answer.seeks { #expect(seek.isExact) }
    }

    @Test func `plays pictures that begin later than the sound, and are in time with it`() throws {
        let pictures = try MP4Clips.video(seconds: 8, group: 60)
            .map { frame in
                var later = frame
                later.time += 1_700_000
                return later
            }
        let file = try Self.file(pictures, Array(MP4Clips.audio(seconds: 10).prefix(485)), seconds: 9)
        let answer = try MP4Browser.play(file, seeks: [5, 8.5, 2])
        #expect(answer.error == nil)
        #expect(abs(answer.duration - 9.7) < 0.05)
        for seek in answer.seeks { #expect(seek.isExact) }
    }

    @Test func `plays a file by Media Source Extensions while it grows`() throws {
        let pictures = try MP4Clips.video(seconds: 6, group: 90)
        let format = try #require(pictures.first.flatMap { MP4VideoFormat(h264: $0) })
        var writer = MP4Writer(video: format, audio: MP4AudioFormat())
        var live = MP4TestFile()
        for frame in MP4Frames.merged(pictures, try MP4Clips.audio(seconds: 6)) {
            live.apply(writer.append(frame))
        }
        let answer = try MP4Browser.play(live, seeks: [2.5], growing: true)
        #expect(answer.error == nil)
        #expect(answer.duration > 5)
        for seek in answer.seeks { #expect(seek.played > 0.3) }
    }

    /// Chromium takes no `moov` without `mvex` there: who reads a file as it grows has to stop before the last one.
    @Test
    func `plays a finished file by Media Source Extensions, by the head and fragments that it still has`()
        throws
    {
        let pictures = try MP4Clips.video(seconds: 6, group: 90)
        let file = try Self.file(pictures, Array(MP4Clips.audio(seconds: 6).prefix(300)), seconds: 6)
        let top = MP4Walk(file.bytes).top
        try #require(top.map(\.type) == ["ftyp", "free", "mdat", "moov"])
        var movie = Array(file.bytes[top[1].start..<top[1].end])
        movie.replaceSubrange(4..<8, with: Array("moov".utf8))
        let head = Array(file.bytes[top[0].start..<top[0].end]) + movie
        let media = MP4TestFile(bytes: head + Array(file.bytes[top[2].content]))
        let answer = try MP4Browser.play(media, seeks: [2.5, 5], growing: true)
        #expect(answer.error == nil)
        #expect(answer.duration > 5.9)
        for seek in answer.seeks { #expect(seek.isExact) }
    }
}

extension MP4Browser.Answer.Seek {
    /// Whether the picture is the one of that time.
    fileprivate var isExact: Bool { shown.map { (to - 0.034...to + 0.001).contains($0) } ?? false }
}
