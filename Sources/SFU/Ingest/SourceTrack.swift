public import RTP

/// One track of a room as its publishers have sent it: packets, gaps, key frames.
///
/// Publishers come and go; the track goes on. Its indices and timestamps continue where the last source ended, so
/// that viewers see one stream (`spec`: a returning publisher continues its viewers' sequence and timestamps).
public final class SourceTrack {
    /// Sound or picture.
    public enum Kind: Sendable { case audio, video }

    /// Slots of a ring: at 10 Mbit/s some four seconds of video, and five of audio.
    static func slots(_ kind: Kind) -> Int { kind == .video ? 4096 : 256 }
    /// Packets that the first one of a source may have overtaken.
    static let mostOvertaken: Int64 = 64
    /// The most bytes that equal sizes may cost.
    static let mostPadding = 4

    /// What it carries.
    public let kind: Kind
    /// Ticks of its timestamps in a second.
    public let clockRate: Int64
    /// Its newest packets.
    public let ring: PacketRing
    /// The least index of the present source; its first packet may have overtaken others.
    public private(set) var epochStart: Int64 = 0
    /// Index of the newest packet; less than ``epochStart`` before the source's first one.
    public private(set) var highest: Int64 = 0
    /// Index of the newest packet that viewers were offered.
    public private(set) var forwarded: Int64 = 0
    /// Index where the running group of pictures begins.
    public private(set) var groupStart: Int64?
    /// When that packet came.
    public private(set) var groupStartedAt = MonotonicTime(nanoseconds: 0)
    /// Whether nothing of the running group is given up.
    public private(set) var isGroupWhole = false
    /// Gaps and what to ask for.
    public internal(set) var losses = LossDetector()
    /// Key frames to ask for.
    public internal(set) var keyFrames = KeyFrameRequests()
    /// What arrived.
    public internal(set) var figures = TrackFigures()
    /// Reports of the present source about its clock.
    public internal(set) var clock = SenderClock()
    /// Reception statistics for reports to the publisher.
    var reception = ReceptionStatistics()

    private var unwrapper = SequenceUnwrapper()
    private var isFresh = true
    private var indexOffset: Int64 = 0
    private var timestampOffset: UInt32 = 0
    private var newestTimestamp: UInt32 = 0
    private var newestArrival = MonotonicTime(nanoseconds: 0)
    private var hasStarted = false
    private var groupTimestamp: UInt32 = 0

    /// A track without packets.
    public init(kind: Kind) {
        self.kind = kind
        clockRate = kind == .video ? 90_000 : 48_000
        ring = PacketRing(capacity: Self.slots(kind))
    }

    /// The next packet comes from another source: another publisher, or another SSRC of the same.
    public func beginSource() {
        isFresh = true
        unwrapper = SequenceUnwrapper()
        losses.reset()
        clock = SenderClock()
        reception = ReceptionStatistics()
        groupStart = nil
        isGroupWhole = false
    }

    /// Whether a packet of the present source has come.
    public var hasSource: Bool { !isFresh }

    /// Keeps a packet.
    ///
    /// - Parameters:
    ///   - payload: Its payload without padding.
    ///   - isResend: Whether it came by RTX, and says nothing about the path's jitter.
    /// - Returns: Its index, or why it is dropped.
    func store(
        _ header: RTPHeader,
        payload: UnsafeRawBufferPointer,
        codec: Codec,
        orientation: UInt8?,
        isResend: Bool,
        at now: MonotonicTime
    ) -> Result<Int64, DropReason> {
        guard payload.count <= PacketRing.slotBytes else { return .failure(.tooLong) }
        let unwrapped = unwrapper.unwrap(header.sequenceNumber)
        if isFresh { start(unwrapped, header.timestamp, at: now) }
        let index = unwrapped &+ indexOffset
        if let reason = place(index, at: now) { return .failure(reason) }
        if !isResend {
            reception.received(index, timestamp: header.timestamp, clockRate: clockRate, at: now)
        }
        var info = PacketInfo(
            index: index,
            arrival: now,
            timestamp: header.timestamp &+ timestampOffset,
            codec: codec
        )
        info.length = UInt16(payload.count)
        info.marker = header.marker
        info.orientation = orientation
        if unsafe kind == .video && !payload.isEmpty {
            let bytes = unsafe Span<UInt8>(_unsafeBytes: payload)
            let inspection = PayloadInspection.inspect(bytes, codec: codec)
            info.startsFrame = inspection.startsFrame
            info.startsKeyFrame = inspection.startsKeyFrame
        }
        unsafe ring.store(info, payload: payload)
        if info.startsKeyFrame { beginGroup(info, at: now) }
        if index == highest {
            newestTimestamp = info.timestamp
            newestArrival = now
        }
        figures.add(info, at: now)
        return .success(index)
    }

