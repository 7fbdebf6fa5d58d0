import RTP

/// Cuts the packets of a track into frames, and drops those that cannot be decoded.
///
/// A frame ends with its marker, or where the timestamp changes. If one is dropped, so are all up to the next
/// key frame: which of them could do without it is not asked.
struct VideoAssembler {
    /// The longest frame that is taken; a 4K key frame has a fraction of it.
    static let mostBytes = 4 << 20

    /// The codec of the packets.
    private(set) var codec: Codec
    private var depacketizer: any VideoDepacketizer
    private var current: Current?
    /// Whether a key frame has to come first.
    private(set) var isWaiting = true
    /// Whether packets are missing directly before the next, as before the first.
    private var followsGap = true

    /// The frame whose packets are coming.
    private struct Current {
        var ticks: Int64
        var arrival: MonotonicTime
        /// Otherwise the rest of it is passed over.
        var isWhole = true
    }

    init(codec: Codec) {
        self.codec = codec
        depacketizer = Self.depacketizer(codec)
    }

    private static func depacketizer(_ codec: Codec) -> any VideoDepacketizer {
        switch codec {
        case .vp9: VP9Depacketizer()
        case .av1: AV1Depacketizer()
        case .h264: H264Depacketizer()
        // Sound does not come here.
        case .vp8, .opus, .red: VP8Depacketizer()
        }
    }

    /// Whether one has to be asked for: none has come, and none is coming.
    var needsKeyFrame: Bool {
        let isComing = current.map { $0.isWhole && depacketizer.promisesKeyFrame } ?? false
        return isWaiting && !isComing
    }

    /// Takes the next packet.
    mutating func receive(
        _ packet: TrackPacket,
        ticks: Int64,
        counters: inout DepacketizingCounters,
        to output: inout [FrameAssembler.Element]
    ) {
        // Padding belongs to no frame.
        guard !packet.payload.isEmpty else { return }
        if packet.codec != codec { change(to: packet.codec, counters: &counters) }
        if let current {
            let isNext = current.isWhole && depacketizer.beginsFrame(packet.payload)
            if current.ticks != ticks || isNext { finish(counters: &counters, to: &output) }
        }
        var frame = current ?? Current(ticks: ticks, arrival: packet.arrival)
        frame.arrival = min(frame.arrival, packet.arrival)
        current = frame
        if frame.isWhole { append(packet.payload, counters: &counters) }
        followsGap = false
        if packet.marker { finish(counters: &counters, to: &output) }
    }

    /// Packets are missing here.
    mutating func gap() {
        breakFrame()
        followsGap = true
    }

    /// The track has ended, or pauses; a frame that has not is not whole.
    mutating func close(counters: inout DepacketizingCounters) {
        if current != nil { counters.incompleteFrames += 1 }
        current = nil
        gap()
    }

    private mutating func change(to codec: Codec, counters: inout DepacketizingCounters) {
        if current != nil { counters.incompleteFrames += 1 }
        counters.codecChanges += 1
        current = nil
        isWaiting = true
        self.codec = codec
        depacketizer = Self.depacketizer(codec)
    }

    private mutating func append(_ payload: [UInt8], counters: inout DepacketizingCounters) {
        switch depacketizer.append(payload, isStartKnown: !followsGap) {
        case .taken: break
        case .skipped: counters.unsupportedPackets += 1
        case .unsupported:
            counters.unsupportedPackets += 1
            breakFrame()
        case .misplaced: breakFrame()
        case .malformed:
            counters.malformedPackets += 1
            breakFrame()
        }
        if depacketizer.byteCount > Self.mostBytes {
            counters.oversizedFrames += 1
            breakFrame()
        }
    }

    /// Gives the frame up, and those that depend on it.
    private mutating func breakFrame() {
        current?.isWhole = false
        depacketizer.reset()
        isWaiting = true
    }

    private mutating func finish(
        counters: inout DepacketizingCounters,
        to output: inout [FrameAssembler.Element]
    ) {
        guard let frame = current else { return }
        current = nil
        guard frame.isWhole else {
            counters.incompleteFrames += 1
            return
        }
        switch depacketizer.finish() {
        case .nothing: break
        case .damaged:
            counters.incompleteFrames += 1
            isWaiting = true
        case .picture(let picture):
            if picture.isKeyFrame { isWaiting = false }
            guard !isWaiting else {
                counters.undecodableFrames += 1
                return
            }
            counters.frames += 1
            if picture.isKeyFrame { counters.keyFrames += 1 }
            output.append(.frame(DepacketizedFrame(picture, codec, frame.ticks, frame.arrival)))
        }
    }
}

extension DepacketizedFrame {
    fileprivate init(_ picture: Picture, _ codec: Codec, _ ticks: Int64, _ arrival: MonotonicTime) {
        self.init(
            codec: codec,
            ticks: ticks,
            arrival: arrival,
            isKeyFrame: picture.isKeyFrame,
            configuration: picture.configuration,
            size: picture.size,
            bytes: picture.bytes
        )
    }
}
