/// Writes boxes, each of which learns its size when its content is there.
///
/// ```
/// box:      | size, 32 bits | type, 32 bits | content |
/// full box: | size | type | version, 8 bits | flags, 24 bits | content |
/// ```
///
/// ISO/IEC 14496-12 §4.2. Boxes of 4 GiB are not written: what goes into one is bounded by the callers.
struct BoxWriter {
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    mutating func box(_ type: BoxType, _ content: (inout BoxWriter) -> Void) {
        let start = bytes.count
        uint32(0)
        uint32(type.code)
        content(&self)
        patch(UInt32(truncatingIfNeeded: bytes.count - start), at: start)
    }

    mutating func fullBox(
        _ type: BoxType,
        version: UInt8 = 0,
        flags: UInt32 = 0,
        _ content: (inout BoxWriter) -> Void
    ) {
        box(type) {
            $0.uint32(UInt32(version) << 24 | flags)
            content(&$0)
        }
    }

    mutating func uint8(_ value: UInt8) {
        bytes.append(value)
    }

    mutating func uint16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func uint32(_ value: UInt32) {
        uint16(UInt16(truncatingIfNeeded: value >> 16))
        uint16(UInt16(truncatingIfNeeded: value))
    }

    mutating func uint64(_ value: UInt64) {
        uint32(UInt32(truncatingIfNeeded: value >> 32))
        uint32(UInt32(truncatingIfNeeded: value))
    }

    mutating func type(_ type: BoxType) {
        uint32(type.code)
    }

    mutating func zeros(_ count: Int) {
        bytes.append(contentsOf: repeatElement(0, count: count))
    }

    mutating func append(_ content: some Collection<UInt8>) {
        bytes.append(contentsOf: content)
    }

    /// Writes over four bytes that are there.
    mutating func patch(_ value: UInt32, at offset: Int) {
        for index in 0..<4 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))
        }
    }
}
