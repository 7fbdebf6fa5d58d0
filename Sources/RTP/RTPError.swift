/// Why a datagram is not an RTP packet.
public enum RTPError: Error, Equatable, Sendable {
    /// It ends before the 12 bytes of the fixed header, or before its contributing sources.
    case truncatedHeader
    /// Its version is not 2.
    case unsupportedVersion(UInt8)
    /// The header extension ends behind the datagram.
    case truncatedExtension
    /// The padding count is 0, or larger than what follows the header.
    case invalidPadding
}
