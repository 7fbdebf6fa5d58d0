public import RTP

/// What was agreed with a viewer about one track.
public struct SubscriberTrack: Sendable {
    /// Sound or picture.
    public var kind: SourceTrack.Kind
    /// Our source of the track.
    public var ssrc: UInt32
    /// Our source of resends (RFC 4588); `nil` where resends repeat the packet itself.
    public var rtxSSRC: UInt32?
    /// Payload types of the codecs that the viewer takes.
    public var payloadTypes: [Codec: UInt8]
    /// Payload types of their resends.
    public var rtxPayloadTypes: [Codec: UInt8]
    /// Identifier of the transport-wide sequence number, 1 to 14; 0 where it is not agreed on.
    public var transportSequenceID: UInt8
    /// Identifier of the video orientation, 1 to 14; 0 where it is not agreed on.
    public var orientationID: UInt8
    /// Number of the first packet, below 2^15, so that no roll-over is ambiguous (RFC 3711 §3.3.1).
    public var firstSequence: UInt16

    /// A track with a source, and nothing agreed on.
    public init(kind: SourceTrack.Kind, ssrc: UInt32, firstSequence: UInt16) {
        self.kind = kind
        self.ssrc = ssrc
        self.firstSequence = firstSequence & 0x7FFF
        payloadTypes = [:]
        rtxPayloadTypes = [:]
        transportSequenceID = 0
        orientationID = 0
    }
}

extension Codec {
    /// Position in tables.
    var slot: Int {
        switch self {
        case .vp8: 0
        case .vp9: 1
        case .h264: 2
        case .av1: 3
        case .opus: 4
        case .red: 5
        }
    }
}

/// Payload types by codec, without hashing; 0xFF where there is none.
struct PayloadTypeTable {
    private var types = InlineArray<6, UInt8>(repeating: 0xFF)

    init(_ map: [Codec: UInt8]) {
        for (codec, type) in map { types[codec.slot] = type & 0x7F }
    }

    @inline(__always)
    subscript(_ codec: Codec) -> UInt8 { types[codec.slot] }

    /// Any of them.
    var first: UInt8? { types.indices.lazy.map { types[$0] }.first { $0 != 0xFF } }
}
