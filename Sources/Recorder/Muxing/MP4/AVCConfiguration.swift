/// An AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1).
struct AVCConfiguration {
    var sequenceParameterSets: [[UInt8]]
    var pictureParameterSets: [[UInt8]]

    /// The record, with NAL units behind four bytes of length.
    var record: [UInt8] {
        // What does not fit the fields, or is absurdly long, is left out; players take it from the stream.
        let sequences = sequenceParameterSets.filter { (4...4_096).contains($0.count) }.prefix(31)
        let pictures = pictureParameterSets.filter { (1...4_096).contains($0.count) }.prefix(255)
        let first = sequences.first ?? [0x67, 66, 0xC0, 31]
        var writer = BoxWriter()
        writer.append([1, first[1], first[2], first[3], 0xFC | 3])
        writer.uint8(0xE0 | UInt8(sequences.count))
        for unit in sequences { Self.append(unit, to: &writer) }
        writer.uint8(UInt8(pictures.count))
        for unit in pictures { Self.append(unit, to: &writer) }
        if Self.hasChromaFormat(first[1]) {
            let format = ChromaFormat(sequenceParameterSet: first) ?? ChromaFormat()
            writer.append([0xFC | format.chroma, 0xF8 | format.lumaDepth, 0xF8 | format.chromaDepth, 0])
        }
        return writer.bytes
    }

    private static func append(_ unit: [UInt8], to writer: inout BoxWriter) {
        writer.uint16(UInt16(truncatingIfNeeded: unit.count))
        writer.append(unit)
    }

    /// Whether sequence parameter sets of a profile say a chroma format, and so the record has to.
    ///
    /// ITU-T H.264 §7.3.2.1.1.
    private static func hasChromaFormat(_ profile: UInt8) -> Bool {
        [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135, 144].contains(profile)
    }
}

/// Chroma format and bit depths, the latter less 8, of a sequence parameter set of a high profile.
private struct ChromaFormat {
    var chroma: UInt8 = 1
    var lumaDepth: UInt8 = 0
    var chromaDepth: UInt8 = 0

    init() {}

    /// ITU-T H.264 §7.3.2.1.1; `nil` if it ends too early.
    init?(sequenceParameterSet unit: [UInt8]) {
        var bits = ExpGolombReader(unit.dropFirst(4).prefix(32))
        guard bits.next() != nil, let chroma = bits.next(), chroma <= 3 else { return nil }
        if chroma == 3 { bits.skip(1) }
        guard let luma = bits.next(), luma <= 6, let depth = bits.next(), depth <= 6 else { return nil }
        self.chroma = UInt8(chroma)
        lumaDepth = UInt8(luma)
        chromaDepth = UInt8(depth)
    }
}

/// Reads numbers of the code ue(v) (ITU-T H.264 §9.1).
private struct ExpGolombReader {
    private var bytes: [UInt8] = []
    private var position = 0

    init(_ content: ArraySlice<UInt8>) {
        // Emulation prevention (§7.4.1): a 3 behind two zeros is not content.
        for byte in content where !(byte == 3 && bytes.suffix(2) == [0, 0]) { bytes.append(byte) }
    }

    mutating func skip(_ count: Int) {
        position += count
    }

    mutating func next() -> UInt32? {
        var zeros = 0
        while let bit = bit() {
            guard bit == 0 else {
                var value: UInt32 = 1
                for _ in 0..<zeros {
                    guard let next = self.bit() else { return nil }
                    value = value << 1 | next
                }
                return value - 1
            }
            zeros += 1
            guard zeros < 32 else { return nil }
        }
        return nil
    }

    private mutating func bit() -> UInt32? {
        guard position < bytes.count * 8 else { return nil }
        defer { position += 1 }
        return UInt32(bytes[position / 8] >> UInt8(7 - position % 8)) & 1
    }
}
