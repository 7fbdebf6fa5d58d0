/// The payload descriptor of VP8, and where the bitstream behind it begins.
///
/// ```
/// |X|R|N|S|R| PID |
/// |I|L|T|K|  RSV  |   if X
/// |M| picture ID  |   if I; 15 bits if M
/// |   TL0PICIDX   |   if L
/// |TID|Y| KEYIDX  |   if T or K
/// ```
///
/// RFC 7741 §4.2.
public struct VP8Payload: Equatable, Sendable {
    /// Whether no other frame depends on this one.
    public var isNonReference: Bool
    /// Whether a partition begins in this packet.
    public var startsPartition: Bool
    /// The partition that the packet belongs to, 0 to 7.
    public var partitionIndex: UInt8
    /// The number of the picture, 7 or 15 bits.
    public var pictureID: UInt16?
    /// The number of the last frame of the base layer.
    public var baseLayerIndex: UInt8?
    /// The temporal layer, 0 to 3.
    public var temporalLayer: UInt8?
    /// The length of the descriptor.
    public var length: Int

    /// Whether the packet is the first of its frame.
    public var startsFrame: Bool { startsPartition && partitionIndex == 0 }

    /// Reads the descriptor; `nil` if it does not end before the payload does.
    public init?(parsing payload: Span<UInt8>) {
        guard let first = payload.byte(at: 0) else { return nil }
        isNonReference = first & 0x20 != 0
        startsPartition = first & 0x10 != 0
        partitionIndex = first & 0x07
        length = 1
        guard first & 0x80 != 0 else {
            guard payload.count > length else { return nil }
            return
        }
        guard let present = payload.byte(at: 1) else { return nil }
        length = 2
        if present & 0x80 != 0 {
            guard let high = payload.byte(at: length) else { return nil }
            length += 1
            pictureID = UInt16(high & 0x7F)
            if high & 0x80 != 0 {
                guard let low = payload.byte(at: length) else { return nil }
                length += 1
                pictureID = UInt16(high & 0x7F) << 8 | UInt16(low)
            }
        }
        if present & 0x40 != 0 {
            guard let index = payload.byte(at: length) else { return nil }
            length += 1
            baseLayerIndex = index
        }
        if present & 0x30 != 0 {
            guard let layer = payload.byte(at: length) else { return nil }
            length += 1
            temporalLayer = present & 0x20 != 0 ? layer >> 6 : nil
        }
        guard payload.count > length else { return nil }
    }

    static func inspect(_ payload: Span<UInt8>) -> PayloadInspection {
        guard let descriptor = VP8Payload(parsing: payload), descriptor.startsFrame else {
            return .continuation
        }
        // The first bit of the frame tag is 0 for a key frame (RFC 6386 §9.1).
        return PayloadInspection(startsFrame: true, startsKeyFrame: payload[descriptor.length] & 1 == 0)
    }
}
