/// Opus: each payload of RTP and each frame of a container is a packet as it is (RFC 7587 §4.2).
///
/// ```
/// | configuration, 5 bits |S| C |   C: 1, 2 equal, 2 frames; or as many as the next byte says
/// |V|P|  count, 6 bits  |         if C is 3
/// ```
///
/// RFC 6716 §3.1, §3.2.
enum OpusPacket {
    /// The longest that a packet lasts, in ticks of 48 kHz: 120 ms (RFC 6716 §3.2.5, R5).
    private static let longest: Int64 = 5_760

    /// Ticks of 48 kHz that a packet lasts; `nil` if no decoder takes it.
    static func duration(_ packet: ArraySlice<UInt8>) -> Int64? {
        guard let first = packet.first else { return nil }
        switch first & 3 {
        case 1: guard packet.count & 1 == 1 else { return nil }
        case 2, 3: guard packet.count > 1 else { return nil }
        default: break
        }
        let ticks = ticks(first: first, second: packet.dropFirst().first)
        return ticks > 0 && ticks <= longest ? ticks : nil
    }

    /// Microseconds that a packet lasts by its first two bytes, with nothing checked.
    static func duration(first: UInt8, second: UInt8?) -> Int64 {
        min(ticks(first: first, second: second), longest) * 1_000 / 48
    }

    /// Ticks of 48 kHz that a packet lasts by its first two bytes; 20 ms if they say nothing valid.
    static func likelyDuration(_ packet: [UInt8]) -> Int64 {
        let usual: Int64 = 960
        guard let first = packet.first else { return usual }
        let ticks = ticks(first: first, second: packet.dropFirst().first)
        return (1...longest).contains(ticks) ? ticks : usual
    }

    private static func ticks(first: UInt8, second: UInt8?) -> Int64 {
        let configuration = Int(first >> 3)
        let frame: Int64 =
            switch configuration {
            case 0..<12: [480, 960, 1_920, 2_880][configuration & 3]
            case 12..<16: [480, 960][configuration & 1]
            default: [120, 240, 480, 960][configuration & 3]
            }
        return switch first & 3 {
        case 0: frame
        case 1, 2: frame * 2
        default: frame * Int64((second ?? 0) & 0x3F)
        }
    }
}
