public import RTP

/// A packet of a track as the recorder takes it: decrypted, without padding.
public struct TrackPacket: Equatable, Sendable {
    /// Position in the track: extended sequence number, which never begins anew.
    public var index: Int64
    /// When it arrived.
    public var arrival: MonotonicTime
    /// RTP timestamp on the track's own line.
    public var timestamp: UInt32
    /// Its payload format.
    public var codec: Codec
    /// Last packet of a frame, or first after silence.
    public var marker: Bool
    /// Empty if the packet held nothing but padding.
    public var payload: [UInt8]

    /// A packet of these parts.
    public init(
        index: Int64,
        arrival: MonotonicTime,
        timestamp: UInt32,
        codec: Codec,
        marker: Bool,
        payload: [UInt8]
    ) {
        self.index = index
        self.arrival = arrival
        self.timestamp = timestamp
        self.codec = codec
        self.marker = marker
        self.payload = payload
    }
}
