/// The sequence header of AV1, as far as containers ask for it.
///
/// AV1 Bitstream & Decoding Process Specification §5.5.
struct AV1SequenceHeader: Equatable {
    var profile: UInt8
    /// Of the first operating point.
    var level: UInt8 = 0
    /// Of the first operating point.
    var isHighTier = false
    /// Whether frame headers are left out of a still picture's frames.
    var isReduced: Bool
    /// The most that a frame may have.
    var size = PictureSize(width: 1, height: 1)
    var color = Color()

    /// What a decoder needs to know of samples (§5.5.2).
    struct Color: Equatable {
        var isHighBitDepth = false
        var isTwelveBit = false
        var isMonochrome = false
        var isSubsampledHorizontally = true
        var isSubsampledVertically = true
        var samplePosition: UInt8 = 0
    }

    /// Reads the payload of the unit; `nil` if it is cut off or breaks the syntax.
    init?(parsing payload: ArraySlice<UInt8>) {
        var reader = BitReader(payload)
        profile = UInt8(truncatingIfNeeded: reader.bits(3))
        guard profile <= 2 else { return nil }
        reader.skip(1)
        isReduced = reader.flag()
        if isReduced {
            level = UInt8(truncatingIfNeeded: reader.bits(5))
        } else {
            readOperatingPoints(&reader)
        }
        let widthBits = Int(reader.bits(4)) + 1
        let heightBits = Int(reader.bits(4)) + 1
        let width = Int(reader.bits(widthBits)) + 1
        size = PictureSize(width: width, height: Int(reader.bits(heightBits)) + 1)
        if !isReduced, reader.flag() { reader.skip(4 + 3) }
        readTools(&reader)
        readColor(&reader)
        // Separate quantizers of U and V are the last of the color; a film grain flag ends the header.
        if reader.hasOverrun { return nil }
    }

    private mutating func readOperatingPoints(_ reader: inout BitReader) {
        var delayBits: Int?
        if reader.flag() {
            // timing_info(); the last field is an Exp-Golomb code.
            reader.skip(32 + 32)
            if reader.flag() { _ = reader.unsignedExpGolomb() }
            if reader.flag() {
                delayBits = Int(reader.bits(5)) + 1
                reader.skip(32 + 5 + 5)
            }
        }
        let hasDisplayDelays = reader.flag()
        let count = reader.bits(5) + 1
        for point in 0..<count {
            reader.skip(12)
            let level = UInt8(truncatingIfNeeded: reader.bits(5))
            let isHighTier = level > 7 ? reader.flag() : false
            if point == 0 {
                self.level = level
                self.isHighTier = isHighTier
            }
            if let delayBits, reader.flag() { reader.skip(delayBits * 2 + 1) }
            if hasDisplayDelays, reader.flag() { reader.skip(4) }
        }
    }

    private func readTools(_ reader: inout BitReader) {
        reader.skip(3)
        if !isReduced {
            reader.skip(4)
            let hasOrderHints = reader.flag()
            if hasOrderHints { reader.skip(2) }
            // Each frame chooses its tools for screen content, or the sequence does.
            let mayBeScreenContent = reader.flag() || reader.flag()
            if mayBeScreenContent, !reader.flag() { reader.skip(1) }
            if hasOrderHints { reader.skip(3) }
        }
        reader.skip(3)
    }

    private mutating func readColor(_ reader: inout BitReader) {
        color.isHighBitDepth = reader.flag()
        if profile == 2, color.isHighBitDepth { color.isTwelveBit = reader.flag() }
        if profile != 1 { color.isMonochrome = reader.flag() }
        var description: UInt32 = 0x02_02_02
        if reader.flag() { description = reader.bits(24) }
        if color.isMonochrome {
            reader.skip(1)
            return
        }
        // BT.709 primaries with sRGB transfer and identity matrix: RGB, of full range.
        if description == 0x01_0D_00 {
            color.isSubsampledHorizontally = false
            color.isSubsampledVertically = false
        } else {
            reader.skip(1)
            if profile == 1 {
                color.isSubsampledHorizontally = false
                color.isSubsampledVertically = false
            } else if profile == 2 {
                color.isSubsampledHorizontally = color.isTwelveBit ? reader.flag() : true
                color.isSubsampledVertically =
                    color.isTwelveBit && color.isSubsampledHorizontally ? reader.flag() : false
            }
            if color.isSubsampledHorizontally, color.isSubsampledVertically {
                color.samplePosition = UInt8(truncatingIfNeeded: reader.bits(2))
            }
        }
    }

    /// Whether a frame header is of a key frame that is shown (§5.9.2): a decoder can begin with it.
    func beginsDecoding(_ frameHeader: ArraySlice<UInt8>) -> Bool {
        if isReduced { return true }
        var reader = BitReader(frameHeader)
        let showsExisting = reader.flag()
        let type = reader.bits(2)
        let isShown = reader.flag()
        return !reader.hasOverrun && !showsExisting && type == 0 && isShown
    }
}
