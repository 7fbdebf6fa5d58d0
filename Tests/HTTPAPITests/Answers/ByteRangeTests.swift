import Testing

@testable import HTTPAPI

@Suite("Ranges (RFC 9110 §14.1.2)")
struct ByteRangeTests {
    @Test(
        arguments: [
            (nil, ByteRange.whole),
            ("bytes=0-", .part(0...99)),
            ("bytes=0-0", .part(0...0)),
            ("bytes=10-19", .part(10...19)),
            ("bytes=90-200", .part(90...99)),
            ("bytes=-10", .part(90...99)),
            ("bytes=-1000", .part(0...99)),
            ("bytes=100-", .unsatisfiable),
            ("bytes=100-200", .unsatisfiable),
            ("bytes=-0", .unsatisfiable),
            ("bytes=20-10", .whole),
            ("bytes=0-1,5-6", .whole),
            ("bytes=a-b", .whole),
            ("bytes=-", .whole),
            ("bytes=--5", .whole),
            ("bytes=99999999999999999999-", .unsatisfiable),
            ("lines=0-1", .whole),
            ("", .whole),
        ] as [(String?, ByteRange)]
    )
    func `of a hundred bytes`(header: String?, range: ByteRange) {
        #expect(ByteRange(header: header, size: 100) == range)
    }

    @Test func `an empty object has no part`() {
        #expect(ByteRange(header: "bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange(header: "bytes=-5", size: 0) == .unsatisfiable)
        #expect(ByteRange(header: nil, size: 0) == .whole)
    }
}
