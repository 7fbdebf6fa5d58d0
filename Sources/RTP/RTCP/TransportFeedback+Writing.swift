extension TransportFeedback {
    /// Appends the feedback to a compound packet; nothing if it speaks of no packet.
    ///
    /// The first `maximumPacketCount` packets are written.
    public func write(to bytes: inout [UInt8]) {
        let packets = packets.prefix(Self.maximumPacketCount)
        guard !packets.isEmpty else { return }
        bytes.appendRTCP(
            type: RTCPType.transportLayerFeedback,
            format: TransportLayerFormat.transportFeedback
        ) { bytes in
            bytes.append(uint32: sender)
            bytes.append(uint32: media)
            bytes.append(uint16: baseSequence)
            bytes.append(uint16: UInt16(packets.count))
            bytes.append(uint24: UInt32(bitPattern: referenceTime) & 0xFF_FFFF)
            bytes.append(feedbackCount)
            Self.writeChunks(packets.map(PacketStatus.of), to: &bytes)
            for case .some(let delta) in packets {
                if PacketStatus.of(delta) == PacketStatus.smallDelta {
                    bytes.append(UInt8(truncatingIfNeeded: delta))
                } else {
                    bytes.append(uint16: UInt16(bitPattern: delta))
                }
            }
        }
    }

    /// Takes at each place the chunk that covers most packets.
    private static func writeChunks(_ statuses: [UInt8], to bytes: inout [UInt8]) {
        var index = 0
        while index < statuses.count {
            let rest = statuses[index...]
            let status = statuses[index]
            let run = rest.prefix(8_191).prefix { $0 == status }.count
            let oneBit = rest.prefix(14)
            let isOneBit = oneBit.allSatisfy { $0 != PacketStatus.largeDelta }
            let vectorLength = isOneBit ? oneBit.count : min(7, rest.count)
            if run >= vectorLength {
                bytes.append(uint16: UInt16(status) << 13 | UInt16(run))
                index += run
            } else if isOneBit {
                let bits = oneBit.enumerated()
                    .reduce(UInt16(0)) { $0 | UInt16($1.element) << (13 - $1.offset) }
                bytes.append(uint16: 0x8000 | bits)
                index += vectorLength
            } else {
                let bits = rest.prefix(7).enumerated()
                    .reduce(UInt16(0)) { $0 | UInt16($1.element) << (12 - 2 * $1.offset) }
                bytes.append(uint16: 0xC000 | bits)
                index += vectorLength
            }
        }
    }
}
