/// The beginning of a VP9 frame's uncompressed header, up to its size.
///
/// VP9 Bitstream & Decoding Process Specification v0.6 §6.2, §6.2.2 to §6.2.5.
struct VP9FrameHeader: Equatable {
    var profile: UInt8
    var isKeyFrame: Bool
    /// If it is said: of a key frame, one that is only intra coded, or one whose size is of no reference.
    var size: PictureSize?
    /// Of a key frame.
    var color: Color?

    /// What a decoder needs to know of samples (§6.2.2, §7.2.2).
    struct Color: Equatable {
        var bitDepth: UInt8 = 8
        /// The place in table "color_space"; 7 is RGB.
        var space: UInt8 = 0
        var isFullRange = false
        var isSubsampledHorizontally = true
        var isSubsampledVertically = true
    }

    /// Reads it; `nil` if it is cut off or breaks the syntax.
    init?(parsing frame: ArraySlice<UInt8>) {
        var reader = BitReader(frame)
        guard reader.bits(2) == 2 else { return nil }
        profile = UInt8(truncatingIfNeeded: reader.bits(1) | reader.bits(1) << 1)
        isKeyFrame = false
        if profile == 3, reader.flag() { return nil }
        // A frame decoded earlier is shown.
        if reader.flag() {
            reader.skip(3)
            if reader.hasOverrun { return nil }
            return
        }
        isKeyFrame = !reader.flag()
        let isShown = reader.flag()
        let isErrorResilient = reader.flag()
        if isKeyFrame {
            guard Self.hasSyncCode(&reader), let color = Self.color(profile, &reader) else { return nil }
            self.color = color
            size = Self.size(&reader)
        } else {
            let isIntraOnly = isShown ? false : reader.flag()
            if !isErrorResilient { reader.skip(2) }
            if isIntraOnly {
                guard Self.hasSyncCode(&reader) else { return nil }
                if profile > 0, Self.color(profile, &reader) == nil { return nil }
                reader.skip(8)
                size = Self.size(&reader)
            } else {
                // Frames to refresh; three references with their signs; which of them has the size, if any.
                reader.skip(8 + 3 * 4)
                let isReferenced = reader.flag() || reader.flag() || reader.flag()
                if !isReferenced { size = Self.size(&reader) }
            }
        }
        if reader.hasOverrun { return nil }
    }

    private static func hasSyncCode(_ reader: inout BitReader) -> Bool {
        reader.bits(24) == 0x49_83_42
    }

    private static func size(_ reader: inout BitReader) -> PictureSize {
        let width = Int(reader.bits(16)) + 1
        return PictureSize(width: width, height: Int(reader.bits(16)) + 1)
    }

    /// `nil` for what is reserved.
    private static func color(_ profile: UInt8, _ reader: inout BitReader) -> Color? {
        var color = Color()
        if profile >= 2 { color.bitDepth = reader.flag() ? 12 : 10 }
        color.space = UInt8(truncatingIfNeeded: reader.bits(3))
        let isSubsamplingFree = profile & 1 == 1
        if color.space == 7 {
            guard isSubsamplingFree else { return nil }
            color.isFullRange = true
            color.isSubsampledHorizontally = false
            color.isSubsampledVertically = false
        } else {
            color.isFullRange = reader.flag()
            guard isSubsamplingFree else { return color }
            color.isSubsampledHorizontally = reader.flag()
            color.isSubsampledVertically = reader.flag()
        }
        return reader.flag() ? nil : color
    }
}
