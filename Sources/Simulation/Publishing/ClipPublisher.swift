import RTP
import WebRTC

/// The sending end, pure: takes frames from a clip when they are due, paces their packets, answers requests.
///
/// ```
/// clip ─► ClipCursor ─► queue ─┐
/// NACK ─► SentPackets ─► repairs ─┴─► Pacer ─► nextPacket ─► SRTP, socket
/// PLI, FIR ─► ClipCursor.jumpToKeyFrame
/// ```
///
/// Sound leaves at once, ahead of everything; retransmissions go before pictures. RFC 3550, RFC 4585, RFC 4588.
struct ClipPublisher {
    /// A key frame answers all requests of so long: libwebrtc makes no two key frames closer together.
    static let keyFrameInterval = Duration.milliseconds(300)
    /// The same packet is not sent again sooner: the request crossed the repair.
    private static let repairInterval = Duration.milliseconds(10)
    /// The most repairs that wait; what is asked for beyond is not answered.
    private static let maximumRepairs = 1_024
    /// The most packets of pictures that wait; beyond, the clip is jumped over to its next key frame.
    private static let maximumQueue = 4_096
    /// The time between sender reports.
    private static let reportInterval = Duration.seconds(1)
    /// More than two seconds at 8 Mbit/s.
    private static let videoHistory = 2_048
    private static let audioHistory = 256

    private struct Repair {
        let isVideo: Bool
        let index: Int64
    }

    private(set) var figures = PublisherFigures()

    private let clip: PacketizedClip
    private let cname: String
    private let start: MonotonicTime
    private var cursor: ClipCursor
    private var pacer: Pacer
    private var video: OutgoingTrack?
    private var audio: OutgoingTrack?
    private var queue: Queue<SentPackets.Packet> = Queue()
    private var sound: Queue<SentPackets.Packet> = Queue()
    private var repairs: Queue<Repair> = Queue()
    private var queuedBytes = 0
    private var lastRepairs: [Int64: MonotonicTime] = [:]
    private var pictureID: UInt16
    private var transportSequence: UInt16
    private var isKeyFrameWanted = false
    private var lastKeyFrame: MonotonicTime?
    private var lastCommands: [UInt32: UInt8] = [:]
    private var nextReport: MonotonicTime
    private var isFinished = false

    /// A publisher that begins with the clip's first frame at `now`.
    ///
    /// - Parameter tracks: What the answer to our offer has agreed on.
    init(clip: PacketizedClip, tracks: [NegotiatedTrack], cname: String, seed: UInt64, at now: MonotonicTime)
    {
        var seed = SplitMix64(seed: seed)
        self.clip = clip
        self.cname = cname
        start = now
        cursor = ClipCursor(clip)
        pacer = Pacer(bitrateBps: clip.videoBitrateBps, at: now)
        for track in tracks where track.direction.sends {
            if track.kind == .audio {
                audio = OutgoingTrack(track, seed: &seed, capacity: Self.audioHistory)
            } else {
                video = OutgoingTrack(track, seed: &seed, capacity: Self.videoHistory)
            }
        }
        pictureID = UInt16(truncatingIfNeeded: seed.next()) & 0x7FFF
        transportSequence = UInt16(truncatingIfNeeded: seed.next()) & 0x7FFF
        nextReport = now
    }

    /// When there is something to do.
    var nextDeadline: MonotonicTime {
        if !sound.isEmpty { return start }
        var deadline = nextReport
        if video != nil {
            if !isFinished { deadline = min(deadline, start.advanced(byNanoseconds: cursor.frameTime)) }
            if !queue.isEmpty || !repairs.isEmpty { deadline = min(deadline, pacer.deadline) }
        }
        if audio != nil, !isFinished, let time = cursor.soundPacketTime {
            deadline = min(deadline, start.advanced(byNanoseconds: time))
        }
        return deadline
    }

    // MARK: Sending

    /// Takes nothing more from the clip: what waits still leaves, and what is asked for is sent again.
    mutating func finish() {
        isFinished = true
    }

