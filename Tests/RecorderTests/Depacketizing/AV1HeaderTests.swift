import RTP
import Testing

@testable import Recorder

/// Units of AV1, field by field.
struct AV1Sample {
    var profile: UInt64 = 0
    var isReduced = false
    var hasTiming = false
    var operatingPoints: [(level: UInt64, isHighTier: Bool)] = [(5, false)]
    var hasFrameNumbers = false
    /// What is behind the bit of order hints, in `readTools`.
    var hasOrderHints = true
    var screenContent: [(Int, UInt64)] = [(1, 1), (1, 1)]
    var color: [(Int, UInt64)] = [(1, 0), (1, 0), (1, 0), (1, 0), (2, 0)]

    /// The payload of a sequence header for 1280 × 720.
    var sequencePayload: [UInt8] {
        var fields: [(Int, UInt64)] = [(3, profile), (1, 0), (1, isReduced ? 1 : 0)]
        if isReduced {
            fields.append((5, operatingPoints[0].level))
        } else {
            putOperatingPoints(&fields)
        }
        fields += [(4, 10), (4, 9), (11, 1_279), (10, 719)]
        if !isReduced {
            fields.append((1, hasFrameNumbers ? 1 : 0))
            if hasFrameNumbers { fields += [(4, 9), (3, 2)] }
        }
        fields.append((3, 0b101))
        if !isReduced {
            fields += [(4, 0b1010), (1, hasOrderHints ? 1 : 0)]
            if hasOrderHints { fields.append((2, 0b11)) }
            fields += screenContent
            if hasOrderHints { fields.append((3, 6)) }
        }
        fields += [(3, 0b010)] + color
        // Separate quantizers, film grain, trailing bits.
        return BitWriter.of(fields + [(1, 0), (1, 0), (1, 1)])
    }

    private func putOperatingPoints(_ fields: inout [(Int, UInt64)]) {
        fields.append((1, hasTiming ? 1 : 0))
        if hasTiming {
            // Ticks, equal intervals of 3 ticks, a decoder model with delays of 10 bits.
            fields += [(32, 1), (32, 60), (1, 1), (3, 0b011), (1, 1), (5, 9), (32, 1), (5, 9), (5, 9)]
        }
        fields += [(1, 1), (5, UInt64(operatingPoints.count - 1))]
        for point in operatingPoints {
            fields += [(12, 0xFFF), (5, point.level)]
            if point.level > 7 { fields.append((1, point.isHighTier ? 1 : 0)) }
            if hasTiming { fields += [(1, 1), (10, 7), (10, 7), (1, 0)] }
            fields += [(1, 1), (4, 3)]
        }
    }

    /// As an element of a packet, without a length of its own.
    var sequenceHeader: [UInt8] { [0x08] + sequencePayload }

    static let keyFrame: [UInt8] = [0x30, 0b0001_0000, 0xAA, 0xBB]
    static let frame: [UInt8] = [0x30, 0b0011_0000, 0xCC, 0xDD]

    /// With its length, as in a file.
    static func sized(_ element: [UInt8]) -> [UInt8] {
        [element[0] | 2, UInt8(element.count - 1)] + element.dropFirst()
    }
}

@Suite("AV1 sequence headers (AV1 specification §5.5)")
struct AV1SequenceHeaderTests {
    private static let full = AV1Sample(
        hasTiming: true,
        operatingPoints: [(9, true), (5, false)],
        hasFrameNumbers: true
    )

