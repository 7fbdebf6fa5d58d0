/// Asks for packets that were lost.
///
/// ```
/// |  packet identifier (PID)      |  following lost packets (BLP) |   each bit k: PID + k + 1 is lost too
/// ```
///
/// RFC 4585 §6.2.1.
public struct GenericNACK: Equatable, Sendable {
    /// The most sequence numbers that are read or written; what a packet says beyond is left out.
    ///
    /// More than two seconds of video at 4 Mbit/s: whoever lost so much needs a key frame.
    public static let maximumCount = 1_024

    /// Who asks.
    public var sender: UInt32
    /// The source whose packets are asked for.
    public var media: UInt32
    /// The numbers of the lost packets; ascending ones are written most tightly.
    public var sequenceNumbers: [UInt16]

    /// A request for these packets.
    public init(sender: UInt32, media: UInt32, sequenceNumbers: [UInt16]) {
        self.sender = sender
        self.media = media
        self.sequenceNumbers = sequenceNumbers
    }

    init?(parsing packet: Span<UInt8>) {
        guard packet.count >= 16 else { return nil }
        sender = packet.uint32(at: 4)
        media = packet.uint32(at: 8)
        sequenceNumbers = []
        var offset = 12
        while offset + 4 <= packet.count {
            let identifier = packet.uint16(at: offset)
            var bitmask = packet.uint16(at: offset + 2)
            offset += 4
            guard sequenceNumbers.count + 1 + bitmask.nonzeroBitCount <= Self.maximumCount else { break }
            sequenceNumbers.append(identifier)
            while bitmask != 0 {
                let bit = bitmask.trailingZeroBitCount
                sequenceNumbers.append(identifier &+ UInt16(truncatingIfNeeded: bit + 1))
                bitmask &= bitmask - 1
            }
        }
    }

    /// Appends the request to a compound packet; nothing if it asks for nothing.
    public func write(to bytes: inout [UInt8]) {
        let numbers = sequenceNumbers.prefix(Self.maximumCount)
        guard var identifier = numbers.first else { return }
        bytes.appendRTCP(
            type: RTCPType.transportLayerFeedback,
            format: TransportLayerFormat.genericNACK
        ) { bytes in
            bytes.append(uint32: sender)
            bytes.append(uint32: media)
            var bitmask: UInt16 = 0
            for number in numbers.dropFirst() {
                let distance = number &- identifier
                if distance == 0 { continue }
                if distance <= 16 {
                    bitmask |= 1 << (distance - 1)
                    continue
                }
                bytes.append(uint16: identifier)
                bytes.append(uint16: bitmask)
                identifier = number
                bitmask = 0
            }
            bytes.append(uint16: identifier)
            bytes.append(uint16: bitmask)
        }
    }
}
