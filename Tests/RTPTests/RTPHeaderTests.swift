import RTP
import Testing

@Suite("RTP header (RFC 3550 §5.1)")
struct RTPHeaderTests {
    @Test func `reads the fixed header`() throws {
        let bytes: [UInt8] = [0x80, 0xE0, 0x12, 0x34, 0, 0, 0, 1, 0xCA, 0xFE, 0xBA, 0xBE, 9]
        let header = try RTPHeader(parsing: bytes.span)
        #expect(header.marker)
        #expect(header.payloadType == 96)
        #expect(header.sequenceNumber == 0x1234)
        #expect(header.timestamp == 1)
        #expect(header.ssrc == 0xCAFE_BABE)
        #expect(header.payload == 12..<13)
    }
}
