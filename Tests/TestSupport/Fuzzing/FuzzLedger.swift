import RTP
import SFU

/// What each viewer's cipher was given.
struct FuzzLedger {
    private struct Key: Hashable {
        let ssrc: UInt32
        let packetIndex: UInt64
    }

    private var plaintexts: [Key: [UInt8]] = [:]
    private var viewers: UInt32 = 0
    /// The newest number of each source.
    private(set) var newest: [UInt32: UInt16] = [:]

    mutating func nextViewer() -> UInt32 {
        viewers += 1
        return viewers << 8
    }

    mutating func note(
        _ outgoing: OutgoingPacket,
        header out: UnsafeMutableRawPointer
    ) throws(FuzzFinding) {
        try FuzzBody.expect((12...24).contains(outgoing.headerLength), "a header has 12 to 24 bytes")
        let packet =
            Array(UnsafeRawBufferPointer(start: out, count: outgoing.headerLength)) + Array(outgoing.payload)
        guard let header = try? RTPHeader(parsingProtected: packet.span) else {
            throw FuzzFinding("what goes out has a sound header")
        }
        try FuzzBody.expect(
            header.length == outgoing.headerLength && header.ssrc == outgoing.ssrc
                && header.sequenceNumber == UInt16(truncatingIfNeeded: outgoing.packetIndex)
                && outgoing.packetIndex < 1 << 48,
            "the cipher is told the source and the number that the header says"
        )
        let key = Key(ssrc: outgoing.ssrc, packetIndex: outgoing.packetIndex)
        if let before = plaintexts.updateValue(packet, forKey: key) {
            try FuzzBody.expect(before == packet, "no two packets have one source and number")
        }
        newest[outgoing.ssrc] = header.sequenceNumber
    }
}

extension RTCPPacket {
    /// Hands over the packets of a compound, up to the first that cannot be read.
    static func fuzzed(_ compound: [UInt8], _ body: (RTCPPacket) -> Void) {
        var reader = RTCPReader()
        while let packet = try? reader.next(in: compound.span) { body(packet) }
    }
}
