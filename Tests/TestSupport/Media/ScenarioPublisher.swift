public import RTP

/// A publisher in virtual time that sends as libwebrtc does.
///
/// Frames are split into packets of about equal length, and paced at 2.5 times the bitrate. NACK is answered by RTX,
/// PLI by a key frame; otherwise one key frame begins a group of pictures without end.
public struct ScenarioPublisher {
    /// Payload types of a format and its resends.
    public static func payloadTypes(_ codec: Codec) -> (media: UInt8, rtx: UInt8) {
        switch codec {
        case .vp8: (96, 97)
        case .vp9: (98, 99)
        case .h264: (102, 103)
        case .av1: (45, 46)
        case .opus: (111, 112)
        case .red: (63, 64)
        }
    }

    /// What it is and does.
    public var configuration: Configuration
    /// Whether it sends anything.
    public var isMuted = false

    /// Frames sent.
    public private(set) var frames: UInt32 = 0
    /// Key frames sent.
    public private(set) var keyFrames = 0
    /// Packets of sound sent.
    public private(set) var audioPackets: UInt32 = 0
    /// Packets sent again.
    public private(set) var resent = 0
    /// Requests for a key frame that came, and when.
    public private(set) var keyFrameRequests: [MonotonicTime] = []
    /// Sequence numbers asked for.
    public private(set) var nackedPackets = 0
    /// Blocks about its sources, newest last.
    public private(set) var reports: [ReportBlock] = []
    /// The newest ceiling.
    public private(set) var maximumBitrateBps: Int?
    /// Transport-wide numbers that were reported to have arrived.
    public private(set) var reportedArrivals: Set<UInt16> = []
    /// Transport-wide numbers given.
    public private(set) var transportNumbers: UInt16 = 0
    /// When each frame was taken, by its number.
    public private(set) var captureTimes: [UInt32: MonotonicTime] = [:]

    private var random: SplitMix64
    /// When it began.
    public private(set) var startedAt: MonotonicTime?
    private var framesTaken: UInt32 = 0
    private var keyFrameDue: MonotonicTime?
    private var framesSinceKey = 0
    private var videoSequence: UInt16
    private var audioSequence: UInt16
    private var rtxSequence: UInt16
    private let videoTimestamp: UInt32
    private let audioTimestamp: UInt32
    private var paced: [RTPPacket] = []
    private var budget = 0
    private var pacedAt: MonotonicTime?
    private var history: [UInt16: RTPPacket] = [:]
    private var audioHistory: [UInt16: RTPPacket] = [:]
    private var reportedAt: MonotonicTime?
    private var videoPackets: UInt32 = 0
    private var probing = 0.0

    private struct RTPPacket {
        var payloadType: UInt8
        var rtxPayloadType: UInt8
        var marker: Bool
        var sequence: UInt16
        var timestamp: UInt32
        var payload: [UInt8]
        var orientation: UInt8?
    }

    /// One that has sent nothing.
    public init(_ configuration: Configuration = Configuration(), seed: UInt64 = 1) {
        self.configuration = configuration
        random = SplitMix64(seed: seed &* 1_000 &+ UInt64(configuration.source))
        videoSequence = UInt16.random(in: 0...(.max), using: &random)
        audioSequence = UInt16.random(in: 0...(.max), using: &random)
        rtxSequence = UInt16.random(in: 0...(.max), using: &random)
        videoTimestamp = UInt32.random(in: 0...(.max), using: &random)
        audioTimestamp = UInt32.random(in: 0...(.max), using: &random)
    }

    /// The next number of the picture's packets; set it to leave a gap.
    public var nextVideoSequence: UInt16 {
        get { videoSequence }
        set { videoSequence = newValue }
    }

    /// Makes the next frame a key frame.
    public mutating func makeKeyFrame(at now: MonotonicTime) {
        keyFrameDue = now
    }

    /// What it sends up to now: RTP and RTCP, plaintext.
    public mutating func advance(to now: MonotonicTime) -> [[UInt8]] {
        let start = startedAt ?? now
        startedAt = start
        var sent: [[UInt8]] = []
        takeFrames(since: start, at: now)
        sendPaced(at: now, into: &sent)
        if configuration.hasAudio { sendAudio(since: start, at: now, into: &sent) }
        if reportedAt.map({ now - $0 >= .seconds(1) }) ?? (now - start >= .milliseconds(100)) {
            reportedAt = now
            sent.append(report(since: start, at: now))
        }
        return isMuted ? [] : sent
    }

    // MARK: Picture and sound

