import Testing

@testable import Recorder

@Suite("EBML")
struct EBMLTests {
    @Test(
        arguments: [
            (0, [0x80]), (1, [0x81]), (126, [0xFE]), (127, [0x40, 0x7F]), (128, [0x40, 0x80]),
            (16_382, [0x7F, 0xFE]), (16_383, [0x20, 0x3F, 0xFF]), (2_097_150, [0x3F, 0xFF, 0xFE]),
            (2_097_151, [0x10, 0x1F, 0xFF, 0xFF]), (1 << 35, [0x04, 0x08, 0, 0, 0, 0]),
        ] as [(Int, [UInt8])]
    )
    func `a size takes the fewest bytes that are not all ones, and is read again`(size: Int, bytes: [UInt8]) {
        var written: [UInt8] = []
        written.append(ebmlSize: size)
        #expect(written == bytes)
        let header = EBMLElementHeader(parsing: [0xA3] + bytes[...])
        #expect(header?.size == Int64(size))
        #expect(header?.length == 1 + bytes.count)
    }

    @Test(
        arguments: [
            (EBMLID.void, [0xEC]), (.codecDelay, [0x56, 0xAA]), (.timestampScale, [0x2A, 0xD7, 0xB1]),
            (.cluster, [0x1F, 0x43, 0xB6, 0x75]),
        ] as [(EBMLID, [UInt8])]
    )
    func `an identifier has its marker`(id: EBMLID, bytes: [UInt8]) {
        var written: [UInt8] = []
        written.append(id)
        #expect(written == bytes)
        #expect(EBMLElementHeader(parsing: bytes + [0x80])?.id == id.rawValue)
    }

    @Test(
        arguments: [
            (0, [0xE7, 0x81, 0]), (255, [0xE7, 0x81, 255]), (256, [0xE7, 0x82, 1, 0]),
            (.max, [0xE7, 0x88, 255, 255, 255, 255, 255, 255, 255, 255]),
        ] as [(UInt64, [UInt8])]
    )
    func `a number takes the fewest bytes`(number: UInt64, bytes: [UInt8]) {
        var written: [UInt8] = []
        written.append(.timestamp, number)
        #expect(written == bytes)
    }

    @Test func `Void takes what it is told`() {
        for length in [9, 11, 200, 65_536] {
            var written: [UInt8] = []
            written.append(voidOf: length)
            #expect(written.count == length)
            #expect(EBMLElementHeader(parsing: written[...])?.size == Int64(length - 9))
        }
    }

    @Test(
        arguments: [
            [], [0], [0x08, 0x80], [0xA3], [0xA3, 0], [0xA3, 0x40], [0x1F, 0x43, 0xB6],
            [0x1F, 0x43, 0xB6, 0x75, 0x01, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]]
    )
    func `what is no header, or is cut, is none`(bytes: [UInt8]) {
        #expect(EBMLElementHeader(parsing: bytes[...]) == nil)
    }

    @Test(arguments: [[0xFF], [0x7F, 0xFF], .unknownEBMLSize] as [[UInt8]])
    func `a size of all ones is unknown`(bytes: [UInt8]) {
        let header = EBMLElementHeader(parsing: [0x1F, 0x43, 0xB6, 0x75] + bytes[...])
        #expect(header?.id == EBMLID.cluster.rawValue)
        #expect(header?.size == nil)
        #expect(header?.length == 4 + bytes.count)
    }
}
