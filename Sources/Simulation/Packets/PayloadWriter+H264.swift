/// The payload format of H.264, packetization mode 1: parameter sets together (STAP-A), slices whole or in parts (FU-A).
///
/// RFC 6184 §5.6 to 5.8.
extension PayloadWriter {
    private static let aggregation: UInt8 = 24
    private static let fragment: UInt8 = 28
    private static let importance: UInt8 = 0x60

    /// Adds the payloads of a frame.
    mutating func appendH264(_ units: [Range<Int>], of bytes: [UInt8], maximum: Int) {
        let sets = units.prefix { H264Units.isParameterSet(bytes[$0.lowerBound]) }
        if sets.count > 1, 1 + sets.reduce(0, { $0 + 2 + $1.count }) <= maximum {
            appendAggregation(sets, of: bytes)
        } else {
            for set in sets { appendUnit(set, of: bytes, maximum: maximum) }
        }
        for unit in units.dropFirst(sets.count) { appendUnit(unit, of: bytes, maximum: maximum) }
    }

    private mutating func appendAggregation(_ units: ArraySlice<Range<Int>>, of bytes: [UInt8]) {
        let importance = units.map { bytes[$0.lowerBound] & Self.importance }.max() ?? 0
        var payload = [importance | Self.aggregation]
        for unit in units {
            payload += [UInt8(truncatingIfNeeded: unit.count >> 8), UInt8(truncatingIfNeeded: unit.count)]
            payload += bytes[unit]
        }
        append(payload[...])
    }

    private mutating func appendUnit(_ unit: Range<Int>, of bytes: [UInt8], maximum: Int) {
        guard unit.count > maximum else { return append(bytes[unit]) }
        let header = bytes[unit.lowerBound]
        let body = unit.dropFirst()
        for part in Self.parts(of: body.startIndex..<body.endIndex, maximum: maximum - 2) {
            let isFirst = part.lowerBound == body.startIndex
            let isLast = part.upperBound == body.endIndex
            let flags: UInt8 = (isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0)
            append([header & 0xE0 | Self.fragment, flags | header & 0x1F], bytes[part])
        }
    }
}
