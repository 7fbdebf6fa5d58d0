/// What containers declare of AV1.
///
/// AV1 Codec ISO Media File Format Binding §2.3; Matroska's CodecPrivate is the same.
public struct AV1Configuration: Equatable, Sendable {
    /// The four bytes before the units: version, profile, level, format of samples.
    public var header: [UInt8]
    /// The sequence header as a unit with its length (configOBUs).
    public var sequenceHeader: [UInt8]

    init(_ sequence: AV1SequenceHeader, unit: [UInt8]) {
        let color = sequence.color
        var format: UInt8 = sequence.isHighTier ? 0x80 : 0
        if color.isHighBitDepth { format |= 0x40 }
        if color.isTwelveBit { format |= 0x20 }
        if color.isMonochrome { format |= 0x10 }
        if color.isSubsampledHorizontally { format |= 0x08 }
        if color.isSubsampledVertically { format |= 0x04 }
        format |= color.samplePosition
        // Marker and version; no delay of presentation is declared.
        header = [0x81, sequence.profile << 5 | sequence.level, format, 0]
        sequenceHeader = unit
    }

    /// `AV1CodecConfigurationRecord`.
    public var record: [UInt8] { header + sequenceHeader }
}
