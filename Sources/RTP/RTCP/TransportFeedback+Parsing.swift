extension TransportFeedback {
    init?(parsing packet: Span<UInt8>) {
        guard packet.count >= 20 else { return nil }
        let count = Int(packet.uint16(at: 14))
        guard count <= Self.maximumPacketCount else { return nil }
        var offset = 20
        guard let statuses = Self.statuses(packet, at: &offset, count: count) else { return nil }

        var packets: [Int16?] = []
        packets.reserveCapacity(count)
        for status in statuses {
            switch status {
            case PacketStatus.missing:
                packets.append(nil)
            case PacketStatus.smallDelta:
                guard offset < packet.count else { return nil }
                packets.append(Int16(packet[offset]))
                offset += 1
            case PacketStatus.largeDelta:
                guard offset + 2 <= packet.count else { return nil }
                packets.append(Int16(bitPattern: packet.uint16(at: offset)))
                offset += 2
            default:
                // The fourth status is reserved.
                return nil
            }
        }
        self.init(
            sender: packet.uint32(at: 4),
            media: packet.uint32(at: 8),
            baseSequence: packet.uint16(at: 12),
            referenceTime: Int32(bitPattern: packet.uint24(at: 16) << 8) >> 8,
            feedbackCount: packet[19],
            packets: packets
        )
    }

    /// Reads chunks until `count` packets have a status; what the last chunk says beyond is left out.
    ///
    /// ```
    /// |0| status |  run length, 13 bits      |
    /// |1|0|  one bit for each of 14 packets  |   0 not received, 1 small delta
    /// |1|1|  two bits for each of 7 packets  |
    /// ```
    private static func statuses(_ packet: Span<UInt8>, at offset: inout Int, count: Int) -> [UInt8]? {
        var statuses: [UInt8] = []
        statuses.reserveCapacity(count)
        while statuses.count < count {
            guard offset + 2 <= packet.count else { return nil }
            let chunk = packet.uint16(at: offset)
            offset += 2
            let left = count - statuses.count
            if chunk & 0x8000 == 0 {
                let run = min(Int(chunk & 0x1FFF), left)
                // A run of none would let the chunks outnumber the packets.
                guard run > 0 else { return nil }
                statuses.append(contentsOf: repeatElement(UInt8(chunk >> 13), count: run))
            } else if chunk & 0x4000 == 0 {
                for index in 0..<min(14, left) {
                    statuses.append(UInt8(chunk >> (13 - index) & 1))
                }
            } else {
                for index in 0..<min(7, left) {
                    statuses.append(UInt8(chunk >> (12 - 2 * index) & 3))
                }
            }
        }
        return statuses
    }
}
