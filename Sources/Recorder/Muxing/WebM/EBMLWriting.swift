/// Elements: identifier, size, content (RFC 8794 §3).
extension [UInt8] {
    /// The eight bytes of a size that is not known yet (RFC 8794 §6.2).
    static let unknownEBMLSize: [UInt8] = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]

    /// A size in eight bytes, whatever it is, so that it fits where ``unknownEBMLSize`` was.
    init(longEBMLSize size: Int64) {
        self = []
        append(bigEndian: 1 << 56 | UInt64(clamping: size), count: 8)
    }

    mutating func append(bigEndian value: UInt64, count: Int) {
        for shift in (0..<count).reversed() {
            append(UInt8(truncatingIfNeeded: value >> UInt64(shift * 8)))
        }
    }

    mutating func append(_ id: EBMLID) {
        append(bigEndian: UInt64(id.rawValue), count: 4 - id.rawValue.leadingZeroBitCount / 8)
    }

    /// A size in the fewest bytes; all ones are not a size but "unknown" (RFC 8794 §6.2).
    mutating func append(ebmlSize size: Int) {
        var count = 1
        while count < 8, size >= 1 << (7 * count) - 1 { count += 1 }
        append(bigEndian: 1 << UInt64(7 * count) | UInt64(clamping: size), count: count)
    }

    mutating func append(_ id: EBMLID, _ content: [UInt8]) {
        append(id)
        append(ebmlSize: content.count)
        append(contentsOf: content)
    }

    /// An unsigned integer in the fewest bytes, one at least (RFC 8794 §7.2).
    mutating func append(_ id: EBMLID, _ number: UInt64) {
        let count = Swift.max(1, 8 - number.leadingZeroBitCount / 8)
        append(id)
        append(ebmlSize: count)
        append(bigEndian: number, count: count)
    }

    /// A float of eight bytes (RFC 8794 §7.3).
    mutating func append(_ id: EBMLID, float number: Double) {
        append(id)
        append(ebmlSize: 8)
        append(bigEndian: number.bitPattern, count: 8)
    }

    mutating func append(_ id: EBMLID, _ text: String) {
        append(id, [UInt8](text.utf8))
    }

    /// A Void element that takes `length` bytes in all, nine at least (RFC 8794 §11.3.2).
    mutating func append(voidOf length: Int) {
        appendHeader(ofVoidOf: length)
        append(contentsOf: [UInt8](repeating: 0, count: Swift.max(0, length - 9)))
    }

    /// The nine bytes that such a Void element begins with.
    mutating func appendHeader(ofVoidOf length: Int) {
        append(EBMLID.void)
        append(contentsOf: [UInt8](longEBMLSize: Int64(Swift.max(0, length - 9))))
    }
}
