/// What containers declare of VP9.
///
/// VP Codec ISO Media File Format Binding v1.1; WebM's CodecPrivate has the first four.
public struct VP9Configuration: Equatable, Sendable {
    /// 0 to 3.
    public var profile: UInt8
    /// Ten times the level: of the size, at ``assumedRate``; the frame header does not say it.
    public var level: UInt8
    /// 8, 10 or 12.
    public var bitDepth: UInt8
    /// 1 is 4:2:0, colocated; 2 is 4:2:2, 3 is 4:4:4.
    public var chromaSubsampling: UInt8
    /// Whether samples take the whole range.
    public var isFullRange: Bool
    /// A number of ISO/IEC 23001-8; 2 if the stream does not say it.
    public var matrixCoefficients: UInt8

    /// Frames per second that the level has to be enough for.
    static let assumedRate = 60

    init(profile: UInt8, color: VP9FrameHeader.Color, size: PictureSize) {
        self.profile = profile
        level = Self.level(of: size)
        bitDepth = color.bitDepth
        chromaSubsampling =
            switch (color.isSubsampledHorizontally, color.isSubsampledVertically) {
            case (true, true): 1
            case (true, false): 2
            // 4:4:0 has no number.
            case (false, _): 3
            }
        isFullRange = color.isFullRange
        matrixCoefficients = Self.matrices[Int(color.space & 7)]
    }

    /// `VPCodecConfigurationRecord`: in `vpcC` behind version 1 and no flags.
    public var record: [UInt8] {
        [
            profile, level, bitDepth << 4 | chromaSubsampling << 1 | (isFullRange ? 1 : 0),
            // Primaries and transfer are not in the stream; nothing initializes a decoder.
            2, 2, matrixCoefficients, 0, 0,
        ]
    }

    /// Numbers of ISO/IEC 23001-8 for those of the stream (VP9 specification §7.2.2).
    private static let matrices: [UInt8] = [2, 5, 1, 6, 7, 9, 2, 0]

    /// Level, most luma samples in a second and in a picture, longest side (VP9 specification annex A).
    private static let levels: [(level: UInt8, rate: Int, area: Int, side: Int)] = [
        (10, 829_440, 36_864, 512), (11, 2_764_800, 73_728, 768),
        (20, 4_608_000, 122_880, 960), (21, 9_216_000, 245_760, 1_344),
        (30, 20_736_000, 552_960, 2_048), (31, 36_864_000, 983_040, 2_752),
        (40, 83_558_400, 2_228_224, 4_160), (41, 160_432_128, 2_228_224, 4_160),
        (50, 311_951_360, 8_912_896, 8_384), (51, 588_251_136, 8_912_896, 8_384),
        (52, 1_176_502_272, 8_912_896, 8_384), (60, 1_176_502_272, 35_651_584, 16_832),
        (61, 2_353_004_544, 35_651_584, 16_832), (62, 4_706_009_088, 35_651_584, 16_832),
    ]

    private static func level(of size: PictureSize) -> UInt8 {
        let area = size.width * size.height
        let side = max(size.width, size.height)
        let fitting = levels.first { area <= $0.area && side <= $0.side && area * assumedRate <= $0.rate }
        return fitting?.level ?? 62
    }
}