    /// Continues the track with a new source: a place behind the last packet, and as much later as it is.
    private func start(_ unwrapped: Int64, _ timestamp: UInt32, at now: MonotonicTime) {
        isFresh = false
        // A source begins with a key frame, unless its beginning was missed.
        if kind == .video { keyFrames.want() }
        epochStart = highest + 1
        highest += Self.mostOvertaken
        indexOffset = highest + 1 - unwrapped
        if hasStarted {
            let elapsed = (now - newestArrival).components
            let ticks =
                Double(clockRate) * (Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18)
            // Longer than three hours, it would look like a step back to who compares timestamps modulo 2^32.
            let gap = UInt32(min(max(ticks, Double(clockRate / 50)), 0x3FFF_FFFF))
            timestampOffset = newestTimestamp &+ gap &- timestamp
        } else {
            timestampOffset = 0
            hasStarted = true
        }
        forwarded = highest
    }

    /// Finds a packet's place among the others.
    private func place(_ index: Int64, at now: MonotonicTime) -> DropReason? {
        guard index >= epochStart else { return .beforeStart }
        if index <= highest {
            guard index > highest - Int64(ring.capacity) else { return .tooOld }
            guard !ring.contains(index) else { return .duplicate }
            losses.arrived(index, at: now)
            return nil
        }
        if index > highest + 1 {
            let isBridged = losses.gap(after: highest, before: index, at: now)
            if !isBridged {
                isGroupWhole = false
                if kind == .video { keyFrames.want() }
            }
        }
        highest = index
        return nil
    }

    private func beginGroup(_ info: PacketInfo, at now: MonotonicTime) {
        // A key frame may begin with several such packets: parameter sets and slices.
        guard groupStart == nil || info.timestamp != groupTimestamp else {
            if let start = groupStart, info.index < start { groupStart = info.index }
            return
        }
        guard groupStart.map({ info.index > $0 }) ?? true else { return }
        groupStart = info.index
        groupTimestamp = info.timestamp
        groupStartedAt = now
        isGroupWhole = true
        figures.keyFrames += 1
        keyFrames.answered()
    }

    /// Makes neighbours that differ by little equally long, so that they can be sent as one segmented datagram.
    ///
    /// - Parameter indices: Packets of one receive batch, in order.
    func equalise(_ indices: some Collection<Int64>) {
        var longest = 0
        for index in indices {
            if let info = ring.info(at: index) { longest = max(longest, Int(info.length)) }
        }
        guard longest <= SFULimits.longestExtended else { return }
        for index in indices {
            guard let info = ring.info(at: index), info.padding == 0, info.length > 0 else { continue }
            let missing = longest - Int(info.length)
            if missing > 0, missing <= Self.mostPadding { ring.pad(index, to: longest) }
        }
    }

    /// Viewers were offered everything up to the newest packet.
    func markForwarded() {
        forwarded = highest
    }

    /// What to ask the publisher for, as 16-bit numbers of its own; notes what is given up.
    func dueLosses(at now: MonotonicTime) -> [UInt16] {
        let (ask, lost) = losses.due(at: now)
        if let newest = lost.max(), let start = groupStart, newest >= start { isGroupWhole = false }
        return ask.map { UInt16(truncatingIfNeeded: $0 &- indexOffset) }
    }

    /// Where a viewer begins now: the running group if it is short and whole.
    ///
    /// - Parameter anything: Take what there is, since the publisher makes no key frames.
    func joinPoint(at now: MonotonicTime, anything: Bool) -> Int64? {
        guard let start = groupStart, ring.contains(start), start >= epochStart else { return nil }
        if anything { return start }
        let isShort =
            now - groupStartedAt <= SFULimits.longestReplay && highest - start < SFULimits.mostReplayed
        return isShort && isGroupWhole ? start : nil
    }

    /// The present source's own timestamp line, for its sender reports.
    func trackTimestamp(ofSource timestamp: UInt32) -> UInt32 { timestamp &+ timestampOffset }

    /// Interarrival jitter of the present source, seconds.
    public var jitter: Double { reception.jitter / Double(clockRate) }

    /// The source's own highest number for reports, extended by its cycles, which the unwrapper counts from 1.
    var sourceHighest: UInt32 { UInt32(truncatingIfNeeded: highest &- indexOffset &- 65_536) }
}
