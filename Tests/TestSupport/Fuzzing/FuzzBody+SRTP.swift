import RTP
import WebRTC

extension FuzzBody {
    private static let keys: [(SRTPProfile, SRTPMasterKey)] = SRTPProfile.allCases.map { profile in
        (
            profile,
            SRTPMasterKey(
                key: (0..<16).map { UInt8($0) },
                salt: (0..<profile.saltLength).map { UInt8($0 + 100) }
            )
        )
    }

    /// Packets behind their lengths, some of them protected under the receiver's key on their way.
    static func unprotect(_ bytes: [UInt8]) throws(FuzzFinding) {
        var input = FuzzInput(bytes)
        let (profile, key) = keys[Int(input.byte() & 1)]
        let sender = SRTPSender(profile: profile, master: key)
        let receiver = SRTPReceiver(profile: profile, master: key)
        while !input.isAtEnd {
            let kind = input.byte()
            let content = input.take(Int(input.byte()))
            switch kind & 3 {
            case 0: receive(content, receiver)
            case 1:
                // Flips a bit of a genuine one.
                guard var packet = protect(content, index: UInt64(input.uint16()), sender) else { continue }
                let position = Int(input.uint16()) % (packet.count * 8)
                packet[position / 8] ^= 1 << UInt8(position % 8)
                try expect(!receive(packet, receiver), "a packet with a wrong bit is refused")
            default:
                let index = UInt64(kind >> 2) << 16 | UInt64(input.uint16())
                guard let packet = protect(content, index: index, sender) else { continue }
                if receive(packet, receiver) {
                    try expect(!receive(packet, receiver), "a packet that was received is refused")
                }
            }
        }
    }

    /// - Returns: Whether it was taken for authentic.
    @discardableResult
    private static func receive(_ packet: [UInt8], _ receiver: SRTPReceiver) -> Bool {
        guard packet.count > 1 else { return false }
        var packet = packet
        let isReport = DatagramKind.isRTCP(secondByte: packet[1])
        return packet.withUnsafeMutableBytes { datagram in
            if isReport { return (try? receiver.unprotectRTCP(datagram)) != nil }
            return (try? receiver.unprotectRTP(datagram)) != nil
        }
    }

    private static func protect(_ packet: [UInt8], index: UInt64, _ sender: SRTPSender) -> [UInt8]? {
        guard packet.count > 1, !DatagramKind.isRTCP(secondByte: packet[1]) else { return nil }
        var packet = packet
        guard var header = try? RTPHeader(parsing: packet.span) else { return nil }
        header.sequenceNumber = UInt16(truncatingIfNeeded: index)
        packet[2] = UInt8(header.sequenceNumber >> 8)
        packet[3] = UInt8(header.sequenceNumber & 0xFF)
        var out = Array(packet[..<header.length])
        out += [UInt8](repeating: 0, count: packet.count - header.length + sender.overhead)
        let length = out.withUnsafeMutableBytes { out in
            packet[header.length...]
                .withUnsafeBytes { payload in
                    guard let base = out.baseAddress else { return 0 }
                    return sender.protect(
                        header: base,
                        headerLength: header.length,
                        payload: payload,
                        packetIndex: index,
                        ssrc: header.ssrc
                    )
                }
        }
        return length == out.count ? out : nil
    }
}
