/// What of a configuration a file says of all its pictures.
extension CodecConfiguration {
    /// Whether a decoder of one stream goes on with the other.
    ///
    /// The profile is the same, and the format of samples. The size does not matter.
    func isOfSameStream(as other: CodecConfiguration) -> Bool {
        switch (self, other) {
        case (.vp8, .vp8), (.opus, .opus): true
        case (.vp9(let one), .vp9(let other)):
            one.profile == other.profile && one.bitDepth == other.bitDepth
                && one.chromaSubsampling == other.chromaSubsampling
        case (.av1(let one), .av1(let other)):
            one.profile == other.profile && one.bitDepth == other.bitDepth
                && one.isMonochrome == other.isMonochrome
        case (.h264(let one, _), .h264(let other, _)):
            H264Profile(one) == H264Profile(other)
        default: false
        }
    }

    /// The name in the parameter `codecs`.
    ///
    /// RFC 6381 §3.3 (H.264); AV1 Codec ISO Media File Format Binding §5; VP Codec ISO Media File Format
    /// Binding, "Codecs Parameter String".
    var codecsName: String {
        switch self {
        case .vp8: "vp8"
        case .opus: "opus"
        case .vp9(let format) where format.profile == 0: "vp9"
        case .vp9(let format):
            "vp09."
                + [format.profile, format.level, format.bitDepth].map(Self.decimal).joined(separator: ".")
        case .av1(let format):
            "av01.\(format.profile).\(Self.decimal(format.level))\(format.isHighTier ? "H" : "M")."
                + Self.decimal(format.bitDepth)
        case .h264(let sps, _):
            "avc1." + sps.dropFirst().prefix(3).map(Self.hexadecimal).joined()
        }
    }

    private static func decimal(_ value: UInt8) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static func hexadecimal(_ value: UInt8) -> String {
        (value < 16 ? "0" : "") + String(value, radix: 16)
    }
}

/// What `avcC` says of all pictures.
private struct H264Profile: Equatable {
    let profile: UInt8
    let chromaFormat: UInt8
    let bitDepths: [UInt8]

    init?(_ unit: [UInt8]) {
        guard let set = H264SequenceParameterSet(parsing: unit) else { return nil }
        profile = set.profile
        chromaFormat = set.chromaFormat
        bitDepths = [set.lumaBitDepth, set.chromaBitDepth]
    }
}

/// The bits of the header (§2.3.3).
extension AV1Configuration {
    fileprivate var profile: UInt8 { byte(1) >> 5 }
    fileprivate var level: UInt8 { byte(1) & 0x1F }
    fileprivate var isHighTier: Bool { byte(2) & 0x80 != 0 }
    fileprivate var isMonochrome: Bool { byte(2) & 0x10 != 0 }
    fileprivate var bitDepth: UInt8 {
        guard byte(2) & 0x40 != 0 else { return 8 }
        return byte(2) & 0x20 == 0 ? 10 : 12
    }

    private func byte(_ index: Int) -> UInt8 { header.indices.contains(index) ? header[index] : 0 }
}
