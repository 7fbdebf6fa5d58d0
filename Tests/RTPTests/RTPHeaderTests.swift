import RTP
import Testing

@Suite("RTP header (RFC 3550 §5.1)")
struct RTPHeaderTests {
    /// Two contributing sources, an extension of two words, payload 7 8 9, padding of four bytes.
    private let full: [UInt8] =
        [0xB2, 0xE0, 0x12, 0x34, 0, 0, 0, 1, 0xCA, 0xFE, 0xBA, 0xBE]
        + [0, 0, 0, 1, 0, 0, 0, 2]
        + [0xBE, 0xDE, 0, 2, 0x10, 0x55, 0x22, 1, 2, 3, 0, 0]
        + [7, 8, 9] + [0, 0, 0, 4]

    @Test func `reads fields and ranges`() throws {
        let header = try parse(full)
        #expect(header.marker)
        #expect(header.payloadType == 96)
        #expect(header.sequenceNumber == 0x1234)
        #expect(header.timestamp == 1)
        #expect(header.ssrc == 0xCAFE_BABE)
        #expect(header.extensionProfile == 0xBEDE)
        #expect(header.extensions == 24..<32)
        #expect(header.length == 32)
        #expect(header.payload == 32..<35)
        #expect(header.paddingCount == 4)
    }

    @Test func `reads a header that has nothing but the fixed fields`() throws {
        let header = try parse(Array(repeating: 0x80, count: 12))
        #expect(header.marker)
        #expect(header.payloadType == 0)
        #expect(header.extensionProfile == 0)
        #expect(header.extensions.isEmpty)
        #expect(header.payload == 12..<12)
        #expect(header.paddingCount == 0)
    }

    @Test func `takes padding for payload until the plaintext is there`() throws {
        // The tag of 16 bytes and the encrypted padding count are not to be believed.
        let datagram = full.dropLast() + [0xEE] + Array(repeating: 0xAA, count: 16)
        var header = try parseProtected(Array(datagram))
        #expect(header.payload == 32..<55)
        #expect(header.paddingCount == 0)
        try resolvePadding(&header, in: full)
        #expect(header == (try parse(full)))
    }

    @Test func `takes the tag off a packet without padding`() throws {
        var plain = full
        plain[0] = 0x92
        var header = try parseProtected((plain + [1, 2, 3, 4]))
        try resolvePadding(&header, in: plain)
        #expect(header.payload == 32..<39)
    }

    @Test func `refuses every truncation of the header`() throws {
        for count in 0..<32 {
            let expected: RTPError = count < 20 ? .truncatedHeader : .truncatedExtension
            #expect(throws: expected) { try parseProtected(Array(full.prefix(count))) }
            #expect(throws: expected) { try parse(Array(full.prefix(count))) }
        }
        for count in 32...full.count {
            #expect(throws: Never.self) { try parseProtected(Array(full.prefix(count))) }
        }
    }

    @Test func `refuses contributing sources that are not there`() {
        let bytes: [UInt8] = [0x8F] + Array(repeating: 0, count: 70)
        #expect(throws: RTPError.truncatedHeader) { try parse(bytes) }
        #expect(throws: Never.self) { try parse((bytes + [0])) }
    }

    @Test(arguments: [0, 1, 3])
    func `refuses another version`(version: UInt8) {
        var bytes = full
        bytes[0] = bytes[0] & 0x3F | version << 6
        #expect(throws: RTPError.unsupportedVersion(version)) { try parse(bytes) }
    }

    @Test(arguments: [0, 8, 255] as [UInt8])
    func `refuses padding of none, and of more than there is`(padding: UInt8) {
        #expect(throws: RTPError.invalidPadding) {
            try parse((full.dropLast() + [padding]))
        }
    }

    @Test func `takes a packet of padding only`() throws {
        let header = try parse((full.dropLast() + [7]))
        #expect(header.payload == 32..<32)
        #expect(header.paddingCount == 7)
    }

    @Test func `refuses the padding bit where nothing follows the header`() throws {
        let bytes: [UInt8] = [0xA0] + Array(repeating: 0, count: 11)
        #expect(throws: RTPError.invalidPadding) { try parse(bytes) }
        var header = try parseProtected(bytes)
        #expect(throws: RTPError.invalidPadding) { try resolvePadding(&header, in: Array(bytes.dropLast())) }
    }

    @Test func `keeps ranges inside the datagram whatever a bit says`() {
        withFlippedBits(full) { flipped in
            guard let header = try? parse(flipped) else { return }
            #expect(header.length <= header.payload.lowerBound)
            #expect(header.payload.upperBound + header.paddingCount == flipped.count)
            #expect(header.extensions.upperBound <= header.length)
        }
    }

    @Test func `writes what it reads`() throws {
        var bytes: [UInt8] = []
        RTPHeader.write(
            marker: true,
            payloadType: 111,
            sequenceNumber: 65_535,
            timestamp: 0xFFFF_FFFE,
            ssrc: 7,
            extensions: [(3, [1, 2]), (14, Array(repeating: 9, count: 16))],
            to: &bytes
        )
        bytes.append(42)
        let header = try parse(bytes)
        #expect(header.marker)
        #expect(header.payloadType == 111)
        #expect(header.sequenceNumber == 65_535)
        #expect(header.timestamp == 0xFFFF_FFFE)
        #expect(header.ssrc == 7)
        #expect(header.extensionProfile == 0xBEDE)
        #expect(header.payload == 36..<37)
    }
}
