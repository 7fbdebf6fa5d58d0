/// What the sample entry of the audio track says: Opus.
public struct MP4AudioFormat: Equatable, Sendable {
    /// 1 or 2.
    public var channels: Int
    /// Samples at 48 kHz that a player throws away at the start: the delay of the encoder.
    public var preSkip: UInt16

    /// A format of these values.
    public init(channels: Int = 2, preSkip: UInt16 = 312) {
        self.channels = min(max(channels, 1), 2)
        self.preSkip = preSkip
    }

    /// How long an Opus packet sounds, in samples at 48 kHz; 20 ms if it does not say it validly.
    ///
    /// RFC 6716 §3.1, §3.4.
    static func duration(of packet: [UInt8]) -> Int64 {
        let usual: Int64 = 960
        guard let first = packet.first else { return usual }
        let configuration = first >> 3
        let frame: Int64 =
            switch configuration {
            case 0..<12: [480, 960, 1_920, 2_880][Int(configuration & 3)]
            case 12..<16: [480, 960][Int(configuration & 1)]
            default: [120, 240, 480, 960][Int(configuration & 3)]
            }
        let count: Int64
        switch first & 3 {
        case 0: count = 1
        case 1, 2: count = 2
        default:
            guard packet.count > 1 else { return usual }
            count = Int64(packet[1] & 0x3F)
        }
        return (1...5_760).contains(frame * count) ? frame * count : usual
    }
}
