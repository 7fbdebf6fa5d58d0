public import RTP

/// From the packets of a track, in whatever order they come, to its frames.
///
/// What is given can be decoded: frames are whole, and follow on a key frame without one missing in between.
/// Gaps are given where packets are missing, before the frame behind them. Of a codec that changes, decoding
/// begins anew.
public struct FrameAssembler: Sendable {
    /// What is given, in the order of the track.
    public enum Element: Equatable, Sendable {
        /// The next frame.
        case frame(DepacketizedFrame)
        /// So many packets are missing here for good.
        case gap(packets: Int64)
    }

    /// The payload type of Opus within RED; `nil` takes every primary block for Opus.
    public var opusPayloadType: UInt8?

    private var buffer = ReorderBuffer()
    private var unwrapper = TimestampUnwrapper()
    private var video: VideoAssembler?
    private var ownCounters = DepacketizingCounters()

    /// An assembler of a track that has not begun.
    public init(opusPayloadType: UInt8? = nil) {
        self.opusPayloadType = opusPayloadType
    }

    /// What became of packets and frames.
    public var counters: DepacketizingCounters {
        var counters = ownCounters
        counters.reordering = buffer.counters
        return counters
    }

    /// Whether nothing can be given before a key frame, and none is coming; of sound never.
    ///
    /// Who reads it asks the sender, and minds how often. True from the first packet to the first of a key
    /// frame.
    public var needsKeyFrame: Bool { video?.needsKeyFrame ?? false }

    /// When ``advance(to:)`` has something to do, if nothing comes before; `nil` while nothing is held.
    public var nextDeadline: MonotonicTime? { buffer.nextDeadline }

    /// The track's line of ticks, for timestamps in sender reports; `nil` before the first packet.
    public func ticks(of timestamp: UInt32) -> Int64? { unwrapper.peek(timestamp) }

    /// Takes a packet; returns what is whole by now.
    public mutating func receive(_ packet: TrackPacket) -> [Element] {
        assemble(buffer.receive(packet))
    }

    /// Time has passed; returns what was held behind a gap for long enough.
    public mutating func advance(to time: MonotonicTime) -> [Element] {
        assemble(buffer.advance(to: time))
    }

    /// The track or its source has ended: returns what is held, and drops a frame whose end has not come.
    ///
    /// Packets that come afterwards begin with a key frame, and are not waited for: call it where sources
    /// change.
    public mutating func finish() -> [Element] {
        let output = assemble(buffer.flush())
        video?.close(counters: &ownCounters)
        return output
    }

    /// Another source begins, after ``finish()``: its indices and timestamps may begin anywhere.
    public mutating func beginSource() {
        buffer.restart()
        unwrapper = TimestampUnwrapper()
    }

    private mutating func assemble(_ elements: [ReorderBuffer.Element]) -> [Element] {
        var output: [Element] = []
        for element in elements {
            switch element {
            case .gap(let packets):
                output.append(.gap(packets: packets))
                video?.gap()
            case .packet(let packet):
                let ticks = unwrapper.unwrap(packet.timestamp)
                if packet.codec.isVideo {
                    if video == nil { video = VideoAssembler(codec: packet.codec) }
                    video?.receive(packet, ticks: ticks, counters: &ownCounters, to: &output)
                } else {
                    receiveSound(packet, ticks: ticks, to: &output)
                }
            }
        }
        return output
    }

    private mutating func receiveSound(_ packet: TrackPacket, ticks: Int64, to output: inout [Element]) {
        guard !packet.payload.isEmpty else { return }
        var sound = packet.payload[...]
        if packet.codec == .red {
            guard let block = REDPayload.primaryBlock(in: packet.payload.span) else {
                ownCounters.malformedPackets += 1
                return
            }
            guard opusPayloadType ?? block.payloadType == block.payloadType else {
                ownCounters.unsupportedPackets += 1
                return
            }
            sound = sound[block.range]
        }
        guard let duration = OpusPacket.duration(sound) else {
            ownCounters.malformedPackets += 1
            return
        }
        ownCounters.frames += 1
        ownCounters.keyFrames += 1
        output.append(
            .frame(
                DepacketizedFrame(
                    codec: .opus,
                    ticks: ticks,
                    arrival: packet.arrival,
                    isKeyFrame: true,
                    configuration: .opus(channels: 2),
                    duration: duration,
                    bytes: Array(sound)
                )
            )
        )
    }
}
