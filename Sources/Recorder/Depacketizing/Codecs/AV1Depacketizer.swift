import RTP

/// AV1: the units (OBUs) of a temporal unit, each with its length.
///
/// Left out are temporal delimiters, tile lists and padding. RTP Payload Format For AV1 v1.0.0 §4.4, §4.5,
/// §5; AV1 Codec ISO Media File Format Binding §2.4.
struct AV1Depacketizer: VideoDepacketizer {
    private var bytes: [UInt8] = []
    /// A unit of which parts have come.
    private var open: [UInt8] = []
    private var isOpen = false
    /// Of the coded video sequence; kept over frames.
    private var sequence: AV1SequenceHeader?
    /// Of the temporal unit's own sequence header, the first.
    private var configuration: AV1Configuration?
    private var size: PictureSize?
    /// Whether the first frame of the temporal unit is a key frame that is shown; `nil` before it.
    private var beginsDecoding: Bool?

    var byteCount: Int { bytes.count + open.count }

    var promisesKeyFrame: Bool { configuration != nil && beginsDecoding != false }

    func beginsFrame(_ payload: [UInt8]) -> Bool { false }

    mutating func append(_ payload: [UInt8], isStartKnown: Bool) -> PayloadVerdict {
        guard let header = AV1Payload(parsing: payload.span) else { return .malformed }
        guard header.continuesUnit == isOpen else {
            return bytes.isEmpty && !isOpen ? .misplaced : .malformed
        }
        var rest = payload.dropFirst()
        var count = 0
        while !rest.isEmpty {
            count += 1
            let isLast = count == header.unitCount
            guard let length = isLast ? rest.count : AV1Unit.popLength(&rest), length <= rest.count else {
                return .malformed
            }
            open += rest.prefix(length)
            rest = rest.dropFirst(length)
            isOpen = rest.isEmpty && header.isContinued
            guard isOpen || closeUnit() else { return .malformed }
        }
        return header.unitCount == 0 || count == header.unitCount ? .taken : .malformed
    }

    /// Takes over a unit that is whole; `false` if it cannot be read.
    private mutating func closeUnit() -> Bool {
        defer { open = [] }
        // An element without bytes says nothing.
        guard !open.isEmpty else { return true }
        guard let unit = AV1Unit(parsing: open[...]) else { return false }
        switch unit.kind {
        case AV1Payload.UnitType.temporalDelimiter, AV1Payload.UnitType.tileList, AV1Payload.UnitType.padding:
            return true
        case AV1Payload.UnitType.sequenceHeader:
            guard let header = AV1SequenceHeader(parsing: unit.payload) else { return false }
            sequence = header
            if configuration == nil {
                var whole: [UInt8] = []
                unit.append(to: &whole)
                configuration = AV1Configuration(header, unit: whole)
                size = header.size
            }
        case AV1Payload.UnitType.frameHeader, AV1Payload.UnitType.frame:
            if beginsDecoding == nil { beginsDecoding = sequence?.beginsDecoding(unit.payload) ?? false }
        default: break
        }
        unit.append(to: &bytes)
        return true
    }

    mutating func finish() -> FrameVerdict {
        defer { reset() }
        guard !isOpen else { return .damaged }
        guard let beginsDecoding else { return .nothing }
        guard beginsDecoding, let configuration else {
            return .picture(Picture(bytes: bytes, isKeyFrame: false))
        }
        return .picture(
            Picture(bytes: bytes, isKeyFrame: true, configuration: .av1(configuration), size: size)
        )
    }

    mutating func reset() {
        bytes = []
        open = []
        isOpen = false
        configuration = nil
        size = nil
        beginsDecoding = nil
    }
}
