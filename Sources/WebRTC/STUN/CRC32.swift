/// The checksum of ISO 3309, as FINGERPRINT uses it.
///
/// RFC 8489 §14.7.
enum CRC32 {
    /// What the checksum is mixed with, so that it differs from one of the application: "STUN".
    static let stunMask: UInt32 = 0x5354_554E

    private static let table: [UInt32] = (0..<256)
        .map { index in
            (0..<8)
                .reduce(UInt32(index)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
        }

    static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        var value = UInt32.max
        for index in bytes.indices {
            value = value >> 8 ^ table[Int((value ^ UInt32(bytes[index])) & 0xFF)]
        }
        return ~value
    }
}
