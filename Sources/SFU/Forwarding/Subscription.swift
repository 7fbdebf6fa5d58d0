import RTP

/// One track on its way to one viewer: which packets go out, with which numbers.
///
/// ```
///            key frame, or replay          congested, at a frame's border
///  waiting ───────────────────────▶ live ─────────────────────────▶ stopped
///     ▲   └──▶ replaying ──────────▶ │                                 │
///     └── the source is another one ─┘◀── a way to begin is found ─────┘
/// ```
///
/// Outbound numbers are inbound indices moved by a constant: what the publisher's network lost is a gap here too,
/// and may be filled later. What we left out ourselves is none: numbers close up over it.
struct Subscription {
    enum Phase: Equatable {
        /// For a key frame; audio begins with any packet.
        case waiting
        /// What the ring has, from this index on.
        case replaying(next: Int64)
        case live
        /// The path does not carry it.
        case stopped
    }

    let track: SubscriberTrack
    private let rtxSSRC: UInt32?
    private let payloadTypes: PayloadTypeTable
    private let rtxPayloadTypes: PayloadTypeTable
    private(set) var phase = Phase.waiting
    /// First index of the running stretch, and the number that it got.
    private var base: Int64 = .max
    private var outboundBase: Int64
    /// Newest number sent.
    private(set) var highestSent: Int64
    private var rtxNext: Int64
    private var wantsStop = false
    /// Where a resend repeats transport-wide numbers.
    private var history: ResendHistory?

    // Counted for sender reports and figures.
    private(set) var packets: UInt64 = 0
    private(set) var octets: UInt64 = 0
    private(set) var resent: UInt64 = 0
    private(set) var newestTimestamp: UInt32 = 0

    init(_ track: SubscriberTrack) {
        self.track = track
        rtxSSRC = track.rtxPayloadTypes.isEmpty ? nil : track.rtxSSRC
        payloadTypes = PayloadTypeTable(track.payloadTypes)
        rtxPayloadTypes = PayloadTypeTable(track.rtxPayloadTypes)
        outboundBase = Int64(track.firstSequence)
        highestSent = outboundBase - 1
        rtxNext = Int64(track.firstSequence ^ 0x2AAA)
        if rtxSSRC == nil, track.transportSequenceID != 0 { history = ResendHistory() }
    }

    var isWaiting: Bool { phase == .waiting }
    var isStopped: Bool { phase == .stopped }
    var hasBegun: Bool { highestSent >= Int64(track.firstSequence) }

    /// Whether a codec is agreed on.
    @inline(__always)
    func takes(_ codec: Codec) -> Bool { payloadTypes[codec] != 0xFF }

    // MARK: Beginning and ending

    /// Numbers go on behind the last one sent, with the packet at `index`.
    private mutating func begin(at index: Int64) {
        base = index
        outboundBase = highestSent + 1
        wantsStop = false
    }

    /// Sends what the ring has from `index` on, paced by the caller, and then goes live.
    mutating func replay(from index: Int64) {
        begin(at: index)
        phase = .replaying(next: index)
    }

    /// Stops at the next border of a frame.
    mutating func stopAtFrame() {
        switch phase {
        case .live: wantsStop = true
        case .replaying, .waiting: phase = .stopped
        case .stopped: return
        }
    }

    /// Waits for a key frame.
    mutating func wait() {
        phase = .waiting
        wantsStop = false
    }

    /// The source sends what the viewer does not take: until it does again, and then from a key frame on.
    mutating func lacksCodec() {
        switch phase {
        case .live, .replaying: wait()
        case .waiting, .stopped: break
        }
    }

    /// The next index to replay, while there is one.
    var nextToReplay: Int64? {
        if case .replaying(let next) = phase { return next }
        return nil
    }

    /// The replay is at `index`; it is over behind `last`.
    mutating func replayed(through index: Int64, of last: Int64) {
        phase = index >= last ? .live : .replaying(next: index + 1)
    }

    // MARK: Verdicts

    /// Whether a packet that has just arrived goes out; changes the phase where it has to.
    ///
    /// - Parameter source: The track that it belongs to.
    @inline(__always)
    mutating func admits(_ info: PacketInfo, of source: SourceTrack) -> DropReason? {
        if phase == .live, base >= source.epochStart, !wantsStop {
            guard info.index < base else { return nil }
            return .beforeStart
        }
        return admitsUnusual(info, of: source)
    }

