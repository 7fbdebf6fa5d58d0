/// The payload descriptor of VP9, as far as forwarding needs it.
///
/// ```
/// |I|P|L|F|B|E|V|Z|
/// |M| picture ID  |   if I; 15 bits if M
/// | TID |U| SID |D|   if L
/// |   TL0PICIDX   |   if L and not F
/// |  P_DIFF     |N|   if F and P, up to three
/// |  scalability structure, if V
/// ```
///
/// RFC 9628 §4.2.
public struct VP9Payload: Equatable, Sendable {
    /// Whether the frame is predicted from earlier ones.
    public var isInterPredicted: Bool
    /// Whether the packet is the first of a layer's frame.
    public var startsLayerFrame: Bool
    /// Whether the packet is the last of a layer's frame.
    public var endsLayerFrame: Bool
    /// The number of the picture, 7 or 15 bits.
    public var pictureID: UInt16?
    /// The temporal layer, 0 to 7.
    public var temporalLayer: UInt8
    /// The spatial layer, 0 to 7.
    public var spatialLayer: UInt8
    /// Whether the layer needs the spatial layer below it.
    public var isInterLayerPredicted: Bool
    /// The length of the descriptor.
    public var length: Int

    /// Whether the packet is the first of its picture.
    public var startsFrame: Bool { startsLayerFrame && spatialLayer == 0 }

    /// Reads the descriptor; `nil` if it does not end before the payload does.
    public init?(parsing payload: Span<UInt8>) {
        guard let first = payload.byte(at: 0) else { return nil }
        isInterPredicted = first & 0x40 != 0
        startsLayerFrame = first & 0x08 != 0
        endsLayerFrame = first & 0x04 != 0
        temporalLayer = 0
        spatialLayer = 0
        isInterLayerPredicted = false
        length = 1
        let isFlexible = first & 0x10 != 0
        if first & 0x80 != 0 {
            guard let high = payload.byte(at: length) else { return nil }
            length += 1
            pictureID = UInt16(high & 0x7F)
            if high & 0x80 != 0 {
                guard let low = payload.byte(at: length) else { return nil }
                length += 1
                pictureID = UInt16(high & 0x7F) << 8 | UInt16(low)
            }
        }
        if first & 0x20 != 0 {
            guard let layers = payload.byte(at: length) else { return nil }
            temporalLayer = layers >> 5
            spatialLayer = layers >> 1 & 0x07
            isInterLayerPredicted = layers & 1 != 0
            length += isFlexible ? 1 : 2
        }
        if isFlexible, isInterPredicted {
            guard let count = Self.referenceCount(payload, at: length) else { return nil }
            length += count
        }
        if first & 0x02 != 0 {
            guard let count = Self.scalabilityStructureLength(payload, at: length) else { return nil }
            length += count
        }
        guard payload.count > length else { return nil }
    }

    /// The bytes of reference differences: at most three, each says whether another follows (§4.2).
    private static func referenceCount(_ payload: Span<UInt8>, at offset: Int) -> Int? {
        for count in 1...3 {
            guard let difference = payload.byte(at: offset + count - 1) else { return nil }
            if difference & 1 == 0 { return count }
        }
        return nil
    }

    /// The bytes of the scalability structure (§4.2.1).
    ///
    /// ```
    /// | N_S |Y|G|-|-|-|
    /// |  width, height: 16 bits each   |   if Y, N_S + 1 times
    /// |      N_G      |                    if G
    /// | TID |U| R |-|-| and R bytes        N_G times
    /// ```
    private static func scalabilityStructureLength(_ payload: Span<UInt8>, at start: Int) -> Int? {
        guard let first = payload.byte(at: start) else { return nil }
        var offset = start + 1
        if first & 0x10 != 0 {
            offset += (Int(first >> 5) + 1) * 4
        }
        if first & 0x08 != 0 {
            guard let pictures = payload.byte(at: offset) else { return nil }
            offset += 1
            for _ in 0..<pictures {
                guard let picture = payload.byte(at: offset) else { return nil }
                offset += 1 + Int(picture >> 2 & 0x03)
            }
        }
        return offset - start
    }

    static func inspect(_ payload: Span<UInt8>) -> PayloadInspection {
        guard let descriptor = VP9Payload(parsing: payload), descriptor.startsFrame else {
            return .continuation
        }
        return PayloadInspection(startsFrame: true, startsKeyFrame: !descriptor.isInterPredicted)
    }
}
