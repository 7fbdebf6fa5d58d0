/// Walks the packets of a compound RTCP datagram.
///
/// Any packet may come first, as reduced-size RTCP allows (RFC 5506 §3.4.2). A malformed packet is reported
/// once and passed over: the next call reads the one behind it. Where not even the length can be believed
/// the walk ends. RFC 3550 §6.1.
///
/// Deviates from §6.4.1 in that padding need not come in fours, nor only at the end of the datagram: browsers
/// fill up each transport-wide feedback with one to three bytes.
///
/// ```swift
/// var reader = RTCPReader()
/// while let packet = try reader.next(in: datagram) { … }
/// ```
public struct RTCPReader: Sendable {
    private var offset = 0

    /// A reader at the first packet.
    public init() {}

    /// The next packet.
    ///
    /// - Parameter datagram: The whole compound packet in plaintext, the same at each call.
    /// - Returns: `nil` at the end.
    /// - Throws: `malformed` or `invalidPadding` for this packet only; any other case ends the walk.
    public mutating func next(in datagram: Span<UInt8>) throws(RTCPError) -> RTCPPacket? {
        let start = offset
        guard start < datagram.count else { return nil }
        offset = datagram.count
        guard start + 4 <= datagram.count else { throw .truncatedHeader }
        let first = datagram[start]
        guard first >> 6 == 2 else { throw .unsupportedVersion(first >> 6) }
        var end = start + 4 + Int(datagram.uint16(at: start + 2)) * 4
        guard end <= datagram.count else { throw .truncatedPacket }
        offset = end

        if first & 0x20 != 0 {
            let padding = Int(datagram[end - 1])
            guard padding > 0, padding <= end - start - 4 else { throw .invalidPadding }
            end -= padding
        }
        let type = datagram[start + 1]
        let format = first & 0x1F
        guard
            let packet = RTCPPacket(
                parsing: datagram.extracting(start..<end),
                type: type,
                format: format
            )
        else {
            throw .malformed(type: type, format: format)
        }
        return packet
    }
}
