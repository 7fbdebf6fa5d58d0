import RTP
import WebRTC

/// The receiving end, pure: counts what comes, asks for what is missing, reports; nothing is decoded.
///
/// RFC 3550, RFC 4585, draft-holmer-rmcat-transport-wide-cc-extensions-01.
struct StreamViewer {
    /// How often missing packets are looked for.
    private static let requestInterval = Duration.milliseconds(10)
    /// The time between receiver reports.
    private static let reportInterval = Duration.seconds(1)
    /// The time between reports of arrival times.
    private static let feedbackInterval = Duration.milliseconds(100)

    private(set) var tracks: [IncomingTrack]
    /// When the first packet came.
    private(set) var firstPacket: MonotonicTime?
    /// Packets that belong to no track.
    private(set) var strays: UInt64 = 0

    private let ssrc: UInt32
    private let cname: String
    private var feedback = TransportFeedbackBuilder()
    private var nextRequest: MonotonicTime
    private var nextReport: MonotonicTime
    private var nextFeedback: MonotonicTime

    /// A viewer of these tracks, as the answer to our offer has them.
    ///
    /// - Parameter ssrc: As whom it reports.
    init(tracks: [NegotiatedTrack], ssrc: UInt32, cname: String, at now: MonotonicTime) {
        self.tracks = tracks.filter { $0.direction.receives }.map { IncomingTrack($0) }
        self.ssrc = ssrc
        self.cname = cname
        nextRequest = now
        nextReport = now + Self.reportInterval
        nextFeedback = now + Self.feedbackInterval
    }

    /// When there is something to do.
    var nextDeadline: MonotonicTime { min(nextReport, nextFeedback, nextRequest) }

    /// Takes in a packet.
    mutating func receive(_ header: RTPHeader, in datagram: Span<UInt8>, at now: MonotonicTime) {
        guard let index = tracks.firstIndex(where: { $0.owns(header) }) else {
            strays += 1
            return
        }
        if firstPacket == nil { firstPacket = now }
        if let id = tracks[index].transportSequenceID,
            let number = header.transportSequenceNumber(id: id, in: datagram)
        {
            feedback.record(sequence: number, at: now)
        }
        tracks[index].receive(header, in: datagram, at: now)
    }

    /// Takes what the sender says.
    mutating func receive(_ packet: RTCPPacket, at now: MonotonicTime) {
        guard case .senderReport(let report) = packet,
            let index = tracks.firstIndex(where: { $0.source == report.ssrc })
        else { return }
        tracks[index].receive(report, at: now)
    }

    /// What is to be sent now: compound packets in plaintext.
    mutating func reports(at now: MonotonicTime) -> [[UInt8]] {
        var compounds: [[UInt8]] = []
        if now >= nextRequest {
            nextRequest = now + Self.requestInterval
            var bytes: [UInt8] = []
            for index in tracks.indices { tracks[index].appendRequests(sender: ssrc, at: now, to: &bytes) }
            if !bytes.isEmpty { compounds.append(bytes) }
        }
        if now >= nextFeedback {
            nextFeedback = now + Self.feedbackInterval
            let media = tracks.lazy.compactMap(\.source).first ?? 0
            while compounds.count < 8, let report = feedback.build(sender: ssrc, media: media) {
                var bytes: [UInt8] = []
                report.write(to: &bytes)
                compounds.append(bytes)
            }
        }
        if now >= nextReport {
            nextReport = now + Self.reportInterval
            var blocks: [ReportBlock] = []
            for index in tracks.indices {
                if let block = tracks[index].block(at: now) { blocks.append(block) }
            }
            var bytes: [UInt8] = []
            ReceiverReport(ssrc: ssrc, reports: blocks).write(to: &bytes)
            SourceDescription(chunks: [.init(ssrc: ssrc, cname: cname)]).write(to: &bytes)
            compounds.append(bytes)
        }
        return compounds
    }
}