    /// Takes what is due from the clip.
    mutating func advance(to now: MonotonicTime) {
        guard !isFinished else { return }
        let elapsed = now.nanoseconds(since: start)
        if elapsed - cursor.frameTime > 1_000_000_000 {
            cursor.skip(to: elapsed)
            isKeyFrameWanted = true
        }
        if video != nil {
            if isKeyFrameWanted, !cursor.isAtKeyFrame { cursor.jumpToKeyFrame() }
            while let (frame, time) = cursor.takeFrame(at: elapsed) { enqueue(frame, at: time, now) }
        }
        if audio != nil {
            while let (packet, time) = cursor.takeSound(at: elapsed) { enqueueSound(packet, at: time) }
        }
    }

    private mutating func enqueue(_ number: Int, at time: Int64, _ now: MonotonicTime) {
        guard let track = video else { return }
        let frame = clip.frames[number]
        if queue.count + frame.payloads.count > Self.maximumQueue {
            isKeyFrameWanted = true
            return
        }
        if frame.isKey {
            isKeyFrameWanted = false
            lastKeyFrame = now
            figures.keyFrames += 1
        }
        let timestamp = track.timestamp(time)
        for payload in frame.payloads {
            queue.append(
                SentPackets.Packet(
                    index: 0,
                    timestamp: timestamp,
                    marker: payload == frame.payloads.upperBound - 1,
                    payload: payload,
                    pictureID: pictureID,
                    transportSequence: 0,
                    sendTime: 0
                )
            )
            queuedBytes += clip.payloads[payload].count
        }
        pictureID = (pictureID &+ 1) & 0x7FFF
        figures.frames += 1
    }

    private mutating func enqueueSound(_ packet: Int, at time: Int64) {
        guard let track = audio else { return }
        sound.append(
            SentPackets.Packet(
                index: 0,
                timestamp: track.timestamp(time),
                marker: false,
                payload: packet,
                pictureID: 0,
                transportSequence: 0,
                sendTime: 0
            )
        )
    }

    /// Writes the next packet that may leave now, in plaintext; `nil` if there is none.
    mutating func nextPacket(at now: MonotonicTime, into bytes: inout [UInt8]) -> PacketTag? {
        if let packet = sound.take() { return sendSound(packet, at: now, into: &bytes) }
        guard !queue.isEmpty || !repairs.isEmpty else { return nil }
        pacer.open(at: now, queued: queuedBytes)
        guard pacer.isOpen else { return nil }
        while let repair = repairs.take() {
            if let tag = send(repair, at: now, into: &bytes) {
                pacer.spend(bytes.count)
                return tag
            }
        }
        guard let packet = queue.take() else { return nil }
        queuedBytes -= clip.payloads[packet.payload].count
        let transport = takeTransportSequence()
        guard let stamped = video?.stamp(packet, transportSequence: transport, at: now) else { return nil }
        let tag = video?.writeHeader(stamped, to: &bytes)
        appendPicture(stamped, to: &bytes)
        pacer.spend(bytes.count)
        count(bytes)
        video?.count(payload: bytes.count - (tag?.headerLength ?? 0))
        return tag
    }

    private mutating func sendSound(
        _ packet: SentPackets.Packet,
        at now: MonotonicTime,
        into bytes: inout [UInt8]
    ) -> PacketTag? {
        let transport = takeTransportSequence()
        guard let stamped = audio?.stamp(packet, transportSequence: transport, at: now) else { return nil }
        let tag = audio?.writeHeader(stamped, to: &bytes)
        bytes += clip.sound[stamped.payload]
        count(bytes)
        audio?.count(payload: bytes.count - (tag?.headerLength ?? 0))
        return tag
    }

    private mutating func takeTransportSequence() -> UInt16 {
        defer { transportSequence &+= 1 }
        return transportSequence
    }

    private func appendPicture(_ packet: SentPackets.Packet, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes += clip.bytes[clip.payloads[packet.payload]]
        if clip.codec == .vp8 { VP8Descriptor.setPictureID(packet.pictureID, in: &bytes, at: start) }
    }

    private mutating func count(_ bytes: [UInt8]) {
        figures.packets += 1
        figures.bytes += UInt64(bytes.count)
    }

