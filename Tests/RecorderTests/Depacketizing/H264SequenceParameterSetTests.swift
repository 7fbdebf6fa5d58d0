import RTP
import Testing

@testable import Recorder

/// Parameter sets of H.264, field by field.
struct H264Sample {
    var profile: UInt64 = 66
    var chromaFormat: UInt64 = 1
    var scalingLists = false
    var orderType: UInt64 = 2
    var columns: UInt64 = 4
    var rows: UInt64 = 3
    var isProgressive = true
    var cropping: [UInt64] = []

    var unit: [UInt8] {
        var writer = BitWriter()
        for byte in [0x67, profile, 0xC0, 31] { writer.put(8, byte) }
        writer.code(0)
        if profile >= 100 { putFormat(&writer) }
        writer.code(4)
        writer.code(orderType)
        if orderType == 0 { writer.code(2) }
        if orderType == 1 {
            writer.put(1, 0)
            for value: Int64 in [-3, 2] { writer.signed(value) }
            writer.code(2)
            for value: Int64 in [5, -5] { writer.signed(value) }
        }
        writer.code(1)
        writer.put(1, 0)
        writer.code(columns - 1)
        writer.code(rows - 1)
        writer.put(1, isProgressive ? 1 : 0)
        if !isProgressive { writer.put(1, 1) }
        writer.put(1, 1)
        writer.put(1, cropping.isEmpty ? 0 : 1)
        for value in cropping { writer.code(value) }
        // No VUI; trailing bits.
        writer.put(2, 0b01)
        return Self.withEmulationPrevention(writer.bytes)
    }

    private func putFormat(_ writer: inout BitWriter) {
        writer.code(chromaFormat)
        if chromaFormat == 3 { writer.put(1, 0) }
        writer.code(2)
        writer.code(0)
        writer.put(2, scalingLists ? 0b01 : 0)
        guard scalingLists else { return }
        for list in 0..<(chromaFormat == 3 ? 12 : 8) {
            writer.put(1, list == 1 ? 0 : 1)
            if list == 1 { continue }
            // Flat lists, one that ends at once, one that ends soon.
            if list == 0 {
                writer.signed(-8)
            } else if list == 2 {
                for value: Int64 in [8, -1, -15] { writer.signed(value) }
            } else {
                for _ in 0..<(list < 6 ? 16 : 64) { writer.signed(0) }
            }
        }
    }

    static func withEmulationPrevention(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for byte in bytes {
            if byte <= 3, output.suffix(2) == [0, 0] { output.append(3) }
            output.append(byte)
        }
        return output
    }
}

@Suite("H.264 sequence parameter sets (ITU-T H.264 §7.3.2.1.1)")
struct H264SequenceParameterSetTests {
    @Test(
        arguments: [
            (H264Sample(), (64, 48)),
            (H264Sample(orderType: 0), (64, 48)),
            (H264Sample(profile: 77, orderType: 1), (64, 48)),
            (H264Sample(columns: 120, rows: 68, cropping: [0, 0, 0, 4]), (1_920, 1_080)),
            (H264Sample(profile: 100, columns: 40, rows: 23, cropping: [1, 2, 3, 1]), (634, 360)),
            (H264Sample(profile: 100, scalingLists: true), (64, 48)),
            (
                H264Sample(profile: 244, chromaFormat: 3, scalingLists: true, cropping: [1, 0, 1, 0]),
                (63, 47)
            ),
            (H264Sample(profile: 122, chromaFormat: 2, cropping: [1, 0, 1, 0]), (62, 47)),
            (H264Sample(profile: 110, chromaFormat: 0, cropping: [1, 0, 1, 0]), (63, 47)),
            (H264Sample(rows: 34, isProgressive: false, cropping: [0, 0, 0, 2]), (64, 1_080)),
            (H264Sample(columns: 4_095), (65_520, 48)),
        ] as [(H264Sample, (Int, Int))]
    )
    func `say the size after cropping`(sample: H264Sample, size: (Int, Int)) throws {
        let set = try #require(H264SequenceParameterSet(parsing: sample.unit))
        #expect(set.size == PictureSize(width: size.0, height: size.1))
        #expect(UInt64(set.profile) == sample.profile)
        #expect(set.constraints == 0xC0)
        #expect(set.level == 31)
        #expect(set.isHighProfile == (sample.profile >= 100))
        #expect(UInt64(set.chromaFormat) == sample.chromaFormat)
        #expect(set.lumaBitDepth == (set.isHighProfile ? 10 : 8))
        #expect(set.chromaBitDepth == 8)
    }

    @Test(
        arguments: [
            H264Sample(profile: 100, chromaFormat: 4), H264Sample(orderType: 3), H264Sample(columns: 4_096),
            H264Sample(rows: 4_095, isProgressive: false), H264Sample(cropping: [16, 16, 0, 0]),
            H264Sample(cropping: [0, 0, 0xFFFF_FFFE, 0xFFFF_FFFE]),
        ]
    )
    func `are refused that no decoder takes`(sample: H264Sample) {
        #expect(H264SequenceParameterSet(parsing: sample.unit) == nil)
    }

    @Test func `are refused that are cut off, or are other units`() {
        let unit = H264Sample(profile: 100, scalingLists: true).unit
        // The end of the fields is not at the end of a byte, and is followed by a flag that nobody reads.
        for count in 0..<(unit.count - 1) {
            #expect(H264SequenceParameterSet(parsing: Array(unit.prefix(count))) == nil)
        }
        #expect(H264SequenceParameterSet(parsing: [0x68] + unit.dropFirst()) == nil)
        #expect(H264SequenceParameterSet(parsing: [0xE7] + unit.dropFirst()) == nil)
    }

    @Test func `are read without emulation prevention`() {
        let bytes: [UInt8] = [0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 3, 0, 3]
        #expect(H264Unit.withoutEmulationPrevention(bytes[...]) == [0, 0, 1, 0, 0, 0, 0, 3, 0, 3])
    }

    @Test func `lead to a record for containers`() {
        let set = H264Sample().unit
        let expected: [UInt8] =
            [1, 66, 0xC0, 31, 0xFF, 0xE1, 0, UInt8(set.count)] + set + [2, 0, 2, 0x68, 0xCE, 0, 1, 0x68]
        let pictureSets: [[UInt8]] = [[0x68, 0xCE], [0x68]]
        #expect(CodecConfiguration.h264(sps: set, pps: pictureSets).record == expected)
        let high = H264Sample(profile: 100).unit
        let record = CodecConfiguration.h264(sps: high, pps: [[0x68, 0xCE]]).record
        #expect(record?.suffix(4) == [0xFD, 0xFA, 0xF8, 0])
        #expect(CodecConfiguration.h264(sps: [0x67], pps: []).record == nil)
    }
}