    private mutating func admitsUnusual(_ info: PacketInfo, of source: SourceTrack) -> DropReason? {
        if base < source.epochStart, phase != .stopped {
            // The source is another one; and there is nothing of the old one left to send.
            phase = .waiting
        }
        switch phase {
        case .waiting:
            guard track.kind == .audio || info.startsKeyFrame else { return .waitingForKeyFrame }
            if track.kind == .video, info.index <= source.forwarded {
                // What it begins came before it, and was not sent.
                replay(from: info.index)
                return .replaying
            }
            begin(at: info.index)
            phase = .live
            return nil
        case .replaying(let next):
            guard info.index < next, info.index >= base else { return .replaying }
            return nil
        case .stopped:
            return .congested
        case .live:
            // A frame may begin with several packets that each look like a beginning: its timestamp tells.
            if info.timestamp != newestTimestamp, info.index > newestIndex {
                phase = .stopped
                return .congested
            }
            guard info.index >= base else { return .beforeStart }
            return nil
        }
    }

    /// Index of the newest packet sent; of the running stretch.
    private var newestIndex: Int64 { highestSent - outboundBase + base }

    /// Whether a packet is of the running stretch.
    func isOfStretch(_ index: Int64) -> Bool { index >= base }

    /// The same, if anything of the running stretch was sent.
    var newestSentIndex: Int64? { base != .max && highestSent >= outboundBase ? newestIndex : nil }

    // MARK: Writing

    /// Writes the header of a packet.
    ///
    /// - Returns: `nil` if the viewer does not take its codec.
    @inline(__always)
    mutating func write(
        _ info: PacketInfo,
        of ring: PacketRing,
        transportSequence: UInt16,
        to out: UnsafeMutableRawPointer
    ) -> OutgoingPacket? {
        let payloadType = payloadTypes[info.codec]
        guard payloadType != 0xFF else { return nil }
        let number = info.index - base + outboundBase
        if number > highestSent {
            highestSent = number
            newestTimestamp = info.timestamp
        }
        history?.add(number, transportSequence)
        packets += 1
        octets += UInt64(info.length)
        let header = header(info, payloadType: payloadType, number: number)
        return unsafe OutgoingPacket(
            headerLength: header.write(
                to: out,
                transportSequenceID: info.hasRoomForExtensions ? track.transportSequenceID : 0,
                transportSequence: transportSequence,
                orientationID: info.hasRoomForExtensions ? track.orientationID : 0,
                orientation: info.orientation
            ),
            payload: UnsafeRawBufferPointer(start: ring.payload(at: info.index), count: Int(info.length)),
            packetIndex: UInt64(number),
            ssrc: track.ssrc
        )
    }

    @inline(__always)
    private func header(_ info: PacketInfo, payloadType: UInt8, number: Int64) -> OutgoingHeader {
        OutgoingHeader(
            payloadType: payloadType,
            marker: info.marker,
            hasPadding: info.padding > 0,
            sequenceNumber: UInt16(truncatingIfNeeded: number),
            timestamp: info.timestamp,
            ssrc: track.ssrc
        )
    }

    // MARK: Resends

    /// The index of the packet that went out with a number that the viewer asks for.
    func index(ofSent sequenceNumber: UInt16) -> Int64? {
        let behind = Int64(Int16(bitPattern: UInt16(truncatingIfNeeded: highestSent) &- sequenceNumber))
        guard behind >= 0 else { return nil }
        let number = highestSent - behind
        guard number >= outboundBase, base != .max else { return nil }
        return number - outboundBase + base
    }

    /// Whether resends need a transport-wide number of their own.
    var resendsByRTX: Bool { rtxSSRC != nil }

