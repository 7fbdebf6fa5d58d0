/// A packet whose header has been written, for the cipher.
@unsafe public struct OutgoingPacket {
    /// Bytes of header, extensions included.
    public var headerLength: Int
    /// Where the payload is.
    public var payload: UnsafeRawBufferPointer
    /// Roll-over counter and sequence number, 48 bits (RFC 3711 §3.3.1).
    public var packetIndex: UInt64
    /// Its source.
    public var ssrc: UInt32
}

/// Writes RTP headers for viewers.
///
/// ```
/// | V=2 P X CC=0 | M PT | sequence number | timestamp | SSRC |
/// | 0xBE 0xDE | words | ID 1 | transport-wide number | ID 0 | orientation | padding |
/// ```
///
/// RFC 3550 §5.1, RFC 8285 §4.2.
struct OutgoingHeader {
    /// The most bytes that a header takes.
    static let longest = 24

    var payloadType: UInt8
    var marker: Bool
    var hasPadding: Bool
    var sequenceNumber: UInt16
    var timestamp: UInt32
    var ssrc: UInt32

    /// Writes the header and its extensions at `out`, which has room for ``longest`` bytes.
    ///
    /// - Returns: Its length.
    @inline(__always)
    func write(
        to out: UnsafeMutableRawPointer,
        transportSequenceID: UInt8,
        transportSequence: UInt16,
        orientationID: UInt8,
        orientation: UInt8?
    ) -> Int {
        var words = 0
        if transportSequenceID != 0 { words = 1 }
        let carriesOrientation = orientationID != 0 && orientation != nil
        if carriesOrientation { words += 1 }
        let first: UInt8 = 0x80 | (hasPadding ? 0x20 : 0) | (words > 0 ? 0x10 : 0)
        let start =
            UInt32(first) << 24 | UInt32(payloadType | (marker ? 0x80 : 0)) << 16 | UInt32(sequenceNumber)
        unsafe out.storeBytes(of: start.bigEndian, as: UInt32.self)
        unsafe out.storeBytes(of: timestamp.bigEndian, toByteOffset: 4, as: UInt32.self)
        unsafe out.storeBytes(of: ssrc.bigEndian, toByteOffset: 8, as: UInt32.self)
        guard words > 0 else { return 12 }
        unsafe out.storeBytes(of: (0xBEDE_0000 | UInt32(words)).bigEndian, toByteOffset: 12, as: UInt32.self)
        var offset = 16
        if transportSequenceID != 0 {
            // One byte of padding fills the word.
            let element = UInt32(transportSequenceID << 4 | 1) << 24 | UInt32(transportSequence) << 8
            unsafe out.storeBytes(of: element.bigEndian, toByteOffset: offset, as: UInt32.self)
            offset += 4
        }
        if carriesOrientation, let orientation {
            let element = UInt32(orientationID << 4) << 24 | UInt32(orientation) << 16
            unsafe out.storeBytes(of: element.bigEndian, toByteOffset: offset, as: UInt32.self)
            offset += 4
        }
        return offset
    }
}
