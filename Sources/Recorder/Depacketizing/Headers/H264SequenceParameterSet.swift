import RTP

/// The sequence parameter set of H.264, as far as containers ask for it.
///
/// ITU-T H.264 §7.3.2.1.1, §7.4.2.1.1.
struct H264SequenceParameterSet: Equatable {
    /// `profile_idc`.
    var profile: UInt8
    /// The byte of `constraint_set0_flag` and its neighbours.
    var constraints: UInt8
    /// `level_idc`.
    var level: UInt8
    /// Its number, 0 to 31.
    var id: UInt8
    /// `chroma_format_idc`: 1 is 4:2:0.
    var chromaFormat: UInt8 = 1
    /// Bits of a luma sample.
    var lumaBitDepth: UInt8 = 8
    /// Bits of a chroma sample.
    var chromaBitDepth: UInt8 = 8
    /// After cropping.
    var size = PictureSize(width: 0, height: 0)

    /// Whether the profile is one of those with chroma format and bit depths, also in `avcC`.
    var isHighProfile: Bool { Self.highProfiles.contains(profile) }

    /// ITU-T H.264 §7.3.2.1.1.
    static let highProfiles: Set<UInt8> = [
        100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
    ]
    /// Macroblocks in a row or column: 65,520 samples, what 16 bits of a container hold.
    private static let mostMacroblocks: UInt32 = 4_095

    /// Reads a NAL unit; `nil` if it is none of this kind, cut off, or breaks the syntax.
    init?(parsing unit: [UInt8]) {
        guard unit.count >= 4, unit[0] & 0x9F == H264Payload.UnitType.sequenceParameterSet else { return nil }
        let payload = H264Unit.withoutEmulationPrevention(unit.dropFirst())
        var reader = BitReader(payload[...])
        profile = UInt8(truncatingIfNeeded: reader.bits(8))
        constraints = UInt8(truncatingIfNeeded: reader.bits(8))
        level = UInt8(truncatingIfNeeded: reader.bits(8))
        let id = reader.unsignedExpGolomb()
        guard id <= 31 else { return nil }
        self.id = UInt8(id)
        var isSeparate = false
        if isHighProfile {
            guard readFormat(&reader, isSeparate: &isSeparate) else { return nil }
        }
        guard Self.skipOrder(&reader) else { return nil }
        guard let size = readSize(&reader, isSeparate: isSeparate) else { return nil }
        self.size = size
        if reader.hasOverrun { return nil }
    }

    private mutating func readFormat(_ reader: inout BitReader, isSeparate: inout Bool) -> Bool {
        let format = reader.unsignedExpGolomb()
        guard format <= 3 else { return false }
        chromaFormat = UInt8(format)
        if format == 3 { isSeparate = reader.flag() }
        let luma = reader.unsignedExpGolomb()
        let chroma = reader.unsignedExpGolomb()
        guard luma <= 6, chroma <= 6 else { return false }
        lumaBitDepth = UInt8(8 + luma)
        chromaBitDepth = UInt8(8 + chroma)
        reader.skip(1)
        guard reader.flag() else { return true }
        for list in 0..<(format == 3 ? 12 : 8) where reader.flag() {
            guard Self.skipScalingList(&reader, count: list < 6 ? 16 : 64) else { return false }
        }
        return true
    }

    /// §7.3.2.1.1.1.
    private static func skipScalingList(_ reader: inout BitReader, count: Int) -> Bool {
        var last: Int64 = 8
        for _ in 0..<count {
            let delta = reader.signedExpGolomb()
            guard (-128...127).contains(delta) else { return false }
            let next = (last + delta + 256) % 256
            // The rest of the list is as the last.
            if next == 0 { return true }
            last = next
        }
        return true
    }

    /// Frame numbers, picture order, references.
    private static func skipOrder(_ reader: inout BitReader) -> Bool {
        guard reader.unsignedExpGolomb() <= 12 else { return false }
        switch reader.unsignedExpGolomb() {
        case 0:
            guard reader.unsignedExpGolomb() <= 12 else { return false }
        case 1:
            reader.skip(1)
            _ = reader.signedExpGolomb()
            _ = reader.signedExpGolomb()
            let count = reader.unsignedExpGolomb()
            guard count <= 255 else { return false }
            for _ in 0..<count {
                _ = reader.signedExpGolomb()
            }
        case 2: break
        default: return false
        }
        _ = reader.unsignedExpGolomb()
        reader.skip(1)
        return true
    }

    private func readSize(_ reader: inout BitReader, isSeparate: Bool) -> PictureSize? {
        let columns = reader.unsignedExpGolomb()
        let rows = reader.unsignedExpGolomb()
        guard columns < Self.mostMacroblocks, rows < Self.mostMacroblocks else { return nil }
        let isProgressive = reader.flag()
        if !isProgressive { reader.skip(1) }
        let rowsOfUnit = isProgressive ? 1 : 2
        reader.skip(1)
        var width = (Int(columns) + 1) * 16
        var height = (Int(rows) + 1) * 16 * rowsOfUnit
        guard height <= 65_535 else { return nil }
        if reader.flag() {
            // Table 6-1; planes coded by themselves are cropped as if there was one.
            let unitWidth = !isSeparate && (chromaFormat == 1 || chromaFormat == 2) ? 2 : 1
            let unitHeight = (!isSeparate && chromaFormat == 1 ? 2 : 1) * rowsOfUnit
            let left = Int(reader.unsignedExpGolomb())
            let right = Int(reader.unsignedExpGolomb())
            let top = Int(reader.unsignedExpGolomb())
            let bottom = Int(reader.unsignedExpGolomb())
            width -= (left + right) * unitWidth
            height -= (top + bottom) * unitHeight
        }
        return width > 0 && height > 0 ? PictureSize(width: width, height: height) : nil
    }
}