    /// Sends a packet again: on its own source with RTX, else the same bytes as before.
    private mutating func send(
        _ repair: Repair,
        at now: MonotonicTime,
        into bytes: inout [UInt8]
    ) -> PacketTag? {
        guard let track = repair.isVideo ? video : audio, var packet = track.sent.packet(repair.index) else {
            return nil
        }
        let tag: PacketTag
        if track.rtx != nil {
            packet.sendTime = AbsoluteSendTime(at: now).rawValue
            packet.transportSequence = takeTransportSequence()
            tag = track.writeHeader(packet, isRTX: true, to: &bytes)
            let original = UInt16(truncatingIfNeeded: packet.index)
            bytes += [UInt8(original >> 8), UInt8(truncatingIfNeeded: original)]
            if repair.isVideo { video?.nextRTX += 1 } else { audio?.nextRTX += 1 }
        } else {
            tag = track.writeHeader(packet, to: &bytes)
        }
        if repair.isVideo {
            appendPicture(packet, to: &bytes)
        } else {
            bytes += clip.sound[packet.payload]
        }
        count(bytes)
        figures.retransmitted += 1
        return tag
    }

    // MARK: Feedback

    /// Takes what the receiver says.
    mutating func receive(_ packet: RTCPPacket, at now: MonotonicTime) {
        switch packet {
        case .nack(let nack): repair(nack, at: now)
        case .pictureLossIndication(let request):
            if request.media == video?.ssrc { wantKeyFrame(at: now) }
        case .fullIntraRequest(let request):
            // A repetition bears the number of the command that it repeats (RFC 5104 §4.3.1.2).
            for entry in request.entries where entry.ssrc == video?.ssrc {
                guard
                    lastCommands.updateValue(entry.sequenceNumber, forKey: entry.ssrc) != entry.sequenceNumber
                else { continue }
                wantKeyFrame(at: now)
            }
        case .receiverReport(let report): note(report.reports)
        case .senderReport(let report): note(report.reports)
        case .receiverEstimatedMaximumBitrate(let estimate): figures.maximumBitrateBps = estimate.bitrateBps
        case .transportFeedback: figures.transportFeedbacks += 1
        default: break
        }
    }

    private mutating func wantKeyFrame(at now: MonotonicTime) {
        figures.keyFrameRequests += 1
        if let lastKeyFrame, now - lastKeyFrame < Self.keyFrameInterval { return }
        isKeyFrameWanted = true
    }

    private mutating func note(_ reports: [ReportBlock]) {
        for report in reports where report.ssrc == video?.ssrc {
            figures.fractionLost = Double(report.fractionLost) / 256
        }
    }

    private mutating func repair(_ nack: GenericNACK, at now: MonotonicTime) {
        let isVideo = nack.media == video?.ssrc
        guard let track = isVideo ? video : nack.media == audio?.ssrc ? audio : nil else { return }
        if lastRepairs.count > Self.maximumRepairs { lastRepairs.removeAll(keepingCapacity: true) }
        for number in nack.sequenceNumbers where repairs.count < Self.maximumRepairs {
            let newest = track.next - 1
            let distance = UInt16(truncatingIfNeeded: newest) &- number
            let index = newest - Int64(distance)
            guard index >= 0, track.sent.packet(index) != nil else { continue }
            // Sound and pictures are numbered independently.
            let key = isVideo ? index : ~index
            if let last = lastRepairs[key], now - last < Self.repairInterval { continue }
            lastRepairs[key] = now
            repairs.append(Repair(isVideo: isVideo, index: index))
        }
    }

    // MARK: Reports

    /// A sender report of each source, if it is time: compound packets in plaintext.
    ///
    /// - Parameter wall: The time of day.
    mutating func reports(at now: MonotonicTime, wall: NTPTime) -> [[UInt8]] {
        guard now >= nextReport else { return [] }
        nextReport = now + Self.reportInterval
        let elapsed = now.nanoseconds(since: start)
        return [video, audio].compactMap(\.self)
            .map { track in
                var bytes: [UInt8] = []
                SenderReport(
                    ssrc: track.ssrc,
                    ntp: wall,
                    rtpTimestamp: track.timestamp(elapsed),
                    packetCount: track.packetCount,
                    octetCount: track.octetCount
                )
                .write(to: &bytes)
                SourceDescription(chunks: [.init(ssrc: track.ssrc, cname: cname)]).write(to: &bytes)
                return bytes
            }
    }
}
