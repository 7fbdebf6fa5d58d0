/// NAL units of H.264.
///
/// ITU-T H.264 §7.3.1, table 7-1; the types of packets are of RFC 6184 §5.2.
enum H264Unit {
    static let slice: UInt8 = 1
    static let dataPartitionC: UInt8 = 4
    static let keySlice: UInt8 = 5
    static let sequenceParameterSet: UInt8 = 7
    static let pictureParameterSet: UInt8 = 8
    static let accessUnitDelimiter: UInt8 = 9
    static let fillerData: UInt8 = 12
    /// The last type that is a NAL unit, and not a packet of a kind of its own.
    static let lastUnit: UInt8 = 23
    static let aggregation: UInt8 = 24
    static let lastAggregation: UInt8 = 27
    static let fragment: UInt8 = 28
    static let interleavedFragment: UInt8 = 29

    /// The payload of a unit without the 3 of each 0, 0, 3 (§7.3.1).
    static func withoutEmulationPrevention(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var payload: [UInt8] = []
        payload.reserveCapacity(bytes.count)
        var zeros = 0
        for byte in bytes {
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            payload.append(byte)
        }
        return payload
    }
}
