import Testing

@testable import Identity

@Suite("Base64url, strictly (RFC 4648 §5)")
struct Base64URLTests {
    @Test(
        arguments: [
            ("", []), ("Zg", [0x66]), ("Zm8", [0x66, 0x6F]), ("Zm9v", [0x66, 0x6F, 0x6F]),
            ("-_8", [0xFB, 0xFF]),
        ] as [(String, [UInt8])]
    )
    func `reads what it writes`(text: String, bytes: [UInt8]) {
        #expect(Base64URL.encode(bytes) == text)
        #expect(Base64URL.decode(text) == bytes)
    }

    @Test(arguments: ["Zg==", "Z", "Zh", "Zm9", "Zm 8", "+/8", "Zm9v\n", "Zmä"])
    func `refuses padding, other alphabets, impossible lengths and stray bits`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test
    func `reads back every length`() {
        for count in 0...67 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }
}
