/// NAL units of H.264.
///
/// ITU-T H.264 §7.3.1; their types are `H264Payload.UnitType`.
enum H264Unit {
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