    /// Level and tier; high bit depth, twelve bits, monochrome; subsampling; position.
    @Test(
        arguments: [
            (AV1Sample(), [5, 0], [0, 0, 0, 1, 1, 0]),
            (Self.full, [9, 1], [0, 0, 0, 1, 1, 0]),
            (AV1Sample(isReduced: true), [5, 0], [0, 0, 0, 1, 1, 0]),
            (
                AV1Sample(hasOrderHints: false, screenContent: [(1, 0), (1, 0)]), [5, 0],
                [0, 0, 0, 1, 1, 0]
            ),
            (AV1Sample(screenContent: [(1, 0), (1, 1), (1, 0), (1, 1)]), [5, 0], [0, 0, 0, 1, 1, 0]),
            // Ten bits, a description of the color, the position of chroma.
            (
                AV1Sample(color: [(1, 1), (1, 0), (1, 1), (8, 9), (8, 16), (8, 9), (1, 0), (2, 2)]), [5, 0],
                [1, 0, 0, 1, 1, 2]
            ),
            (AV1Sample(color: [(1, 0), (1, 1), (1, 0), (1, 1)]), [5, 0], [0, 0, 1, 1, 1, 0]),
            (AV1Sample(profile: 1, color: [(1, 0), (1, 0), (1, 0)]), [5, 0], [0, 0, 0, 0, 0, 0]),
            (
                AV1Sample(profile: 1, color: [(1, 0), (1, 1), (8, 1), (8, 13), (8, 0)]), [5, 0],
                [0, 0, 0, 0, 0, 0]
            ),
            (AV1Sample(profile: 2, color: [(1, 0), (1, 0), (1, 0), (1, 0)]), [5, 0], [0, 0, 0, 1, 0, 0]),
            (
                AV1Sample(
                    profile: 2,
                    color: [(1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (1, 1), (1, 1), (2, 1)]
                ),
                [5, 0], [1, 1, 0, 1, 1, 1]
            ),
        ] as [(AV1Sample, [UInt8], [UInt8])]
    )
    func `say what containers ask`(sample: AV1Sample, level: [UInt8], color: [UInt8]) throws {
        let header = try #require(AV1SequenceHeader(parsing: sample.sequencePayload[...]))
        #expect(UInt64(header.profile) == sample.profile)
        #expect(header.isReduced == sample.isReduced)
        #expect(header.level == level[0])
        #expect(header.isHighTier == (level[1] == 1))
        #expect(header.size == PictureSize(width: 1_280, height: 720))
        #expect(header.color.isHighBitDepth == (color[0] == 1))
        #expect(header.color.isTwelveBit == (color[1] == 1))
        #expect(header.color.isMonochrome == (color[2] == 1))
        #expect(header.color.isSubsampledHorizontally == (color[3] == 1))
        #expect(header.color.isSubsampledVertically == (color[4] == 1))
        #expect(header.color.samplePosition == color[5])
    }

    @Test func `are refused that are cut off or of no profile`() {
        let payload = Self.full.sequencePayload
        for count in 0..<(payload.count - 1) {
            #expect(AV1SequenceHeader(parsing: payload.prefix(count)) == nil)
        }
        #expect(AV1SequenceHeader(parsing: AV1Sample(profile: 3).sequencePayload[...]) == nil)
    }

    @Test func `lead to a record for containers`() throws {
        let sample = AV1Sample(
            operatingPoints: [(13, true)],
            color: [(1, 1), (1, 0), (1, 0), (1, 0), (2, 2)]
        )
        let header = try #require(AV1SequenceHeader(parsing: sample.sequencePayload[...]))
        let unit = AV1Sample.sized(sample.sequenceHeader)
        let configuration = CodecConfiguration.av1(AV1Configuration(header, unit: unit))
        #expect(configuration.record == [0x81, 13, 0x80 | 0x40 | 0x0C | 2, 0] + unit)
    }

    @Test(
        arguments: [
            // A key frame that is shown, or is not; of other types; a frame decoded earlier; nothing.
            ([0b0001_0000], true), ([0b0000_0000], false), ([0b0011_0000], false), ([0b0101_0000], false),
            ([0b1000_0000], false), ([], false),
        ] as [([UInt8], Bool)]
    )
    func `know where decoding begins`(frameHeader: [UInt8], begins: Bool) throws {
        let header = try #require(AV1SequenceHeader(parsing: AV1Sample().sequencePayload[...]))
        #expect(header.beginsDecoding(frameHeader[...]) == begins)
        let payload = AV1Sample(isReduced: true).sequencePayload
        let still = try #require(AV1SequenceHeader(parsing: payload[...]))
        #expect(still.beginsDecoding(frameHeader[...]))
    }
}

@Suite("AV1 units (AV1 specification §5.3)")
struct AV1UnitTests {
    @Test(
        arguments: [
            ([0x30, 1, 2], [0x32, 2, 1, 2]),
            // It has its length already, with more behind it; with an extension; a longish length.
            ([0x32, 2, 1, 2], [0x32, 2, 1, 2]), ([0x32, 1, 1, 2], [0x32, 1, 1]),
            ([0x34, 0x20, 1], [0x36, 0x20, 1, 1]), ([0x36, 0x20, 1, 9], [0x36, 0x20, 1, 9]),
            ([0x32, 0x81, 0x80, 0x00, 7], [0x32, 1, 7]), ([0x10], [0x12, 0]),
        ] as [([UInt8], [UInt8])]
    )
    func `are written with their length`(element: [UInt8], expected: [UInt8]) throws {
        let unit = try #require(AV1Unit(parsing: element[...]))
        var output: [UInt8] = []
        unit.append(to: &output)
        #expect(output == expected)
    }

    @Test func `are written with lengths of several bytes`() throws {
        let unit = try #require(AV1Unit(parsing: ([0x30] + [UInt8](repeating: 9, count: 300))[...]))
        var output: [UInt8] = []
        unit.append(to: &output)
        #expect(output.prefix(4) == [0x32, 0xAC, 0x02, 9])
        #expect(output.count == 303)
    }

    @Test(
        arguments: [
            [], [0xB0, 1], [0x34], [0x32], [0x32, 3, 1, 2], [0x32, 0x80], [0x36, 0],
            [0x32, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F], [0x32, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0],
        ] as [[UInt8]]
    )
    func `are refused that are longer than they can be`(element: [UInt8]) {
        #expect(AV1Unit(parsing: element[...]) == nil)
    }
}
