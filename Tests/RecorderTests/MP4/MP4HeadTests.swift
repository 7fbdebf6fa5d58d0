import RTP
import Testing

@testable import Recorder

@Suite("The head of a file")
struct MP4HeadTests {
    private static let formats: [(MP4VideoFormat?, MP4AudioFormat?)] = [
        (MP4Frames.videoFormat, MP4AudioFormat()), (MP4Frames.videoFormat, nil), (nil, MP4AudioFormat()),
    ]

    @Test func `is read as it was written, made or finished`() throws {
        for (video, audio) in Self.formats {
            let head = MP4Head(video: video, audio: audio)
            var file = MP4TestFile(bytes: head.bytes)
            #expect(try MP4HeadReader(file).head == head)
            #expect(MP4Walk(file.bytes).problems == [])
            file.apply([head.finish(end: head.end)])
            #expect(!file.isBroken)
            #expect(file.length == head.end)
            #expect(try MP4HeadReader(file).head == head)
        }
    }

    @Test func `is read as it was written, however much of its end was written`() throws {
        let head = MP4Head(video: MP4Frames.videoFormat, audio: MP4AudioFormat())
        guard case .overwrite(let offset, let bytes) = head.finish(end: 1 << 40) else {
            Issue.record("not in one change")
            return
        }
        for count in bytes.indices {
            for part in [bytes.indices.prefix(count), bytes.indices.suffix(count)] {
                var file = MP4TestFile(bytes: head.bytes)
                file.apply([.overwrite(offset: offset + Int64(part.lowerBound), Array(bytes[part]))])
                #expect(try MP4HeadReader(file).head == head)
            }
        }
    }

    @Test func `gives H.264 a record of its parameter sets`() {
        let record = AVCConfiguration(
            sequenceParameterSets: [MP4Frames.sequenceParameterSet],
            pictureParameterSets: [MP4Frames.pictureParameterSet]
        )
        .record
        let expected: [UInt8] =
            [1, 0x42, 0xC0, 0x1F, 0xFF, 0xE1, 0, 9] + MP4Frames.sequenceParameterSet + [1, 0, 4]
            + MP4Frames.pictureParameterSet
        #expect(record == expected)
    }

    @Test(
        arguments: [
            // High, 4:2:0, 8 bits.
            ([0x67, 100, 0, 31, 0xAC, 0xD9, 0x40], [0xFD, 0xF8, 0xF8, 0]),
            // High 10: profile 110, id 0, chroma 1, depths 10 and 10.
            ([0x67, 110, 0, 31, 0b1010_0110, 0b1110_0000], [0xFD, 0xFA, 0xFA, 0]),
            // High 4:4:4: chroma 3, planes together, depths 8 and 9 behind an emulation prevention byte.
            ([0x67, 244, 0, 31, 0b1001_0001, 0b0101_0000], [0xFF, 0xF8, 0xF9, 0]),
            // Cut off.
            ([0x67, 100, 0, 31], [0xFD, 0xF8, 0xF8, 0]),
        ] as [([UInt8], [UInt8])]
    )
    func `says the chroma format of high profiles`(sequence: [UInt8], end: [UInt8]) {
        let record = AVCConfiguration(sequenceParameterSets: [sequence], pictureParameterSets: [[0x68]])
            .record
        #expect(Array(record.suffix(4)) == end)
    }

    @Test func `has a record even without parameter sets, or with absurd ones`() {
        let none = AVCConfiguration(sequenceParameterSets: [], pictureParameterSets: []).record
        #expect(none == [1, 66, 0xC0, 31, 0xFF, 0xE0, 0])
        let long = [UInt8](repeating: 0x67, count: 100_000)
        #expect(
            AVCConfiguration(sequenceParameterSets: [long, []], pictureParameterSets: [long]).record == none
        )
    }

    @Test(
        arguments: [
            ([0x78], 960), ([0x00], 480), ([0x18], 2_880), ([0x80], 120), ([0x60], 480), ([0x79], 1_920),
            ([0x7A], 1_920), ([0x7B, 3], 2_880), ([0x7B, 0x43], 2_880), ([0x1B, 2], 5_760), ([0x1B, 3], 960),
            ([0x7B, 0], 960), ([0x7B], 960), ([], 960),
        ] as [([UInt8], Int64)]
    )
    func `knows how long Opus packets sound`(packet: [UInt8], samples: Int64) {
        #expect(OpusPacket.likelyDuration(packet) == samples)
    }

    @Test func `has a sample entry for H.264, and declares what Opus skips`() {
        let head = MP4Walk(MP4Head(video: MP4Frames.videoFormat, audio: nil).bytes)
        let start =
            (head.child(["moov", "trak", "mdia", "minf", "stbl", "stsd"])?.content.lowerBound ?? 0) + 8
        let record = AVCConfiguration(
            sequenceParameterSets: [MP4Frames.sequenceParameterSet],
            pictureParameterSets: [MP4Frames.pictureParameterSet]
        )
        .record
        #expect(String(decoding: head.bytes[start + 4..<start + 8], as: UTF8.self) == "avc1")
        #expect(head.number(start + 32, 4) == 1_280 << 16 | 720)
        #expect(String(decoding: head.bytes[start + 90..<start + 94], as: UTF8.self) == "avcC")
        #expect(Array(head.bytes[start + 94..<start + 94 + record.count]) == record)
        #expect(head.number(start, 4) == UInt64(94 + record.count))
        let walk = MP4Walk(MP4Head(video: nil, audio: MP4AudioFormat(channels: 1)).bytes)
        let list = walk.child(["moov", "trak", "edts", "elst"])?.content.lowerBound ?? 0
        #expect(walk.number(list + 12, 4) == 312)
    }

    @Test(
        arguments: [(0, 0), (6, 1), (11, 1), (12, 1), (1_000_000, 90_000), (33_333, 3_000), (-5, 0)]
            as [(Int64, Int64)]
    )
    func `rounds times to the nearest tick`(microseconds: Int64, ticks: Int64) {
        #expect(MP4Track.video.ticks(microseconds: microseconds) == ticks)
    }

    @Test func `brings times of RTP through microseconds unchanged`() {
        for track in MP4Track.allCases {
            for ticks in stride(from: Int64(1), to: 4_000_000_000, by: 7_654_321) {
                #expect(track.ticks(microseconds: track.microseconds(ticks: ticks)) == ticks)
            }
        }
    }
}
