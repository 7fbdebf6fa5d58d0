public import RTP

/// A viewer in virtual time that behaves as a browser's: it asks for what is missing, and reports what came.
public struct ScenarioViewer {
    /// What was agreed with it.
    public struct Configuration: Sendable {
        /// Source of the picture.
        public var videoSSRC: UInt32
        /// Source of the picture's resends; `nil` where they repeat the packet.
        public var rtxSSRC: UInt32?
        /// Source of the sound.
        public var audioSSRC: UInt32
        /// Identifier of the transport-wide sequence number; 0 for none.
        public var transportSequenceID: UInt8 = 5
        /// Whether it asks for missing sound.
        public var asksForAudio = true

        /// The usual one.
        public init(videoSSRC: UInt32, rtxSSRC: UInt32?, audioSSRC: UInt32) {
            self.videoSSRC = videoSSRC
            self.rtxSSRC = rtxSSRC
            self.audioSSRC = audioSSRC
        }
    }

    /// A packet of sound.
    public struct Sound: Sendable {
        /// When it came.
        public let at: MonotonicTime
        /// Who made it.
        public let source: UInt8
        /// Its number.
        public let number: UInt32
        /// Its timestamp on the wire.
        public let timestamp: UInt32
    }

    /// What was agreed with it.
    public let configuration: Configuration
    /// What it sees.
    public private(set) var video = VideoReception()
    /// What it hears, in order of arrival, each packet once.
    public private(set) var sounds: [Sound] = []
    /// Sender reports, and when they came.
    public private(set) var senderReports: [(report: SenderReport, at: MonotonicTime)] = []
    /// Requests for key frames that it made.
    public private(set) var keyFrameRequests = 0
    /// Packets of sound that came again.
    public private(set) var duplicatedSounds = 0
    /// Packets that came by a source that was not agreed on, or cannot be read.
    public private(set) var strangers = 0
    /// Packets of resends, those that only try the path included.
    public private(set) var resends = 0

    private var videoLosses = LossRequester()
    private var audioLosses = LossRequester()
    private var soundNumbers: Set<Int64> = []
    private var feedback = TransportFeedbackBuilder()
    private var feedbackAt: MonotonicTime?
    private var reportedAt: MonotonicTime?
    private var askedForKeyFrame: MonotonicTime?
    private var firstVideoAt: MonotonicTime?
    private var videoReport = ReceptionFigures()
    private var audioReport = ReceptionFigures()

    /// One that has got nothing.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    /// Numbers that it asked for, each time counted.
    public var requests: (video: Int, audio: Int) { (videoLosses.requests, audioLosses.requests) }

    /// The part of a publisher's sounds between two of its numbers that never came, or came later than the limit after
    /// it was taken.
    public func audioLoss(of source: UInt8, in numbers: Range<UInt32>) -> Double {
        let heard = Set(
            sounds.lazy.filter { $0.source == source && numbers.contains($0.number) }.map(\.number)
        )
        return numbers.isEmpty ? 0 : 1 - Double(heard.count) / Double(numbers.count)
    }

    // MARK: What comes

    /// A datagram arrives, decrypted.
    public mutating func receive(_ datagram: [UInt8], at now: MonotonicTime) {
        if RTCPPacket.isPresent(in: datagram) {
            for case .senderReport(let report) in RTCPPacket.all(in: datagram) {
                senderReports.append((report, now))
                if report.ssrc == configuration.videoSSRC { videoReport.heard(report, at: now) }
                if report.ssrc == configuration.audioSSRC { audioReport.heard(report, at: now) }
            }
            return
        }
        guard let header = try? RTPHeader(parsing: datagram.span) else {
            strangers += 1
            return
        }
        if let number = header.transportSequenceNumber(
            id: configuration.transportSequenceID,
            in: datagram.span
        ) {
            feedback.record(sequence: number, at: now)
        }
        switch header.ssrc {
        case configuration.videoSSRC:
            firstVideoAt = firstVideoAt ?? now
            let number = videoLosses.received(header.sequenceNumber, at: now)
            videoReport.received(number, timestamp: header.timestamp, clockRate: 90_000, at: now)
            receiveVideo(header, payload: datagram[header.payload], number: number, at: now)
        case configuration.audioSSRC:
            receiveAudio(header, payload: datagram[header.payload], at: now)
        case let source where source == configuration.rtxSSRC:
            resends += 1
            guard header.payload.count > RTX.headerLength,
                let original = RTX.originalSequenceNumber(in: datagram.span.extracting(header.payload)),
                let number = videoLosses.recovered(original)
            else { return }
            receiveVideo(header, payload: datagram[header.payload].dropFirst(2), number: number, at: now)
        default: strangers += 1
        }
    }

