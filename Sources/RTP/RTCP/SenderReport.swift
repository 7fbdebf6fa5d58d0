/// What a sender says about itself: the time of its clocks, and how much it has sent.
///
/// RFC 3550 §6.4.1.
public struct SenderReport: Equatable, Sendable {
    /// The source that sends.
    public var ssrc: UInt32
    /// The wall clock when the report was sent.
    public var ntp: NTPTime
    /// The same moment in units of the media's clock.
    public var rtpTimestamp: UInt32
    /// Packets sent so far, modulo 2^32.
    public var packetCount: UInt32
    /// Payload bytes sent so far, modulo 2^32.
    public var octetCount: UInt32
    /// What the sender receives itself; the first 31 are written.
    public var reports: [ReportBlock]

    /// A report of these values.
    public init(
        ssrc: UInt32,
        ntp: NTPTime,
        rtpTimestamp: UInt32,
        packetCount: UInt32,
        octetCount: UInt32,
        reports: [ReportBlock] = []
    ) {
        self.ssrc = ssrc
        self.ntp = ntp
        self.rtpTimestamp = rtpTimestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
        self.reports = reports
    }

    init?(parsing packet: Span<UInt8>, count: UInt8) {
        guard packet.count >= 28, let reports = ReportBlock.parse(packet, at: 28, count: count) else {
            return nil
        }
        ssrc = packet.uint32(at: 4)
        ntp = NTPTime(rawValue: packet.uint64(at: 8))
        rtpTimestamp = packet.uint32(at: 16)
        packetCount = packet.uint32(at: 20)
        octetCount = packet.uint32(at: 24)
        self.reports = reports
    }

    /// Appends the report to a compound packet.
    public func write(to bytes: inout [UInt8]) {
        let reports = reports.prefix(ReportBlock.maximumCount)
        bytes.appendRTCP(type: RTCPType.senderReport, format: UInt8(reports.count)) { bytes in
            bytes.append(uint32: ssrc)
            bytes.append(uint64: ntp.rawValue)
            bytes.append(uint32: rtpTimestamp)
            bytes.append(uint32: packetCount)
            bytes.append(uint32: octetCount)
            for report in reports {
                report.write(to: &bytes)
            }
        }
    }
}
