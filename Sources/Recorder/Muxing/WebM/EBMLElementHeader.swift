/// Identifier and size of an element (RFC 8794 §4 to §6).
struct EBMLElementHeader: Equatable {
    /// The most bytes that one takes.
    static let longest = 12

    /// With its marker.
    let id: UInt32
    /// Of the content; `nil` when it is not known.
    let size: Int64?
    /// Bytes of identifier and size.
    let length: Int

    /// - Returns: `nil` when `bytes` end before, or begin with no identifier.
    init?(parsing bytes: ArraySlice<UInt8>) {
        guard let first = bytes.first else { return nil }
        let idLength = first.leadingZeroBitCount + 1
        guard idLength <= 4, bytes.count > idLength else { return nil }
        id = UInt32(truncatingIfNeeded: bytes.prefix(idLength).bigEndianValue)
        let rest = bytes.dropFirst(idLength)
        let sizeLength = (rest.first ?? 0).leadingZeroBitCount + 1
        guard sizeLength <= 8, rest.count >= sizeLength else { return nil }
        let mask = UInt64(1) << UInt64(7 * sizeLength) - 1
        let value = rest.prefix(sizeLength).bigEndianValue & mask
        size = value == mask ? nil : Int64(truncatingIfNeeded: value)
        length = idLength + sizeLength
    }
}

extension ArraySlice<UInt8> {
    /// The bytes as a number, of which the last eight count.
    var bigEndianValue: UInt64 {
        reduce(0) { $0 << 8 | UInt64($1) }
    }
}