    /// Writes a resend: by RTX a packet of its own (RFC 4588 §4); else the same bytes once more.
    ///
    /// With the key, index and source of a packet, other bytes would give away GCM's authentication key: without
    /// RTX the extensions are written as they were, and what is not remembered exactly is not sent again.
    ///
    /// - Parameters:
    ///   - scratch: Room for the payload of a resend by RTX, ``PacketRing/slotBytes`` and two.
    mutating func writeResend(
        of info: PacketInfo,
        from ring: PacketRing,
        transportSequence: UInt16,
        scratch: UnsafeMutableRawPointer,
        to out: UnsafeMutableRawPointer
    ) -> OutgoingPacket? {
        let number = info.index - base + outboundBase
        guard info.index >= base, number <= highestSent else { return nil }
        guard let rtx = rtxSSRC else {
            return unsafe writeSame(info, number: number, from: ring, to: out)
        }
        let payloadType = rtxPayloadTypes[info.codec]
        guard payloadType != 0xFF else { return nil }
        resent += 1
        unsafe scratch.storeBytes(of: UInt16(truncatingIfNeeded: number).bigEndian, as: UInt16.self)
        unsafe (scratch + 2)
            .copyMemory(from: ring.payload(at: info.index), byteCount: Int(info.length))
        let rtxNumber = rtxNext
        rtxNext += 1
        var header = header(info, payloadType: payloadType, number: rtxNumber)
        header.ssrc = rtx
        return unsafe OutgoingPacket(
            headerLength: header.write(
                to: out,
                transportSequenceID: info.hasRoomForExtensions ? track.transportSequenceID : 0,
                transportSequence: transportSequence,
                orientationID: info.hasRoomForExtensions ? track.orientationID : 0,
                orientation: info.orientation
            ),
            payload: UnsafeRawBufferPointer(start: scratch, count: Int(info.length) + 2),
            packetIndex: UInt64(rtxNumber),
            ssrc: rtx
        )
    }

    /// Bytes of a packet of padding, the most there can be (RFC 3550 §5.1).
    static let paddingLength = 255

    /// Writes a resend of nothing, to see how it travels; browsers try paths the same way.
    mutating func writePadding(
        transportSequence: UInt16,
        scratch: UnsafeMutableRawPointer,
        to out: UnsafeMutableRawPointer
    ) -> OutgoingPacket? {
        guard let rtx = rtxSSRC, let payloadType = rtxPayloadTypes.first else { return nil }
        unsafe scratch.initializeMemory(as: UInt8.self, repeating: 0, count: Self.paddingLength)
        unsafe scratch.storeBytes(
            of: UInt8(Self.paddingLength),
            toByteOffset: Self.paddingLength - 1,
            as: UInt8.self
        )
        let number = rtxNext
        rtxNext += 1
        let header = OutgoingHeader(
            payloadType: payloadType,
            marker: false,
            hasPadding: true,
            sequenceNumber: UInt16(truncatingIfNeeded: number),
            timestamp: newestTimestamp,
            ssrc: rtx
        )
        return unsafe OutgoingPacket(
            headerLength: header.write(
                to: out,
                transportSequenceID: track.transportSequenceID,
                transportSequence: transportSequence,
                orientationID: 0,
                orientation: nil
            ),
            payload: UnsafeRawBufferPointer(start: scratch, count: Self.paddingLength),
            packetIndex: UInt64(number),
            ssrc: rtx
        )
    }

    private mutating func writeSame(
        _ info: PacketInfo,
        number: Int64,
        from ring: PacketRing,
        to out: UnsafeMutableRawPointer
    ) -> OutgoingPacket? {
        let payloadType = payloadTypes[info.codec]
        guard payloadType != 0xFF else { return nil }
        var transportSequence: UInt16 = 0
        if let history {
            guard let remembered = history.transportSequence(of: number) else { return nil }
            transportSequence = remembered
        }
        resent += 1
        return unsafe OutgoingPacket(
            headerLength: header(info, payloadType: payloadType, number: number)
                .write(
                    to: out,
                    transportSequenceID: info.hasRoomForExtensions ? track.transportSequenceID : 0,
                    transportSequence: transportSequence,
                    orientationID: info.hasRoomForExtensions ? track.orientationID : 0,
                    orientation: info.orientation
                ),
            payload: UnsafeRawBufferPointer(start: ring.payload(at: info.index), count: Int(info.length)),
            packetIndex: UInt64(number),
            ssrc: track.ssrc
        )
    }
}

/// Which transport-wide number the newest packets went out with, so that a resend can repeat them to the bit.
struct ResendHistory {
    /// Packets remembered: more than two seconds at 10 Mbit/s.
    static let length = 2048

    private struct Sent {
        var number: Int64
        var transportSequence: UInt16
    }

    private let newest = Slab(repeating: Sent(number: -1, transportSequence: 0), count: length)

    mutating func add(_ number: Int64, _ transportSequence: UInt16) {
        newest[Int(number & Int64(Self.length - 1))] = Sent(
            number: number,
            transportSequence: transportSequence
        )
    }

    func transportSequence(of number: Int64) -> UInt16? {
        let sent = newest[Int(number & Int64(Self.length - 1))]
        return sent.number == number ? sent.transportSequence : nil
    }
}
