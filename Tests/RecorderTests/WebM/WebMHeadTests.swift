import RTP
import Testing

@testable import Recorder

@Suite("Head of a WebM file")
struct WebMHeadTests {
    private func head(_ video: VideoTrackFormat?, _ audio: AudioTrackFormat?) throws -> (WebMFile, [UInt8]) {
        var writer = try #require(WebMWriter(video: video, audio: audio))
        var file = MemoryFile()
        try file.apply(writer.begin())
        #expect(writer.begin().isEmpty)
        #expect(writer.length == writer.headLength && writer.settledLength == writer.headLength)
        #expect(Int64(file.bytes.count) == writer.headLength)
        return (try WebMFile(file.bytes), file.bytes)
    }

    @Test func `says that it is WebM, of unknown length and duration`() throws {
        let (file, bytes) = try head(Streams.video, Streams.audio)
        #expect(file.header[0x4282]?.text(bytes) == "webm")
        #expect(file.header[0x4287]?.unsigned(bytes) == 4)
        #expect(file.header[0x4285]?.unsigned(bytes) == 2)
        #expect(!file.isFinished)
        #expect(file.duration == nil)
        #expect(file.segment.children.map(\.id) == [0xEC, 0x1549_A966, 0x1654_AE6B])
    }

    @Test(arguments: [(Codec.vp8, "V_VP8"), (.vp9, "V_VP9"), (.av1, "V_AV1")])
    func `describes pictures`(codec: Codec, name: String) throws {
        let codecPrivate: [UInt8]? = codec == .av1 ? [0x81, 0, 0x0C, 0] : nil
        let format = VideoTrackFormat(
            codec: codec,
            size: PictureSize(width: 1_280, height: 720),
            codecPrivate: codecPrivate
        )
        let (file, bytes) = try head(format, nil)
        let entry = try #require(file.tracks.children.first)
        #expect(file.tracks.children.count == 1)
        #expect(entry[0xD7]?.unsigned(bytes) == 1)
        #expect(entry[0x83]?.unsigned(bytes) == 1)
        #expect(entry[0x86]?.text(bytes) == name)
        #expect(entry[0x63A2]?.bytes(bytes) == codecPrivate)
        #expect(entry[0xE0]?[0xB0]?.unsigned(bytes) == 1_280)
        #expect(entry[0xE0]?[0xBA]?.unsigned(bytes) == 720)
    }

    @Test(arguments: [1, 2])
    func `describes sound`(channels: Int) throws {
        let (file, bytes) = try head(nil, AudioTrackFormat(channels: channels))
        let entry = try #require(file.tracks.children.first)
        #expect(file.tracks.children.count == 1)
        #expect(entry[0xD7]?.unsigned(bytes) == 2)
        #expect(entry[0x83]?.unsigned(bytes) == 2)
        #expect(entry[0x86]?.text(bytes) == "A_OPUS")
        #expect(entry[0x56AA]?.unsigned(bytes) == 6_500_000)
        #expect(entry[0x56BB]?.unsigned(bytes) == 80_000_000)
        #expect(entry[0xE1]?[0xB5]?.float(bytes) == 48_000)
        #expect(entry[0xE1]?[0x9F]?.unsigned(bytes) == UInt64(channels))
        let expected =
            [UInt8]("OpusHead".utf8) + [1, UInt8(channels), 0x38, 0x01, 0x80, 0xBB, 0, 0, 0, 0, 0]
        #expect(entry[0x63A2]?.bytes(bytes) == expected)
    }

    @Test func `there is no WebM of other codecs and impossible formats`() {
        let size = PictureSize(width: 2, height: 2)
        let refused: [(VideoTrackFormat?, AudioTrackFormat?)] = [
            (nil, nil),
            (VideoTrackFormat(codec: .h264, size: size), nil),
            (VideoTrackFormat(codec: .opus, size: size), nil),
            (VideoTrackFormat(codec: .vp8, size: PictureSize(width: 0, height: 2)), nil),
            (VideoTrackFormat(codec: .vp8, size: PictureSize(width: 2, height: .max)), nil),
            (VideoTrackFormat(codec: .av1, size: size, codecPrivate: Array(repeating: 0, count: 5_000)), nil),
            (nil, AudioTrackFormat(codec: .red, channels: 2)),
            (nil, AudioTrackFormat(codec: .vp8, channels: 2)),
            (nil, AudioTrackFormat(channels: 0)),
            (Streams.video, AudioTrackFormat(channels: 3)),
        ]
        for (video, audio) in refused { #expect(WebMWriter(video: video, audio: audio) == nil) }
    }
}
