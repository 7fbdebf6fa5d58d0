/// The aggregation header of AV1, and the type of the first unit (OBU) behind it.
///
/// ```
/// |Z|Y| W |N|-|-|-|
/// ```
///
/// RTP Payload Format For AV1 (v1.0.0) §4.4.
public struct AV1Payload: Equatable, Sendable {
    /// Types of units (AV1 Bitstream & Decoding Process Specification §6.2.2).
    public enum UnitType {
        /// Of a coded video sequence.
        public static let sequenceHeader: UInt8 = 1
        /// Between pictures; packets carry none.
        public static let temporalDelimiter: UInt8 = 2
        /// Of a frame whose tiles are units of their own.
        public static let frameHeader: UInt8 = 3
        /// Of the picture or the sequence.
        public static let metadata: UInt8 = 5
        /// A header with its tiles.
        public static let frame: UInt8 = 6
        /// Of large scale tile decoding.
        public static let tileList: UInt8 = 8
        /// Nothing.
        public static let padding: UInt8 = 15
    }

    /// Whether the first unit continues one of the packet before (Z).
    public var continuesUnit: Bool
    /// Whether the last unit continues in the next packet (Y).
    public var isContinued: Bool
    /// The count of units, 0 if each of them carries its length (W).
    public var unitCount: UInt8
    /// Whether a coded video sequence begins, and so a key frame (N).
    public var startsSequence: Bool

    /// Reads the header; `nil` if nothing follows it.
    public init?(parsing payload: Span<UInt8>) {
        guard payload.count >= 2 else { return nil }
        let header = payload[0]
        continuesUnit = header & 0x80 != 0
        isContinued = header & 0x40 != 0
        unitCount = header >> 4 & 0x03
        startsSequence = header & 0x08 != 0
    }

    static func inspect(_ payload: Span<UInt8>) -> PayloadInspection {
        guard
            let header = AV1Payload(parsing: payload), !header.continuesUnit,
            let offset = header.firstUnitOffset(in: payload)
        else {
            return .continuation
        }
        let unit = payload[offset]
        // The forbidden bit and the type.
        switch unit >> 3 {
        case UnitType.sequenceHeader, UnitType.temporalDelimiter, UnitType.frameHeader, UnitType.metadata,
            UnitType.frame:
            return PayloadInspection(startsFrame: true, startsKeyFrame: header.startsSequence)
        default:
            // Tile groups and padding begin no frame.
            return .continuation
        }
    }

    /// Where the first unit begins: behind its length in LEB128, unless it alone fills the packet.
    private func firstUnitOffset(in payload: Span<UInt8>) -> Int? {
        guard unitCount != 1 else { return 1 }
        var length = 0
        // Three groups of seven bits are more than any datagram.
        for index in 0..<3 {
            guard let byte = payload.byte(at: 1 + index) else { return nil }
            length |= Int(byte & 0x7F) << (7 * index)
            if byte & 0x80 == 0 {
                let start = 2 + index
                return length > 0 && start + length <= payload.count ? start : nil
            }
        }
        return nil
    }
}
