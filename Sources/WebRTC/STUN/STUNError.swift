/// Why a datagram is not a STUN message.
public enum STUNError: Error, Equatable, Sendable {
    /// It ends before its 20-byte header.
    case truncatedHeader
    /// The first two bits are not zero, or the magic cookie is not there.
    case notSTUN
    /// The length in the header is not that of what follows, or not a multiple of four.
    case wrongLength
    /// An attribute ends behind the message.
    case truncatedAttribute(type: UInt16)
    /// An attribute that we read does not have the length or content of its kind.
    case malformedAttribute(type: UInt16)
    /// The checksum at the end is wrong (RFC 8489 §14.7).
    case wrongFingerprint
}
