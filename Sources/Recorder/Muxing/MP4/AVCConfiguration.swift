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

    /// Whether sequence parameter sets of a profile say a chroma format, and so the record has to: 144 was withdrawn.
    private static func hasChromaFormat(_ profile: UInt8) -> Bool {
        H264SequenceParameterSet.highProfiles.contains(profile) || profile == 144
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
        let content = H264Unit.withoutEmulationPrevention(unit.dropFirst(4).prefix(32))
        var reader = BitReader(content[...])
        _ = reader.unsignedExpGolomb()
        let chroma = reader.unsignedExpGolomb()
        if chroma == 3 { reader.skip(1) }
        let (luma, depth) = (reader.unsignedExpGolomb(), reader.unsignedExpGolomb())
        guard !reader.hasOverrun, chroma <= 3, luma <= 6, depth <= 6 else { return nil }
        self.chroma = UInt8(chroma)
        lumaDepth = UInt8(luma)
        chromaDepth = UInt8(depth)
    }
}
