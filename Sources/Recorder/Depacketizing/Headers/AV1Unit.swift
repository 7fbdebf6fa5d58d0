/// An open bitstream unit (OBU) of AV1.
///
/// ```
/// |0| type, 4 bits |X|S|-|
/// | TID | SID |-|-|-|         if X
/// | length, LEB128 |          if S
/// ```
///
/// AV1 Bitstream & Decoding Process Specification §5.3.
struct AV1Unit {
    /// One of `AV1Payload.UnitType`, or another.
    var kind: UInt8
    private var header: UInt8
    private var extensionHeader: UInt8?
    /// What is behind the headers.
    var payload: ArraySlice<UInt8>

    /// Reads a unit that fills `bytes`, or says its own length; `nil` if it is longer than them.
    init?(parsing bytes: ArraySlice<UInt8>) {
        guard let header = bytes.first, header & 0x80 == 0 else { return nil }
        self.header = header
        kind = header >> 3 & 0x0F
        var rest = bytes.dropFirst()
        if header & 0x04 != 0 {
            guard let byte = rest.popFirst() else { return nil }
            extensionHeader = byte
        }
        if header & 0x02 != 0 {
            guard let length = Self.popLength(&rest), length <= rest.count else { return nil }
            rest = rest.prefix(length)
        }
        payload = rest
    }

    /// Appends the unit with its length (`obu_has_size_field`).
    func append(to output: inout [UInt8]) {
        output.append(header | 0x02)
        if let extensionHeader { output.append(extensionHeader) }
        var length = payload.count
        while length >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: length))
        output.append(contentsOf: payload)
    }

    /// Takes a number in LEB128 (§4.10.5) from the front; `nil` if it does not end, or is 2^32 or more.
    static func popLength(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var value: UInt64 = 0
        for index in 0..<8 {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << (7 * index)
            if byte & 0x80 == 0 { return value <= UInt32.max ? Int(value) : nil }
        }
        return nil
    }
}
