/// Says how much a receiver believes it can take in all (REMB).
///
/// ```
/// |  'R' 'E' 'M' 'B'                                              |
/// |  number of SSRCs  | exponent, 6 bits | mantissa, 18 bits       |
/// |  SSRCs                                                        |
/// ```
///
/// draft-alvestrand-rmcat-remb-03 §2.2.
public struct ReceiverEstimatedMaximumBitrate: Equatable, Sendable {
    /// "REMB".
    private static let identifier: UInt32 = 0x5245_4D42
    /// The largest mantissa.
    private static let maximumMantissa: UInt64 = 0x3_FFFF

    /// Who estimates.
    public var sender: UInt32
    /// Bits per second, header and payload; written with 18 significant bits, rounded down.
    public var bitrateBps: Int
    /// The sources that share it; the first 255 are written.
    public var ssrcs: [UInt32]

    /// An estimate for these sources.
    public init(sender: UInt32, bitrateBps: Int, ssrcs: [UInt32]) {
        self.sender = sender
        self.bitrateBps = bitrateBps
        self.ssrcs = ssrcs
    }

    /// Whether a packet of the application layer's format is this one.
    static func isPresent(in packet: Span<UInt8>) -> Bool {
        packet.count >= 16 && packet.uint32(at: 12) == identifier
    }

    init?(parsing packet: Span<UInt8>) {
        guard packet.count >= 20 else { return nil }
        let count = Int(packet[16])
        guard packet.count >= 20 + count * 4 else { return nil }
        let exponent = packet[17] >> 2
        let mantissa = UInt64(packet.uint24(at: 17) & 0x3_FFFF)
        let bitrate = mantissa << exponent
        guard bitrate >> exponent == mantissa, let bitrateBps = Int(exactly: bitrate) else { return nil }
        sender = packet.uint32(at: 4)
        self.bitrateBps = bitrateBps
        ssrcs = (0..<count).map { packet.uint32(at: 20 + $0 * 4) }
    }

    /// Appends the estimate to a compound packet.
    public func write(to bytes: inout [UInt8]) {
        var mantissa = UInt64(max(bitrateBps, 0))
        var exponent: UInt32 = 0
        while mantissa > Self.maximumMantissa {
            mantissa >>= 1
            exponent += 1
        }
        let ssrcs = ssrcs.prefix(255)
        bytes.appendRTCP(
            type: RTCPType.payloadSpecificFeedback,
            format: PayloadSpecificFormat.applicationLayer
        ) { bytes in
            bytes.append(uint32: sender)
            bytes.append(uint32: 0)
            bytes.append(uint32: Self.identifier)
            bytes.append(UInt8(ssrcs.count))
            bytes.append(uint24: exponent << 18 | UInt32(truncatingIfNeeded: mantissa))
            for ssrc in ssrcs {
                bytes.append(uint32: ssrc)
            }
        }
    }
}
