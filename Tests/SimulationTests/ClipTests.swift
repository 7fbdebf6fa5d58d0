import RTP
import Testing

@testable import Simulation

@Suite("Clips")
struct ClipTests {
    @Test(arguments: [Codec.vp8, .h264])
    func `the clips of the program last eight seconds, with a key frame each two and sound throughout`(
        codec: Codec
    ) throws {
        let clip = try Clip.bundled(codec)
        #expect(clip.codec == codec)
        #expect(clip.size == (640, 360))
        #expect(clip.frames.count == 240)
        #expect(clip.frames.indices.filter { clip.frames[$0].isKey } == [0, 60, 120, 180])
        #expect(abs(clip.duration - 8_000_000_000) < 2_000_000)
        #expect(clip.soundInterval == 20_000_000)
        #expect((399...401).contains(clip.sound.count))
    }

    @Test func `each key frame of H264 begins with its parameter sets`() throws {
        let clip = try Clip.bundled(.h264)
        for frame in clip.frames {
            let types = frame.parts.map { clip.bytes[$0.lowerBound] & 31 }
            #expect(types == (frame.isKey ? [7, 8, 5] : [1]))
        }
    }

    @Test func `a file that is cut off is refused or shorter, and never a trap`() throws {
        let file = SmallFile.make()
        let whole = try Clip(matroska: file)
        #expect(whole.frames.map(\.isKey) == [true, false, false])
        #expect(whole.frames.map(\.time) == [0, 40_000_000, 80_000_000])
        for length in 0..<file.count {
            guard let clip = try? Clip(matroska: Array(file[..<length])) else { continue }
            #expect(clip.frames.count < 3)
        }
    }

    @Test func `a flipped bit is no trap`() {
        let file = SmallFile.make()
        for bit in 0..<file.count * 8 {
            var broken = file
            broken[bit / 8] ^= 1 << UInt8(bit % 8)
            if let clip = try? Clip(matroska: broken) { _ = PacketizedClip(clip) }
        }
    }

    @Test func `what is no clip is refused by its reason`() throws {
        #expect(throws: ClipError.notMatroska) { try Clip(matroska: []) }
        #expect(throws: ClipError.notMatroska) { try Clip(matroska: Array("RIFF....AVI ".utf8)) }
        #expect(throws: ClipError.noVideo) { try Clip(matroska: SmallFile.make(codec: "V_AV1")) }
        #expect(throws: ClipError.noKeyFrame) { try Clip(matroska: SmallFile.make(firstByte: 0x11)) }
        #expect(throws: ClipError.unsupported("laced frames")) {
            try Clip(matroska: SmallFile.make(flags: 0x84))
        }
    }

    @Test(
        arguments: [
            ([0xFC], 20_000_000), ([0x08], 20_000_000), ([0x98], 20_000_000 as Int64),
            ([0xF9, 0], 40_000_000),
            ([0xFB, 3], 60_000_000), ([0x80], 2_500_000), ([0x18], 60_000_000),
        ] as [([UInt8], Int64)]
    )
    func `the length of an Opus packet is read from its first bytes`(packet: [UInt8], nanoseconds: Int64) {
        #expect(OpusDuration.nanoseconds(of: packet[...]) == nanoseconds)
    }
}

/// A Matroska file of three VP8 frames, built by hand.
enum SmallFile {
    static func make(codec: String = "V_VP8", firstByte: UInt8 = 0x10, flags: UInt8 = 0x80) -> [UInt8] {
        let header = element([0x1A, 0x45, 0xDF, 0xA3], element([0x42, 0x82], Array("matroska".utf8)))
        let video = element([0xE0], element([0xB0], [0x02, 0x80]) + element([0xBA], [0x01, 0x68]))
        let entry = element(
            [0xAE],
            element([0xD7], [1]) + element([0x83], [1]) + element([0x86], Array(codec.utf8)) + video
        )
        let tracks = element([0x16, 0x54, 0xAE, 0x6B], entry)
        let frames: [(UInt8, UInt8)] = [(0, firstByte), (40, 0x31), (80, 0x31)]
        let blocks = frames.map { time, first in
            element([0xA3], [0x81, 0, time, flags, first, 2, 3, 4, 5])
        }
        let cluster = element([0x1F, 0x43, 0xB6, 0x75], element([0xE7], [10]) + blocks.flatMap(\.self))
        // The segment does not say how long it is, as a live file's.
        return header + [0x18, 0x53, 0x80, 0x67, 0x01] + [UInt8](repeating: 0xFF, count: 7) + tracks + cluster
    }

    private static func element(_ id: [UInt8], _ content: [UInt8]) -> [UInt8] {
        id + [0x40 | UInt8(content.count >> 8), UInt8(content.count & 255)] + content
    }
}
