import Testing

@testable import WebRTC

@Suite("HMAC-SHA1 test cases (RFC 2202 §3)")
struct HMACSHA1Tests {
    private static let cases: [(key: [UInt8], data: [UInt8], code: String)] = [
        (
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b617318655057264e28bc0b6fb378c8ef146be00"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "125d7342b9ac11cd91a39af48aa17b4f63f175d3"
        ),
        (
            [UInt8](repeating: 0xAA, count: 80),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        ),
        (
            [UInt8](repeating: 0xAA, count: 80),
            Array("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data".utf8),
            "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"
        ),
    ]

    @Test(arguments: cases)
    func `a code is as published, in however many parts the message comes`(
        key: [UInt8],
        data: [UInt8],
        code: String
    ) {
        let hmac = HMACSHA1(key: key)
        for cut in 0...data.count {
            let (first, second) = (Array(data[..<cut]), Array(data[cut...]))
            let made = hmac.code(over: first.span, second.span).bytes
            #expect(made == hex(code))
        }
    }

    @Test func `codes are equal or not, whatever their length`() {
        let code = HMACSHA1(key: []).code(over: [1, 2].span, [UInt8]().span)
        let (same, other) = (code.bytes, code.bytes.map { $0 ^ 1 })
        let isSame = code.isEqualInConstantTime(to: same.span)
        let isOther = code.isEqualInConstantTime(to: other.span)
        let isShort = code.isEqualInConstantTime(to: Array(same.dropLast()).span)
        #expect(isSame && !isOther && !isShort)
    }
}
