/// Takes apart frames of H.264 as files hold them: each NAL unit behind its length.
///
/// ISO/IEC 14496-15 §5.3.3.
struct H264Units {
    private static let keySlice: UInt8 = 5
    private static let sequenceParameterSet: UInt8 = 7
    private static let pictureParameterSet: UInt8 = 8
    /// Slices and parameter sets; all else is of no use to a decoder in a call.
    private static let wanted: Set<UInt8> = [
        1, 2, 3, 4, keySlice, sequenceParameterSet, pictureParameterSet,
    ]

    private let lengthSize: Int
    private let parameterSets: [[UInt8]]

    /// Reads the decoder configuration.
    ///
    /// - Throws: `unsupported` if there is none, which means that frames have start codes.
    init(configuration: Range<Int>, of file: [UInt8]) throws(ClipError) {
        let bytes = Array(file[configuration])
        guard bytes.count >= 7, bytes[0] == 1 else { throw .unsupported("H.264 with start codes") }
        lengthSize = Int(bytes[4] & 3) + 1
        var sets: [[UInt8]] = []
        var offset = 5
        for mask in [UInt8(31), 255] {
            guard offset < bytes.count else { throw .notMatroska }
            let count = bytes[offset] & mask
            offset += 1
            for _ in 0..<count {
                guard offset + 2 <= bytes.count else { throw .notMatroska }
                let start = offset + 2
                let end = start + Int(bytes[offset]) << 8 + Int(bytes[offset + 1])
                guard end > start, end <= bytes.count else { throw .notMatroska }
                sets.append(Array(bytes[start..<end]))
                offset = end
            }
        }
        parameterSets = sets
    }

    /// Puts the parameter sets behind the file, so that a range can name them.
    func appendParameterSets(to bytes: inout [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for set in parameterSets {
            ranges.append(bytes.count..<bytes.count + set.count)
            bytes += set
        }
        return ranges
    }

    /// The NAL units of a frame, without those that no decoder needs.
    ///
    /// - Throws: `notMatroska` if the lengths do not fit the frame.
    func split(_ frame: Range<Int>, of file: [UInt8]) throws(ClipError) -> [Range<Int>] {
        var units: [Range<Int>] = []
        var offset = frame.lowerBound
        while offset < frame.upperBound {
            guard offset + lengthSize <= frame.upperBound else { throw .notMatroska }
            let length = (offset..<offset + lengthSize).reduce(0) { $0 << 8 | Int(file[$1]) }
            let start = offset + lengthSize
            guard length > 0, length <= frame.upperBound - start else { throw .notMatroska }
            if Self.wanted.contains(file[start] & 31) { units.append(start..<start + length) }
            offset = start + length
        }
        return units
    }

    /// Whether a NAL unit of this first byte is a slice of a key frame.
    static func isKeySlice(_ header: UInt8) -> Bool { header & 31 == keySlice }

    /// Whether a NAL unit of this first byte is a parameter set.
    static func isParameterSet(_ header: UInt8) -> Bool {
        header & 31 == sequenceParameterSet || header & 31 == pictureParameterSet
    }
}
