/// Reads what a retransmission says about the packet that it repeats.
///
/// The payload of a retransmission is the original sequence number (two bytes) and the original payload;
/// timestamp and marker are the original ones. RFC 4588 §4.
public enum RTX {
    /// The bytes before the original payload.
    public static let headerLength = 2

    /// The sequence number of the repeated packet.
    ///
    /// - Parameter payload: The payload of the retransmission, without padding.
    /// - Returns: `nil` if it repeats nothing: browsers probe for bandwidth with padding on this source.
    public static func originalSequenceNumber(in payload: Span<UInt8>) -> UInt16? {
        guard payload.count >= headerLength else { return nil }
        return payload.uint16(at: 0)
    }

    /// Where in the datagram the repeated payload lies; `nil` as above.
    public static func originalPayload(of header: RTPHeader) -> Range<Int>? {
        guard header.payload.count >= headerLength else { return nil }
        return header.payload.lowerBound &+ headerLength..<header.payload.upperBound
    }
}
