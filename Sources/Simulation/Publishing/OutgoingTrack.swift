import RTP
import WebRTC

/// One source of a publisher: how its packets are numbered and marked.
struct OutgoingTrack: Sendable {
    let ssrc: UInt32
    let payloadType: UInt8
    let rtx: (ssrc: UInt32, payloadType: UInt8)?
    let clockRate: UInt32
    let mid: [UInt8]
    let midID: UInt8?
    let sendTimeID: UInt8?
    let transportID: UInt8?
    let baseTimestamp: UInt32

    /// The extended number of the next packet.
    ///
    /// The first is below 2^15: a receiver that misses the first packets could else not tell how often the number has
    /// wrapped (RFC 3711 §3.3.1).
    var next: Int64
    var nextRTX: Int64
    var sent: SentPackets
    var packetCount: UInt32 = 0
    var octetCount: UInt32 = 0

    init?(_ track: NegotiatedTrack, seed: inout SplitMix64, capacity: Int) {
        guard let sources = track.localSources, let codec = track.codecs.first else { return nil }
        ssrc = sources.primary
        payloadType = codec.payloadType
        rtx = sources.rtx.flatMap { source in codec.rtxPayloadType.map { (source, $0) } }
        clockRate = codec.clockRate
        mid = Array(track.mid.utf8)
        midID = track.extensions[.mid]
        sendTimeID = track.extensions[.absoluteSendTime]
        transportID = track.extensions[.transportWideCC]
        baseTimestamp = UInt32(truncatingIfNeeded: seed.next())
        next = Int64(seed.next() & 0x7FFF)
        nextRTX = Int64(seed.next() & 0x7FFF)
        sent = SentPackets(capacity: capacity)
    }

    /// The timestamp of a moment, given in nanoseconds since the start.
    func timestamp(_ elapsed: Int64) -> UInt32 {
        let ticks = Int128(elapsed) * Int128(clockRate) / 1_000_000_000
        return baseTimestamp &+ UInt32(truncatingIfNeeded: ticks)
    }

    /// Gives a packet its number and its times, and remembers it.
    mutating func stamp(
        _ packet: SentPackets.Packet,
        transportSequence: UInt16,
        at now: MonotonicTime
    ) -> SentPackets.Packet {
        var packet = packet
        packet.index = next
        packet.sendTime = AbsoluteSendTime(at: now).rawValue
        packet.transportSequence = transportSequence
        next += 1
        sent.append(packet)
        return packet
    }

    /// Counts a packet for sender reports.
    mutating func count(payload: Int) {
        packetCount &+= 1
        octetCount &+= UInt32(truncatingIfNeeded: payload)
    }

    /// Writes the header of a packet, or of its retransmission, whose number is `nextRTX`.
    func writeHeader(_ packet: SentPackets.Packet, isRTX: Bool = false, to bytes: inout [UInt8]) -> PacketTag
    {
        var extensions: [RTPHeader.ExtensionElement] = []
        if let midID, !mid.isEmpty { extensions.append((midID, mid)) }
        if let sendTimeID {
            let time = packet.sendTime
            extensions.append((sendTimeID, [16, 8, 0].map { UInt8(truncatingIfNeeded: time >> $0) }))
        }
        if let transportID {
            let number = packet.transportSequence
            extensions.append((transportID, [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]))
        }
        let source = (isRTX ? rtx : nil) ?? (ssrc: ssrc, payloadType: payloadType)
        let index = isRTX ? nextRTX : packet.index
        RTPHeader.write(
            marker: packet.marker,
            payloadType: source.payloadType,
            sequenceNumber: UInt16(truncatingIfNeeded: index),
            timestamp: packet.timestamp,
            ssrc: source.ssrc,
            extensions: extensions,
            to: &bytes
        )
        return PacketTag(headerLength: bytes.count, packetIndex: UInt64(index), ssrc: source.ssrc)
    }
}

/// What SRTP has to know of a packet.
struct PacketTag: Equatable {
    var headerLength: Int
    /// Rollover counter * 2^16 + sequence number.
    var packetIndex: UInt64
    var ssrc: UInt32
}

/// A small generator with a seed, for numbers that need not be secret.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
