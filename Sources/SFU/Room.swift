public import RTP

/// One publisher and everybody who watches it: who gets which packet, rewritten how.
///
/// Pure: packets, reports and the time come in, headers and reports go out. A driver calls, in this order:
///
/// 1. ``receive(_:datagram:at:)`` for each packet of a receive batch, decrypted;
/// 2. ``beginForward()``, then ``write(_:to:header:sentAt:)`` for each pending packet and viewer, then ``endForward()``;
/// 3. ``advance(to:)`` every millisecond while ``isReplaying``, else every ten;
/// 4. ``takeOutputs()`` after each of these.
public final class Room {
    /// What a room puts out besides forwarded packets.
    public enum Output: Equatable {
        /// Reports and requests to the publisher: a compound packet.
        case toPublisher([UInt8])
        /// Reports to a viewer: a compound packet.
        case toSubscriber(Int, [UInt8])
        /// A packet from a ring to one viewer.
        case packet(Transmission)
    }

    /// A packet from a ring to one viewer: of a replay, a resend, or one that tries the path.
    public struct Transmission: Equatable {
        /// The viewer.
        public let subscriber: Int
        let kind: SourceTrack.Kind
        let index: Int64
        let purpose: Purpose
    }

    enum Purpose: Equatable { case replay, resend, probe, padding }

    struct Pending {
        let kind: SourceTrack.Kind
        let info: PacketInfo
    }

    let localSSRC: UInt32
    let cname: String
    /// The most that the publisher may send, bits a second.
    let maximumBitrateBps: Int
    /// Whether its media is kept, so that key frames are of use without viewers.
    public var isRecorded = false
    /// Sound.
    public let audio = SourceTrack(kind: .audio)
    /// Picture.
    public let video = SourceTrack(kind: .video)
    var publisher: PublisherBinding?
    var feedback = TransportFeedbackBuilder()
    var timers = RoomTimers()
    var wallClock = WallClock()
    /// When a packet of the publisher last came.
    public internal(set) var lastPacketAt: MonotonicTime?
    let subscribers = Slab<Subscriber>()
    var positions: [Int: Int] = [:]
    let pending = Slab<Pending>(capacity: 512)
    private var pendingVideo: [Int64] = []
    private var pendingAudio: [Int64] = []
    var outputs: [Output] = []
    /// Packets of the publisher that were dropped, by reason.
    public internal(set) var dropped = DropCounters()

    /// A room of nobody.
    ///
    /// - Parameters:
    ///   - localSSRC: Our own source in reports.
    ///   - cname: Our canonical name in reports, the same for sound and picture (RFC 3550 §6.5.1).
    ///   - maximumBitrateBps: The ceiling that the publisher is told.
    public init(localSSRC: UInt32, cname: String, maximumBitrateBps: Int) {
        self.localSSRC = localSSRC
        self.cname = cname
        self.maximumBitrateBps = maximumBitrateBps
    }

    func track(_ kind: SourceTrack.Kind) -> SourceTrack { kind == .audio ? audio : video }

    // MARK: Publisher

    /// Whether somebody publishes.
    public var hasPublisher: Bool { publisher != nil }

    /// Another publisher takes over, or the first one comes; the old one's packets are none any more.
    public func setPublisher(_ tracks: [PublisherTrack], at now: MonotonicTime) {
        removePublisher()
        publisher = PublisherBinding(tracks)
        feedback = TransportFeedbackBuilder()
    }

    /// The publisher is gone; viewers wait for the next one.
    public func removePublisher() {
        publisher = nil
        audio.beginSource()
        video.beginSource()
        video.keyFrames = KeyFrameRequests(count: video.keyFrames.count)
        wallClock.endSource()
        lastPacketAt = nil
        forgetPending()
    }

    private func forgetPending() {
        pending.removeAll()
        pendingAudio.removeAll(keepingCapacity: true)
        pendingVideo.removeAll(keepingCapacity: true)
    }