    private mutating func receiveVideo(
        _ header: RTPHeader,
        payload: ArraySlice<UInt8>,
        number: Int64,
        at now: MonotonicTime
    ) {
        if let needed = video.receive(header, payload: payload, number: number, at: now) {
            videoLosses.forget(before: needed)
        }
    }

    private mutating func receiveAudio(_ header: RTPHeader, payload: ArraySlice<UInt8>, at now: MonotonicTime)
    {
        let number = audioLosses.received(header.sequenceNumber, at: now)
        guard soundNumbers.insert(number).inserted else {
            duplicatedSounds += 1
            return
        }
        audioReport.received(number, timestamp: header.timestamp, clockRate: 48_000, at: now)
        guard let content = TestPayload(parsing: payload) else {
            strangers += 1
            return
        }
        sounds.append(
            Sound(at: now, source: content.source, number: content.frame, timestamp: header.timestamp)
        )
    }

    // MARK: What it sends

    /// Reports and requests that are due: compound packets.
    public mutating func advance(to now: MonotonicTime) -> [[UInt8]] {
        var compound: [UInt8] = []
        let missing = [
            (configuration.videoSSRC, videoLosses.due(at: now)),
            (configuration.audioSSRC, configuration.asksForAudio ? audioLosses.due(at: now) : []),
        ]
        for (media, numbers) in missing where !numbers.isEmpty {
            GenericNACK(sender: 9, media: media, sequenceNumbers: numbers).write(to: &compound)
        }
        if needsKeyFrame(at: now) {
            askedForKeyFrame = now
            keyFrameRequests += 1
            PictureLossIndication(sender: 9, media: configuration.videoSSRC).write(to: &compound)
        }
        if configuration.transportSequenceID != 0, feedbackAt.map({ now - $0 >= .milliseconds(100) }) ?? true
        {
            feedbackAt = now
            while let report = feedback.build(sender: 9, media: configuration.videoSSRC) {
                report.write(to: &compound)
            }
        }
        if reportedAt.map({ now - $0 >= .seconds(1) }) ?? true {
            reportedAt = now
            let blocks = [
                videoReport.block(configuration.videoSSRC, at: now),
                audioReport.block(configuration.audioSSRC, at: now),
            ]
            ReceiverReport(ssrc: 9, reports: blocks.compactMap(\.self)).write(to: &compound)
        }
        return compound.isEmpty ? [] : [compound]
    }

    /// At once where too much is missing; each 200 ms before the first picture; else when the picture stands for 600 ms
    /// though packets come.
    private func needsKeyFrame(at now: MonotonicTime) -> Bool {
        guard let newest = video.newestAt, let first = firstVideoAt, now - newest < .seconds(1) else {
            return false
        }
        let shown = video.frames.last?.at
        let patience: Duration =
            shown == nil || videoLosses.hasOverflowed ? .milliseconds(200) : .milliseconds(600)
        let since = [shown ?? first, askedForKeyFrame].compactMap(\.self).max() ?? first
        return now - since >= patience
    }
}

/// What a receiver report says of one source (RFC 3550 §6.4.1).
struct ReceptionFigures {
    private var first: Int64?
    private var highest: Int64 = 0
    private var count: Int64 = 0
    private var expectedBefore: Int64 = 0
    private var countBefore: Int64 = 0
    private var lastReport: (compact: UInt32, at: MonotonicTime)?

    mutating func heard(_ report: SenderReport, at now: MonotonicTime) {
        lastReport = (report.ntp.compact, now)
    }

    mutating func received(_ number: Int64, timestamp: UInt32, clockRate: Int64, at now: MonotonicTime) {
        first = first ?? number
        highest = max(highest, number)
        count += 1
    }

    mutating func block(_ ssrc: UInt32, at now: MonotonicTime) -> ReportBlock? {
        guard let first else { return nil }
        let expected = highest - first + 1
        let lost = (expected - expectedBefore) - (count - countBefore)
        let fraction = lost > 0 ? lost * 256 / max(1, expected - expectedBefore) : 0
        expectedBefore = expected
        countBefore = count
        return ReportBlock(
            ssrc: ssrc,
            fractionLost: UInt8(clamping: fraction),
            cumulativeLost: Int32(clamping: expected - count),
            extendedHighestSequence: UInt32(truncatingIfNeeded: highest),
            lastSenderReport: lastReport?.compact ?? 0,
            delaySinceLastSenderReport: lastReport.map { (now - $0.at).compactNTP } ?? 0
        )
    }
}
