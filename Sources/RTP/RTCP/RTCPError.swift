/// Why a datagram, or one packet in it, is not RTCP.
public enum RTCPError: Error, Equatable, Sendable {
    /// Fewer than four bytes are left where a packet should begin.
    case truncatedHeader
    /// The version of a packet is not 2.
    case unsupportedVersion(UInt8)
    /// A packet ends behind the datagram.
    case truncatedPacket
    /// The padding count is 0, or larger than the packet.
    case invalidPadding
    /// The content of a packet of this type and format does not fit into its length, or contradicts itself.
    case malformed(type: UInt8, format: UInt8)
}
