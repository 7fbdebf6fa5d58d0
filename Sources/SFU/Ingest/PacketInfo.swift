public import RTP

/// What is known of one packet in a track's ring, without its payload.
public struct PacketInfo: Sendable {
    /// Position in the track: extended sequence number, continuous over publishers that come and go.
    public var index: Int64
    /// When it arrived.
    public var arrival: MonotonicTime
    /// RTP timestamp on the track's own line, continuous over publishers that come and go.
    public var timestamp: UInt32
    /// Bytes of payload in the ring, padding included.
    public var length: UInt16
    /// Bytes of padding at its end, the last of which holds their number (RFC 3550 §5.1).
    public var padding: UInt8
    /// Its payload format.
    public var codec: Codec
    /// Last packet of a frame, or first after silence.
    public var marker: Bool
    /// Whether a frame begins with it.
    public var startsFrame: Bool
    /// Whether a frame begins with it that needs no other.
    public var startsKeyFrame: Bool
    /// Coordination of video orientation, if the packet carried it (3GPP TS 26.114 §7.4.5).
    public var orientation: UInt8?

    /// Whether header extensions, the number of a resend, and the tag fit beside the payload.
    @inline(__always)
    var hasRoomForExtensions: Bool { length <= SFULimits.longestExtended }

    /// A packet without payload.
    public init(index: Int64, arrival: MonotonicTime, timestamp: UInt32, codec: Codec) {
        self.index = index
        self.arrival = arrival
        self.timestamp = timestamp
        self.codec = codec
        length = 0
        padding = 0
        marker = false
        startsFrame = false
        startsKeyFrame = false
        orientation = nil
    }
}
