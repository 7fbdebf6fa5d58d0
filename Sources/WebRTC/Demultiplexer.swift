/// What a datagram on the media port is, told by its first byte.
///
/// RFC 7983 §7.
public enum DatagramKind: Equatable, Sendable {
    /// 0 to 3.
    case stun
    /// 20 to 63.
    case dtls
    /// 128 to 191: SRTP or SRTCP.
    case srtp
    /// Nothing that we speak.
    case other

    /// The kind of a datagram with this first byte.
    @inlinable
    public init(firstByte: UInt8) {
        switch firstByte {
        case 0...3: self = .stun
        case 20...63: self = .dtls
        case 128...191: self = .srtp
        default: self = .other
        }
    }

    /// Whether a packet of kind `.srtp` with this second byte is RTCP: packet types 192 to 223.
    ///
    /// RFC 5761 §4.
    @inlinable
    public static func isRTCP(secondByte: UInt8) -> Bool {
        secondByte >= 192 && secondByte <= 223
    }
}
