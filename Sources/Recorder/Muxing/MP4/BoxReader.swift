/// Reads boxes out of bytes that may be anything (ISO/IEC 14496-12 §4.2).
struct BoxReader {
    /// A box whose size fits what it is in.
    struct Box: Equatable {
        var type: BoxType
        /// With its header.
        var range: Range<Int>
        var content: Range<Int>
    }

    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The boxes that fill a range to its last byte; `nil` if they do not.
    ///
    /// Sizes of 0 and of 64 bits are nowhere in what is read so.
    func boxes(in range: Range<Int>) -> [Box]? {
        var boxes: [Box] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            guard let size = uint32(at: offset), let code = uint32(at: offset + 4),
                size >= 8, Int(size) <= range.upperBound - offset
            else { return nil }
            let end = offset + Int(size)
            boxes.append(Box(type: BoxType(code: code), range: offset..<end, content: offset + 8..<end))
            offset = end
        }
        return boxes
    }

    /// The one box of a type in a range; `nil` if there is none, or if the range is no sequence of boxes.
    func first(_ type: BoxType, in range: Range<Int>) -> Box? {
        boxes(in: range)?.first { $0.type == type }
    }

    func uint32(at offset: Int) -> UInt32? {
        guard offset >= 0, offset <= bytes.count - 4 else { return nil }
        return bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    func uint64(at offset: Int) -> UInt64? {
        guard offset >= 0, offset <= bytes.count - 8 else { return nil }
        return bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
