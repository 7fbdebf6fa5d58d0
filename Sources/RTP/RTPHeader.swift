/// The header of an RTP packet: its fields, and where in the datagram the rest lies.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|X|  CC   |M|     PT      |        sequence number        |
/// |                           timestamp                           |
/// |           synchronization source (SSRC) identifier            |
/// |            contributing sources (CC times 4 bytes)            |
/// |      profile (if X)           |   words of the extension      |
/// |                      extension elements                       |
/// ```
///
/// A plain value: the bytes stay in the buffer, and ranges count from the start of the datagram.
/// RFC 3550 §5.1, RFC 8285 §4.
public struct RTPHeader: Equatable, Sendable {
    /// The length of the fixed header in bytes.
    public static let fixedLength = 12

    /// The meaning is the payload format's: for video the last packet of a frame.
    public var marker: Bool
    /// 0 to 127.
    public var payloadType: UInt8
    /// Counts packets of this source, modulo 2^16.
    public var sequenceNumber: UInt16
    /// When the payload was sampled, in units of the payload's clock rate, modulo 2^32.
    public var timestamp: UInt32
    /// The synchronization source.
    public var ssrc: UInt32
    /// What defines the extension block: 0xBEDE (one-byte elements), 0x100x (two-byte); 0 if there is none.
    public var extensionProfile: UInt16
    /// The body of the extension block, behind its own four bytes; empty if there is none.
    public var extensions: Range<Int>
    /// The payload without padding.
    public var payload: Range<Int>
    /// The bytes of padding behind the payload, their count included.
    public var paddingCount: Int
    /// The length of the header with contributing sources and extensions, in bytes.
    public var length: Int

    /// Reads the header of a plaintext packet that fills `datagram`.
    ///
    /// - Throws: Any case of `RTPError`.
    public init(parsing datagram: Span<UInt8>) throws(RTPError) {
        try self.init(parsingProtected: datagram)
        try resolvePadding(in: datagram)
    }

    /// Reads the header of a packet whose payload is still encrypted (RFC 3711 §3.1).
    ///
    /// SRTP leaves the header in the clear, but encrypts the padding count: `payload` reaches to the end of
    /// the datagram until `resolvePadding(in:)` is called with the plaintext.
    ///
    /// - Throws: Any case of `RTPError` but `invalidPadding`.
    public init(parsingProtected datagram: Span<UInt8>) throws(RTPError) {
        let count = datagram.count
        guard count >= Self.fixedLength else { throw .truncatedHeader }
        let first = datagram[0]
        guard first >> 6 == 2 else { throw .unsupportedVersion(first >> 6) }
        let second = datagram[1]
        marker = second & 0x80 != 0
        payloadType = second & 0x7F
        sequenceNumber = datagram.uint16(at: 2)
        timestamp = datagram.uint32(at: 4)
        ssrc = datagram.uint32(at: 8)
        paddingCount = 0
        extensionProfile = 0

        var offset = Self.fixedLength &+ Int(first & 0x0F) &* 4
        extensions = offset..<offset
        if first & 0x10 != 0 {
            guard count >= offset &+ 4 else {
                throw count < offset ? .truncatedHeader : .truncatedExtension
            }
            let end = offset &+ 4 &+ Int(datagram.uint16(at: offset &+ 2)) &* 4
            guard count >= end else { throw .truncatedExtension }
            extensionProfile = datagram.uint16(at: offset)
            extensions = offset &+ 4..<end
            offset = end
        }
        guard count >= offset else { throw .truncatedHeader }
        length = offset
        payload = offset..<count
    }

    /// Takes the padding off the payload, now that it can be read.
    ///
    /// - Parameter plaintext: The decrypted packet, without authentication tag.
    /// - Throws: `invalidPadding`, also if `plaintext` is shorter than the header.
    public mutating func resolvePadding(in plaintext: Span<UInt8>) throws(RTPError) {
        let count = plaintext.count
        guard count >= length else { throw .invalidPadding }
        guard plaintext[0] & 0x20 != 0 else {
            payload = length..<count
            return
        }
        guard count > length else { throw .invalidPadding }
        let padding = Int(plaintext[count &- 1])
        guard padding > 0, padding <= count &- length else { throw .invalidPadding }
        paddingCount = padding
        payload = length..<count &- padding
    }
}
