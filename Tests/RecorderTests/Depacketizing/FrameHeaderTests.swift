import RTP
import Testing

@testable import Recorder

@Suite("Reading bits")
struct BitReaderTests {
    @Test func `reads fields over byte borders`() {
        var reader = BitReader([0xFF, 0b1010_0101, 0x0F][1...])
        #expect(reader.bits(3) == 0b101)
        #expect(reader.flag() == false)
        reader.skip(2)
        #expect(reader.bits(6) == 0b01_0000)
        #expect(reader.bits(4) == 0xF)
        #expect(!reader.hasOverrun)
        #expect(reader.bits(32) == 0)
        #expect(reader.hasOverrun)
    }

    @Test(arguments: [0, 1, 2, 3, 6, 7, 254, 255, 65_535, 0x7FFF_FFFF, 0xFFFF_FFFE] as [UInt64])
    func `reads Exp-Golomb codes`(value: UInt64) {
        var writer = BitWriter()
        writer.code(value)
        writer.put(1, 1)
        var reader = BitReader(writer.bytes[...])
        #expect(reader.unsignedExpGolomb() == value)
        #expect(reader.flag() == true)
        #expect(!reader.hasOverrun)
    }

    @Test(arguments: [0, 1, -1, 2, -2, 127, -128, 0x7FFF_FFFF, -0x7FFF_FFFF] as [Int64])
    func `reads signed Exp-Golomb codes`(value: Int64) {
        var writer = BitWriter()
        writer.signed(value)
        var reader = BitReader(writer.bytes[...])
        #expect(reader.signedExpGolomb() == value)
        #expect(!reader.hasOverrun)
    }

    @Test func `refuses codes of more than 32 bits`() {
        var reader = BitReader([0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF][...])
        #expect(reader.unsignedExpGolomb() == 0)
        #expect(reader.hasOverrun)
        var empty = BitReader([][...])
        #expect(empty.unsignedExpGolomb() == 0)
        #expect(empty.hasOverrun)
    }
}

@Suite("VP8 frame headers (RFC 6386 §9.1)")
struct VP8FrameHeaderTests {
    @Test(
        arguments: [
            (VP8Sample.keyFrame(width: 640, height: 480), PictureSize(width: 640, height: 480)),
            // The scale is in the upper two bits, and no part of the size.
            ([0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x01, 0x40, 0x02, 0x80], PictureSize(width: 1, height: 2)),
            (VP8Sample.keyFrame(width: 16_383, height: 255), PictureSize(width: 16_383, height: 255)),
            ([0x11, 0, 0], nil),
        ] as [([UInt8], PictureSize?)]
    )
    func `say the size of a key frame`(frame: [UInt8], size: PictureSize?) throws {
        let header = try #require(VP8FrameHeader(parsing: frame[...]))
        #expect(header.size == size)
        #expect(header.isKeyFrame == (size != nil))
    }

    @Test(
        arguments: [
            [], [0x10, 0], [0x11, 0], [0x10, 0, 0], [0x10, 0, 0, 0x9D, 0x01, 0x2A, 64, 0, 48],
            [0x10, 0, 0, 0x9D, 0x01, 0x2B, 64, 0, 48, 0], [0x10, 0, 0, 0x9D, 0x01, 0x2A, 0, 0, 48, 0],
            [0x10, 0, 0, 0x9D, 0x01, 0x2A, 64, 0, 0, 0xC0],
        ] as [[UInt8]]
    )
    func `are refused without start code or size`(frame: [UInt8]) {
        #expect(VP8FrameHeader(parsing: frame[...]) == nil)
    }
}

/// Frames of VP9, by their headers; the body is arbitrary.
enum VP9Sample {
    static func keyFrame(
        profile: UInt64 = 0,
        color: [(Int, UInt64)] = [(3, 2), (1, 0)],
        width: UInt64 = 64,
        height: UInt64 = 48
    ) -> [UInt8] {
        var fields: [(Int, UInt64)] = [(2, 2), (1, profile & 1), (1, profile >> 1)]
        if profile == 3 { fields.append((1, 0)) }
        // Nothing existing is shown; a key frame; shown; not error resilient.
        fields += [(1, 0), (1, 0), (1, 1), (1, 0), (24, 0x49_83_42)]
        fields += color + [(16, width - 1), (16, height - 1), (8, 0x55)]
        return BitWriter.of(fields)
    }

    static func frame(profile: UInt64 = 0, size: (UInt64, UInt64)? = nil) -> [UInt8] {
        var fields: [(Int, UInt64)] = [(2, 2), (1, profile & 1), (1, profile >> 1)]
        if profile == 3 { fields.append((1, 0)) }
        fields += [(1, 0), (1, 1), (1, 1), (1, 0), (2, 0), (8, 1), (12, 0)]
        if let size {
            fields += [(3, 0), (16, size.0 - 1), (16, size.1 - 1)]
        } else {
            fields += [(1, 1)]
        }
        return BitWriter.of(fields + [(8, 0x55)])
    }

    static let intraOnly = BitWriter.of([
        (2, 2), (2, 0), (1, 0), (1, 1), (1, 0), (1, 0), (1, 1), (2, 0), (24, 0x49_83_42), (8, 0xFF),
        (16, 319), (16, 239),
    ])
}

@Suite("VP9 frame headers (VP9 specification §6.2)")
struct VP9FrameHeaderTests {
    private typealias Color = VP9FrameHeader.Color

