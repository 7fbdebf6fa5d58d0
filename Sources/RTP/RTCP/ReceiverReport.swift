/// What one that sends nothing says about what it receives.
///
/// RFC 3550 §6.4.2.
public struct ReceiverReport: Equatable, Sendable {
    /// Who reports.
    public var ssrc: UInt32
    /// A block for each source; the first 31 are written.
    public var reports: [ReportBlock]

    /// A report of these values.
    public init(ssrc: UInt32, reports: [ReportBlock] = []) {
        self.ssrc = ssrc
        self.reports = reports
    }

    init?(parsing packet: Span<UInt8>, count: UInt8) {
        guard packet.count >= 8, let reports = ReportBlock.parse(packet, at: 8, count: count) else {
            return nil
        }
        ssrc = packet.uint32(at: 4)
        self.reports = reports
    }

    /// Appends the report to a compound packet.
    public func write(to bytes: inout [UInt8]) {
        let reports = reports.prefix(ReportBlock.maximumCount)
        bytes.appendRTCP(type: RTCPType.receiverReport, format: UInt8(reports.count)) { bytes in
            bytes.append(uint32: ssrc)
            for report in reports {
                report.write(to: &bytes)
            }
        }
    }
}
