/// Looks into the payload of H.264, of which there are three kinds: one NAL unit, several in one packet
/// (STAP-A), or a part of one (FU-A).
///
/// ```
/// |F|NRI|  type   | NAL unit …                                  types 1 to 23
/// |F|NRI|   24    | size, 16 bits | NAL unit | size | …         STAP-A
/// |F|NRI|   28    |S|E|R|  type   | part of the NAL unit …      FU-A
/// ```
///
/// A key frame begins at its sequence parameter set, not at its slice: what is passed on has no parameter
/// sets but those in the stream, and a decoder without them shows nothing. RFC 6184 §5.2, §5.7.1, §5.8.
public enum H264Payload {
    /// Types of NAL units (ITU-T H.264 table 7-1), and of packets (RFC 6184 §5.2).
    public enum UnitType {
        /// Of a picture that is no IDR picture.
        public static let slice: UInt8 = 1
        /// The first part of a slice in three.
        public static let dataPartitionA: UInt8 = 2
        /// Of an IDR picture.
        public static let keySlice: UInt8 = 5
        /// SEI.
        public static let supplementalInformation: UInt8 = 6
        /// SPS.
        public static let sequenceParameterSet: UInt8 = 7
        /// PPS.
        public static let pictureParameterSet: UInt8 = 8
        /// What a picture may begin with.
        public static let accessUnitDelimiter: UInt8 = 9
        /// Nothing, for a constant rate.
        public static let fillerData: UInt8 = 12
        /// The last type that is a NAL unit, and not a packet of a kind of its own.
        public static let lastUnit: UInt8 = 23
        /// STAP-A, and three kinds for interleaved packets behind it.
        public static let aggregation: UInt8 = 24
        /// MTAP24.
        public static let lastAggregation: UInt8 = 27
        /// FU-A.
        public static let fragment: UInt8 = 28
        /// FU-B.
        public static let interleavedFragment: UInt8 = 29
    }

    static func inspect(_ payload: Span<UInt8>) -> PayloadInspection {
        guard let header = payload.byte(at: 0) else { return .continuation }
        switch header & 0x1F {
        case UnitType.aggregation:
            return inspectAggregation(payload)
        case UnitType.fragment:
            guard let fragment = payload.byte(at: 1), fragment & 0x80 != 0 else { return .continuation }
            return inspectUnit(type: fragment & 0x1F, body: payload.byte(at: 2))
        case let type:
            return inspectUnit(type: type, body: payload.byte(at: 1))
        }
    }

    private static func inspectAggregation(_ payload: Span<UInt8>) -> PayloadInspection {
        var result = PayloadInspection.continuation
        var offset = 1
        while offset < payload.count {
            guard offset + 3 <= payload.count else { return .continuation }
            let start = offset + 2
            let end = start + Int(payload.uint16(at: offset))
            guard end > start, end <= payload.count else { return .continuation }
            let unit = inspectUnit(
                type: payload[start] & 0x1F,
                body: start + 1 < end ? payload[start + 1] : nil
            )
            // Only the first unit can be the first of the frame; a parameter set may follow a delimiter.
            if offset == 1 {
                result.startsFrame = unit.startsFrame
            }
            result.startsKeyFrame = result.startsKeyFrame || unit.startsKeyFrame
            offset = end
        }
        return result.startsFrame ? result : .continuation
    }

    /// - Parameter body: The byte behind the header of the NAL unit.
    private static func inspectUnit(type: UInt8, body: UInt8?) -> PayloadInspection {
        switch type {
        case UnitType.slice, UnitType.dataPartitionA, UnitType.keySlice:
            // A slice begins with the number of its first macroblock, Exp-Golomb coded: a single 1 is 0.
            guard let body, body & 0x80 != 0 else { return .continuation }
            return PayloadInspection(startsFrame: true, startsKeyFrame: false)
        case UnitType.sequenceParameterSet:
            return PayloadInspection(startsFrame: body != nil, startsKeyFrame: body != nil)
        case UnitType.supplementalInformation, UnitType.pictureParameterSet, UnitType.accessUnitDelimiter:
            return PayloadInspection(startsFrame: body != nil, startsKeyFrame: false)
        default:
            return .continuation
        }
    }
}