    @Test(
        arguments: [
            (0, [(3, 2), (1, 0)], [8, 2, 0, 1, 1]), (0, [(3, 1), (1, 1)], [8, 1, 1, 1, 1]),
            (1, [(3, 2), (1, 0), (1, 1), (1, 0), (1, 0)], [8, 2, 0, 1, 0]),
            (1, [(3, 7), (1, 0)], [8, 7, 1, 0, 0]),
            (2, [(1, 0), (3, 5), (1, 0)], [10, 5, 0, 1, 1]),
            (2, [(1, 1), (3, 5), (1, 0)], [12, 5, 0, 1, 1]),
            (3, [(1, 1), (3, 0), (1, 0), (1, 0), (1, 0), (1, 0)], [12, 0, 0, 0, 0]),
        ] as [(UInt64, [(Int, UInt64)], [UInt8])]
    )
    func `of key frames say all that containers ask`(
        profile: UInt64,
        fields: [(Int, UInt64)],
        expected: [UInt8]
    ) throws {
        let frame = VP9Sample.keyFrame(profile: profile, color: fields, width: 1_280, height: 721)
        let header = try #require(VP9FrameHeader(parsing: frame[...]))
        #expect(header.profile == profile)
        #expect(header.isKeyFrame)
        #expect(header.size == PictureSize(width: 1_280, height: 721))
        let color = try #require(header.color)
        #expect(color.bitDepth == expected[0])
        #expect(color.space == expected[1])
        #expect(color.isFullRange == (expected[2] == 1))
        #expect(color.isSubsampledHorizontally == (expected[3] == 1))
        #expect(color.isSubsampledVertically == (expected[4] == 1))
        for count in 0..<(frame.count - 1) {
            #expect(VP9FrameHeader(parsing: frame.prefix(count)) == nil)
        }
    }

    @Test func `of other frames say the size if it is no reference's`() throws {
        let small = try #require(VP9FrameHeader(parsing: VP9Sample.frame()[...]))
        #expect(!small.isKeyFrame)
        #expect(small.size == nil)
        let large = try #require(VP9FrameHeader(parsing: VP9Sample.frame(size: (128, 96))[...]))
        #expect(!large.isKeyFrame)
        #expect(large.size == PictureSize(width: 128, height: 96))
        let intra = try #require(VP9FrameHeader(parsing: VP9Sample.intraOnly[...]))
        #expect(!intra.isKeyFrame)
        #expect(intra.size == PictureSize(width: 320, height: 240))
        // A frame decoded earlier is shown.
        let existing = try #require(VP9FrameHeader(parsing: [0b1000_1010]))
        #expect(!existing.isKeyFrame)
    }

    @Test(
        arguments: [
            // No frame marker; no sync code; profile 0 with RGB; a reserved bit; profile 3 with its reserved
            // bit.
            [0x42, 0x49, 0x83, 0x42], [0x82, 0x49, 0x83, 0x43, 0, 0, 0, 0, 0, 0],
            VP9Sample.keyFrame(color: [(3, 7), (1, 0)]),
            VP9Sample.keyFrame(profile: 1, color: [(3, 2), (1, 0), (1, 1), (1, 0), (1, 1)]),
            [0b1011_1000, 0, 0, 0],
        ] as [[UInt8]]
    )
    func `are refused that break the syntax`(frame: [UInt8]) {
        #expect(VP9FrameHeader(parsing: frame[...]) == nil)
    }

    @Test(
        arguments: [
            (64, 48, 10), (640, 360, 30), (640, 480, 30), (1_280, 720, 40), (1_920, 1_080, 41),
            (3_840, 2_160, 51), (1_024, 16, 21), (7_680, 4_320, 61), (65_536, 65_536, 62),
        ] as [(Int, Int, UInt8)]
    )
    func `lead to a level for 60 frames per second`(width: Int, height: Int, level: UInt8) {
        let size = PictureSize(width: width, height: height)
        #expect(VP9Configuration(profile: 0, color: Color(), size: size).level == level)
    }

    @Test func `lead to a record for containers`() {
        var color = Color()
        color.bitDepth = 10
        color.space = 2
        color.isFullRange = true
        let configuration = VP9Configuration(
            profile: 2,
            color: color,
            size: PictureSize(width: 1_920, height: 1_080)
        )
        #expect(CodecConfiguration.vp9(configuration).record == [2, 41, 0xA3, 2, 2, 1, 0, 0])
    }
}

@Suite("VP9 superframes (VP9 specification annex B)")
struct VP9SuperframeIndexTests {
    @Test(arguments: [[1], [1, 2], [255, 1, 1], [256, 3], [70_000, 1], [1, 1, 1, 1, 1, 1, 1, 1]])
    func `have an index that is read as it was written`(sizes: [Int]) {
        var chunk = [UInt8](repeating: 0, count: sizes.reduce(0, +))
        #expect(VP9SuperframeIndex.sizes(of: chunk[...]) == nil)
        VP9SuperframeIndex.append(sizes: sizes, to: &chunk)
        #expect(VP9SuperframeIndex.sizes(of: chunk[...]) == sizes)
        // One byte is missing, or one frame is empty.
        #expect(VP9SuperframeIndex.sizes(of: chunk.dropFirst()) == nil)
    }

    @Test func `have the index of the specification`() {
        var chunk: [UInt8] = []
        VP9SuperframeIndex.append(sizes: [0x0102, 3], to: &chunk)
        #expect(chunk == [0xC9, 0x02, 0x01, 0x03, 0x00, 0xC9])
        #expect(VP9SuperframeIndex.sizes(of: [0xC0, 0x00, 0xC0]) == nil)
        #expect(VP9SuperframeIndex.sizes(of: [0xC0]) == nil)
        #expect(VP9SuperframeIndex.sizes(of: []) == nil)
    }
}