    /// Takes a decrypted packet of the publisher into its track's ring.
    ///
    /// - Parameters:
    ///   - header: Read from `datagram`.
    ///   - datagram: The packet without authentication tag.
    public func receive(_ header: RTPHeader, datagram: UnsafeRawBufferPointer, at now: MonotonicTime) {
        guard let publisher else { return dropped.count(.unknownTrack) }
        let bytes = unsafe Span<UInt8>(_unsafeBytes: datagram)
        lastPacketAt = now
        switch publisher.meaning(of: header.payloadType) {
        case .none: dropped.count(.unknownTrack)
        case .media(let kind, let codec):
            let orientation = readExtensions(header, bytes, publisher.track(kind), at: now)
            guard isOfTrack(header.ssrc, kind, at: now) else { return dropped.count(.unknownTrack) }
            let payload = unsafe UnsafeRawBufferPointer(rebasing: datagram[header.payload])
            unsafe store(header, kind, codec, payload, orientation, isResend: false, at: now)
        case .resend(let kind, let codec):
            let orientation = readExtensions(header, bytes, publisher.track(kind), at: now)
            let content = bytes.extracting(header.payload)
            // A resend of nothing is how a publisher tries its path.
            guard let original = RTX.originalSequenceNumber(in: content), header.payload.count > 2,
                track(kind).hasSource
            else { return dropped.count(.emptyResend) }
            var repeated = header
            repeated.sequenceNumber = original
            let range = header.payload.dropFirst(RTX.headerLength)
            let payload = unsafe UnsafeRawBufferPointer(rebasing: datagram[range])
            unsafe store(repeated, kind, codec, payload, orientation, isResend: true, at: now)
        }
    }

    private func store(
        _ header: RTPHeader,
        _ kind: SourceTrack.Kind,
        _ codec: Codec,
        _ payload: UnsafeRawBufferPointer,
        _ orientation: UInt8?,
        isResend: Bool,
        at now: MonotonicTime
    ) {
        let track = track(kind)
        let result = unsafe track.store(
            header,
            payload: payload,
            codec: codec,
            orientation: orientation,
            isResend: isResend,
            at: now
        )
        switch result {
        case .failure(let reason): dropped.count(reason)
        case .success(let index):
            switch kind {
            case .audio: pendingAudio.append(index)
            case .video: pendingVideo.append(index)
            }
            if let info = track.ring.info(at: index) { pending.append(Pending(kind: kind, info: info)) }
        }
    }

    /// Notes the transport-wide number; returns the orientation, if there is one.
    private func readExtensions(
        _ header: RTPHeader,
        _ bytes: Span<UInt8>,
        _ track: PublisherTrack?,
        at now: MonotonicTime
    ) -> UInt8? {
        guard !header.extensions.isEmpty, let track else { return nil }
        var orientation: UInt8?
        var reader = HeaderExtensionReader(header)
        while let (id, value) = reader.next(in: bytes) {
            if id == track.transportSequenceID, value.count >= 2 {
                let low = value.lowerBound
                feedback.record(sequence: UInt16(bytes[low]) << 8 | UInt16(bytes[low + 1]), at: now)
            } else if id == track.orientationID, value.count >= 1 {
                orientation = bytes[value.lowerBound]
            }
        }
        return orientation
    }

    /// Whether a source is the track's: the one it had, or another one after the first fell silent.
    private func isOfTrack(_ ssrc: UInt32, _ kind: SourceTrack.Kind, at now: MonotonicTime) -> Bool {
        let learned = kind == .audio ? publisher?.audioSSRC : publisher?.videoSSRC
        guard let learned else {
            publisher?.learn(ssrc, kind)
            return true
        }
        guard learned != ssrc else { return true }
        guard let last = timers.lastMedia[kind], now - last > .seconds(1) else { return false }
        publisher?.learn(ssrc, kind)
        track(kind).beginSource()
        return true
    }

    // MARK: Forwarding

    /// Packets that have arrived and were not forwarded.
    public var pendingCount: Int { pending.count }

    /// Whether the newest pending packet of video is in the middle of a frame, so that more will come at once.
    public var isWithinFrame: Bool {
        guard let last = pending.last, last.kind == .video else { return false }
        return !last.info.marker
    }

    /// Makes what has arrived ready to be forwarded.
    public func beginForward(at now: MonotonicTime) {
        if pendingVideo.count > 1 {
            sortPending()
            video.equalise(pendingVideo)
            for position in pending.indices where pending[position].kind == .video {
                if let info = video.ring.info(at: pending[position].info.index) {
                    pending[position] = Pending(kind: .video, info: info)
                }
            }
        }
        if !pendingAudio.isEmpty { timers.lastMedia[.audio] = now }
        if !pendingVideo.isEmpty { timers.lastMedia[.video] = now }
    }

