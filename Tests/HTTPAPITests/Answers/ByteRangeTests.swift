import Testing

@testable import HTTPAPI

@Suite("Byte ranges (RFC 9110 §14.1.2)")
struct ByteRangeTests {
    @Test(
        arguments: [
            ("bytes=0-499", .part(0...499)), ("bytes=500-999", .part(500...999)),
            ("bytes=-500", .part(9500...9999)),
            ("bytes=9500-", .part(9500...9999)), ("bytes=0-0", .part(0...0)),
            ("bytes=9999-", .part(9999...9999)),
            ("bytes=0-99999", .part(0...9999)), ("bytes=-99999", .part(0...9999)),
            ("Bytes=1-2", .part(1...2)),
            ("bytes=5-99999999999999999999999", .part(5...9999)),
            ("bytes=-99999999999999999999", .part(0...9999)),
            ("bytes=10000-", .unsatisfiable), ("bytes=10000-10001", .unsatisfiable),
            ("bytes=-0", .unsatisfiable),
            ("bytes=99999999999999999999-", .unsatisfiable),
        ] as [(String, ByteRange)]
    )
    func `one range of 10000 bytes`(header: String, range: ByteRange) {
        #expect(ByteRange(header: header, size: 10_000) == range)
    }

    @Test(arguments: [
        nil, "", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=2-1", "bytes=0-1,3-4", "items=0-1",
        "bytes=+1-2",
        "bytes=1-+2", "bytes=-+5", "bytes=+5-", "bytes=--5", "bytes=a-b", "bytes=0x1-2", "bytes= 0-1",
        "bytes=٣-٤",
        "bytes=1-2-3", "0-1",
    ])
    func `what is no range means the whole`(header: String?) {
        #expect(ByteRange(header: header, size: 10_000) == .whole)
    }

    @Test(arguments: ["bytes=0-", "bytes=0-0", "bytes=-1"])
    func `nothing has no ranges`(header: String) {
        #expect(ByteRange(header: header, size: 0) == .unsatisfiable)
    }
}
