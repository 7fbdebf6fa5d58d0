/// An extended report, of which only the receiver's reference time is read.
///
/// RFC 3611 §2, §4.4.
public struct ExtendedReport: Equatable, Sendable {
    /// The type of a receiver reference time block (RFC 3611 §4.4).
    private static let referenceTimeBlock: UInt8 = 4

    /// Who reports.
    public var sender: UInt32
    /// The reporter's wall clock when it sent this, if it says so.
    public var receiverReferenceTime: NTPTime?

    /// A report of these values.
    public init(sender: UInt32, receiverReferenceTime: NTPTime?) {
        self.sender = sender
        self.receiverReferenceTime = receiverReferenceTime
    }

    init?(parsing packet: Span<UInt8>) {
        guard packet.count >= 8 else { return nil }
        sender = packet.uint32(at: 4)
        var offset = 8
        while offset + 4 <= packet.count {
            let end = offset + 4 + Int(packet.uint16(at: offset + 2)) * 4
            guard end <= packet.count else { return nil }
            if packet[offset] == Self.referenceTimeBlock, end - offset >= 12 {
                receiverReferenceTime = NTPTime(rawValue: packet.uint64(at: offset + 4))
            }
            offset = end
        }
    }

    /// Appends the report to a compound packet.
    public func write(to bytes: inout [UInt8]) {
        bytes.appendRTCP(type: RTCPType.extendedReport, format: 0) { bytes in
            bytes.append(uint32: sender)
            guard let receiverReferenceTime else { return }
            bytes.append(Self.referenceTimeBlock)
            bytes.append(0)
            bytes.append(uint16: 2)
            bytes.append(uint64: receiverReferenceTime.rawValue)
        }
    }
}