    private mutating func takeFrames(since start: MonotonicTime, at now: MonotonicTime) {
        let rate = Int64(configuration.framesPerSecond)
        while start.advanced(byNanoseconds: Int64(framesTaken) * 1_000_000_000 / rate) <= now {
            let captured = start.advanced(byNanoseconds: Int64(framesTaken) * 1_000_000_000 / rate)
            framesTaken += 1
            guard !isMuted else { continue }
            takeFrame(captured: captured, since: start, at: now)
        }
    }

    private mutating func takeFrame(
        captured: MonotonicTime,
        since start: MonotonicTime,
        at now: MonotonicTime
    ) {
        let isDue = keyFrameDue.map { $0 <= now } ?? false
        let isKey =
            frames == 0 || isDue || configuration.keyFrameInterval.map { framesSinceKey >= $0 } ?? false
        if isKey {
            keyFrameDue = nil
            framesSinceKey = 0
            keyFrames += 1
        }
        framesSinceKey += 1
        captureTimes[frames] = captured
        let usual = configuration.bitrateBps / 8 / configuration.framesPerSecond
        let length =
            isKey
            ? usual * configuration.keyFrameFactor : usual * Int.random(in: 70...130, using: &random) / 100
        let count = max(1, (length + configuration.longestPayload - 1) / configuration.longestPayload)
        let types = Self.payloadTypes(configuration.codec)
        for part in 0..<count {
            let content = TestPayload(
                source: configuration.source,
                frame: frames,
                part: UInt16(part),
                parts: UInt16(count),
                isKey: isKey
            )
            let packet = RTPPacket(
                payloadType: types.media,
                rtxPayloadType: types.rtx,
                marker: part + 1 == count,
                sequence: videoSequence,
                timestamp: videoTimestamp &+ ticks(captured - start, 90_000),
                // About equal: the first ones are a byte longer.
                payload: content.bytes(
                    configuration.codec,
                    length: max(48, length / count + (part < length % count ? 1 : 0))
                ),
                orientation: isKey && part + 1 == count ? 1 : nil
            )
            videoSequence &+= 1
            history[packet.sequence] = packet
            history[packet.sequence &- 2_000] = nil
            paced.append(packet)
        }
        frames += 1
    }

    private mutating func sendPaced(at now: MonotonicTime, into sent: inout [[UInt8]]) {
        let elapsed = pacedAt.map { now.nanoseconds(since: $0) } ?? 1_000_000
        pacedAt = now
        let rate = configuration.bitrateBps / 8 * 5 / 2
        budget = min(budget + Int(elapsed) / 1_000 * rate / 1_000_000, rate / 100 + 1_500)
        while let packet = paced.first, budget > 0 {
            paced.removeFirst()
            budget -= packet.payload.count
            videoPackets += 1
            sent.append(
                write(
                    packet,
                    ssrc: configuration.videoSSRC,
                    type: packet.payloadType,
                    sequence: packet.sequence,
                    payload: packet.payload
                )
            )
            probing += configuration.probingShare
            if probing >= 1 {
                probing -= 1
                sent.append(probe(packet))
            }
        }
        if paced.isEmpty { budget = min(budget, 1_500) }
    }

    private mutating func sendAudio(
        since start: MonotonicTime,
        at now: MonotonicTime,
        into sent: inout [[UInt8]]
    ) {
        while start.advanced(byMilliseconds: Int64(audioPackets) * 20) <= now {
            let content = TestPayload(source: configuration.source, frame: audioPackets)
            let types = Self.payloadTypes(.opus)
            let packet = RTPPacket(
                payloadType: types.media,
                rtxPayloadType: types.rtx,
                marker: audioPackets == 0,
                sequence: audioSequence,
                timestamp: audioTimestamp &+ audioPackets &* 960,
                payload: content.bytes(.opus, length: 100)
            )
            audioHistory[audioSequence] = packet
            audioHistory[audioSequence &- 100] = nil
            audioSequence &+= 1
            audioPackets += 1
            sent.append(
                write(
                    packet,
                    ssrc: configuration.audioSSRC,
                    type: packet.payloadType,
                    sequence: packet.sequence,
                    payload: packet.payload
                )
            )
        }
    }

    // MARK: Packets

