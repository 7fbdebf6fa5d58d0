import Testing
import WebRTC

@Suite("Demultiplexing (RFC 7983, RFC 5761)")
struct DemultiplexerTests {
    @Test func `each first byte has one meaning`() {
        for byte in UInt8.min...UInt8.max {
            let expected: DatagramKind =
                switch byte {
                case 0...3: .stun
                case 20...63: .dtls
                case 128...191: .srtp
                default: .other
                }
            #expect(DatagramKind(firstByte: byte) == expected)
        }
    }

    @Test func `RTCP is told by its packet type`() {
        let types = (UInt8.min...UInt8.max).filter(DatagramKind.isRTCP(secondByte:))
        #expect(types == Array(192...223))
    }
}