    /// Puts in order what came out of it, so that a key frame begins with its first packet.
    private func sortPending() {
        guard zip(pendingVideo, pendingVideo.dropFirst()).contains(where: { $0 > $1 }) else { return }
        pendingVideo.sort()
        // Sound keeps its place: its packets are on their own.
        var next = 0
        for position in pending.indices where pending[position].kind == .video {
            if let info = video.ring.info(at: pendingVideo[next]) {
                pending[position] = Pending(kind: .video, info: info)
            }
            next += 1
        }
    }

    /// Whether a packet of video has arrived and was not forwarded.
    func isPending(_ index: Int64) -> Bool { pendingVideo.contains(index) }

    /// Everybody has got what was pending.
    public func endForward() {
        forgetPending()
        audio.markForwarded()
        video.markForwarded()
    }

    /// Bytes of a pending packet's payload, to make room for it.
    @inline(__always)
    public func pendingLength(_ packet: Int) -> Int { Int(pending[packet].info.length) }

    /// A pending packet as it came: without the padding that makes it as long as its neighbours.
    ///
    /// The payload stays where it is for the same turn only.
    public func pendingPacket(
        _ packet: Int
    ) -> (kind: SourceTrack.Kind, info: PacketInfo, payload: UnsafeRawBufferPointer) {
        let (kind, info) = (pending[packet].kind, pending[packet].info)
        let bytes = unsafe track(kind).ring.payload(at: info.index)
        let count = max(0, Int(info.length) - Int(info.padding))
        return unsafe (kind, info, UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// The driver's number of the viewer at a position.
    @inline(__always)
    public func subscriberID(at position: Int) -> Int { subscribers[position].id }

    /// Writes the header of a pending packet for the viewer at a position.
    ///
    /// - Parameters:
    ///   - header: Room for 24 bytes.
    ///   - sentAt: Microseconds, modulo 2^32.
    /// - Returns: `nil` if the viewer does not get it; the reason is counted.
    @inline(__always)
    public func write(
        _ packet: Int,
        to position: Int,
        header: UnsafeMutableRawPointer,
        sentAt: UInt32
    ) -> OutgoingPacket? {
        switch pending[packet].kind {
        case .video:
            return unsafe subscribers[position].writeVideo(pending[packet].info, of: video, header, sentAt)
        case .audio:
            return unsafe subscribers[position].writeAudio(pending[packet].info, of: audio, header, sentAt)
        }
    }

    /// Takes what is to be sent besides forwarded packets.
    public func takeOutputs() -> [Output] {
        guard !outputs.isEmpty else { return [] }
        defer { outputs.removeAll(keepingCapacity: true) }
        return outputs
    }

    /// Whether there is room for more to be sent besides forwarded packets.
    var canPut: Bool { outputs.count < SFULimits.mostQueuedOutputs }

    func put(_ output: Output) {
        guard canPut else { return dropped.count(.tooMuchQueued) }
        outputs.append(output)
    }
}

extension Subscriber {
    @inline(__always)
    fileprivate mutating func writeVideo(
        _ info: PacketInfo,
        of track: SourceTrack,
        _ header: UnsafeMutableRawPointer,
        _ sentAt: UInt32
    ) -> OutgoingPacket? {
        guard video?.takes(info.codec) == true else {
            video?.lacksCodec()
            dropped.count(.codecNotNegotiated)
            return nil
        }
        if let reason = video?.admits(info, of: track) {
            dropped.count(reason)
            return nil
        }
        let sequence = transportSequence(of: info, sentAt: sentAt)
        return unsafe video?.write(info, of: track.ring, transportSequence: sequence, to: header)
    }

    @inline(__always)
    fileprivate mutating func writeAudio(
        _ info: PacketInfo,
        of track: SourceTrack,
        _ header: UnsafeMutableRawPointer,
        _ sentAt: UInt32
    ) -> OutgoingPacket? {
        guard audio?.takes(info.codec) == true else {
            dropped.count(.codecNotNegotiated)
            return nil
        }
        if let reason = audio?.admits(info, of: track) {
            dropped.count(reason)
            return nil
        }
        let sequence = transportSequence(of: info, sentAt: sentAt)
        return unsafe audio?.write(info, of: track.ring, transportSequence: sequence, to: header)
    }
}