    private mutating func write(
        _ packet: RTPPacket,
        ssrc: UInt32,
        type: UInt8,
        sequence: UInt16,
        payload: [UInt8]
    ) -> [UInt8] {
        var extensions: [RTPHeader.ExtensionElement] = []
        if configuration.transportSequenceID != 0 {
            let number = transportNumbers
            transportNumbers &+= 1
            extensions.append(
                (configuration.transportSequenceID, [UInt8(number >> 8), UInt8(number & 0xFF)])
            )
        }
        if configuration.orientationID != 0, let orientation = packet.orientation {
            extensions.append((configuration.orientationID, [orientation]))
        }
        var bytes: [UInt8] = []
        RTPHeader.write(
            marker: packet.marker,
            payloadType: type,
            sequenceNumber: sequence,
            timestamp: packet.timestamp,
            ssrc: ssrc,
            extensions: extensions,
            to: &bytes
        )
        return bytes + payload
    }

    /// A resend of nothing but padding.
    private mutating func probe(_ packet: RTPPacket) -> [UInt8] {
        var padding = [UInt8](repeating: 0, count: 224)
        padding[223] = 224
        var bytes = resend(packet, payload: padding)
        bytes[0] |= 0x20
        return bytes
    }

    private mutating func resend(_ packet: RTPPacket, payload: [UInt8]) -> [UInt8] {
        defer { rtxSequence &+= 1 }
        return write(
            packet,
            ssrc: configuration.rtxSSRC,
            type: packet.rtxPayloadType,
            sequence: rtxSequence,
            payload: payload
        )
    }

    private func ticks(_ duration: Duration, _ rate: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: duration.wholeNanoseconds * rate / 1_000_000_000)
    }

    private func report(since start: MonotonicTime, at now: MonotonicTime) -> [UInt8] {
        var bytes: [UInt8] = []
        let ntp = configuration.wallClock + (now - .zero)
        if configuration.hasAudio {
            SenderReport(
                ssrc: configuration.audioSSRC,
                ntp: ntp,
                rtpTimestamp: audioTimestamp &+ ticks(now - start, 48_000),
                packetCount: audioPackets,
                octetCount: audioPackets * 100
            )
            .write(to: &bytes)
        }
        SenderReport(
            ssrc: configuration.videoSSRC,
            ntp: ntp,
            rtpTimestamp: videoTimestamp &+ ticks(now - start, 90_000),
            packetCount: videoPackets,
            octetCount: 0
        )
        .write(to: &bytes)
        return bytes
    }

    // MARK: What comes back

    /// A compound packet of the other side.
    ///
    /// - Returns: What it sends at once.
    public mutating func receive(_ compound: [UInt8], at now: MonotonicTime) -> [[UInt8]] {
        var sent: [[UInt8]] = []
        for packet in RTCPPacket.all(in: compound) {
            switch packet {
            case .nack(let nack) where nack.media == configuration.videoSSRC:
                nackedPackets += nack.sequenceNumbers.count
                guard configuration.answersNACK else { continue }
                for number in nack.sequenceNumbers {
                    // What is still waiting for its turn comes by itself.
                    guard let packet = history[number], !paced.contains(where: { $0.sequence == number })
                    else {
                        continue
                    }
                    resent += 1
                    let payload = [UInt8(number >> 8), UInt8(number & 0xFF)] + packet.payload
                    sent.append(resend(packet, payload: payload))
                }
            case .nack(let nack) where configuration.answersNACKForAudio:
                for packet in nack.sequenceNumbers.compactMap({ audioHistory[$0] }) {
                    resent += 1
                    sent.append(
                        write(
                            packet,
                            ssrc: configuration.audioSSRC,
                            type: packet.payloadType,
                            sequence: packet.sequence,
                            payload: packet.payload
                        )
                    )
                }
            case .pictureLossIndication, .fullIntraRequest:
                keyFrameRequests.append(now)
                guard !configuration.ignoresKeyFrameRequests else { continue }
                keyFrameDue = keyFrameDue ?? now + configuration.keyFrameDelay
            case .receiverReport(let report): reports += report.reports
            case .receiverEstimatedMaximumBitrate(let estimate): maximumBitrateBps = estimate.bitrateBps
            case .transportFeedback(let feedback):
                feedback.forEachPacket { number, arrival in
                    if arrival != nil { reportedArrivals.insert(number) }
                }
            default: break
            }
        }
        return isMuted ? [] : sent
    }
}

extension RTCPPacket {
    /// All packets of a compound packet that can be read.
    public static func all(in compound: [UInt8]) -> [RTCPPacket] {
        var reader = RTCPReader()
        var packets: [RTCPPacket] = []
        while let packet = try? reader.next(in: compound.span) { packets.append(packet) }
        return packets
    }

    /// Whether a decrypted datagram is RTCP rather than RTP (RFC 5761 §4).
    public static func isPresent(in datagram: [UInt8]) -> Bool {
        datagram.count >= 2 && (192...223).contains(datagram[1])
    }
}
