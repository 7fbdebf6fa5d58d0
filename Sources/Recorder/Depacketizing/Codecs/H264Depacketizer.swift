import RTP

/// H.264: the NAL units of an access unit, each behind four bytes of length (ISO/IEC 14496-15 §5.3.4.2).
///
/// Takes single units, STAP-A and FU-A. Left out are access unit delimiters, and filler data, which a file
/// must not have. RFC 6184 §5.6 to §5.8, packetization modes 0 and 1.
struct H264Depacketizer: VideoDepacketizer {
    private var bytes: [UInt8] = []
    /// Where the length of the unit lies whose fragments are coming.
    private var fragmented: Int?
    private var sets = H264ParameterSets()
    private var found = Found()
    /// Whether key frames without parameter sets were seen whose first packet was there: this sender does so.
    private var hasBareKeyFrames = false

    /// What an access unit has.
    private struct Found {
        var isStartKnown = false
        var hasSlices = false
        var hasKeySlices = false
        /// Where its last sequence parameter set ends.
        var sequenceSetEnd: Int?
        var hasPictureSet = false
    }

    var byteCount: Int { bytes.count }

    var promisesKeyFrame: Bool { found.hasKeySlices || found.sequenceSetEnd != nil }

    func beginsFrame(_ payload: [UInt8]) -> Bool { false }

    mutating func append(_ payload: [UInt8], isStartKnown: Bool) -> PayloadVerdict {
        if bytes.isEmpty, !found.hasSlices { found.isStartKnown = isStartKnown }
        guard let header = payload.first, header & 0x80 == 0 else { return .malformed }
        let type = header & 0x1F
        if type == H264Payload.UnitType.fragment { return appendFragment(payload) }
        guard fragmented == nil else { return .malformed }
        switch type {
        case 1...H264Payload.UnitType.lastUnit:
            return append(unit: payload[...])
        case H264Payload.UnitType.aggregation:
            return appendAggregation(payload)
        case H264Payload.UnitType.aggregation...H264Payload.UnitType.lastAggregation,
            H264Payload.UnitType.interleavedFragment:
            return .unsupported
        default:
            // Reserved, and to be ignored (§5.2).
            return .skipped
        }
    }

    private mutating func appendAggregation(_ payload: [UInt8]) -> PayloadVerdict {
        var rest = payload.dropFirst()
        guard !rest.isEmpty else { return .malformed }
        while let high = rest.popFirst() {
            guard let low = rest.popFirst() else { return .malformed }
            let length = Int(high) << 8 | Int(low)
            guard length > 0, length <= rest.count else { return .malformed }
            let verdict = append(unit: rest.prefix(length))
            guard verdict == .taken else { return verdict }
            rest = rest.dropFirst(length)
        }
        return .taken
    }

    private mutating func append(unit: ArraySlice<UInt8>) -> PayloadVerdict {
        let start = beginUnit()
        bytes += unit
        return endUnit(at: start)
    }

    private mutating func appendFragment(_ payload: [UInt8]) -> PayloadVerdict {
        guard payload.count > 2 else { return .malformed }
        let isFirst = payload[1] & 0x80 != 0
        let isLast = payload[1] & 0x40 != 0
        let header = payload[0] & 0xE0 | payload[1] & 0x1F
        if isFirst {
            guard fragmented == nil else { return .malformed }
            fragmented = beginUnit()
            bytes.append(header)
        }
        guard let start = fragmented else {
            return bytes.isEmpty ? .misplaced : .malformed
        }
        guard bytes[start + 4] & 0x1F == header & 0x1F else { return .malformed }
        bytes += payload[2...]
        guard isLast else { return .taken }
        fragmented = nil
        return endUnit(at: start)
    }

    /// Leaves room for the length of the unit that comes.
    private mutating func beginUnit() -> Int {
        let start = bytes.count
        bytes += [0, 0, 0, 0]
        return start
    }

    /// The unit behind the length at `start` is whole: writes the length, and looks what it is.
    private mutating func endUnit(at start: Int) -> PayloadVerdict {
        let length = bytes.count - start - 4
        let header = bytes[start + 4]
        guard header & 0x80 == 0 else { return .malformed }
        for byte in 0..<4 {
            bytes[start + byte] = UInt8(truncatingIfNeeded: length >> (24 - 8 * byte))
        }
        switch header & 0x1F {
        case H264Payload.UnitType.accessUnitDelimiter, H264Payload.UnitType.fillerData:
            bytes.removeLast(length + 4)
        case 0, (H264Payload.UnitType.lastUnit + 1)...:
            bytes.removeLast(length + 4)
            return .malformed
        case H264Payload.UnitType.sequenceParameterSet:
            guard sets.take(sequence: Array(bytes[(start + 4)...])) else { return .malformed }
            found.sequenceSetEnd = bytes.count
        case H264Payload.UnitType.pictureParameterSet:
            guard sets.take(picture: Array(bytes[(start + 4)...])) else { return .malformed }
            found.hasPictureSet = true
        case let type where type <= H264Payload.UnitType.keySlice:
            // The first slice begins with macroblock 0, Exp-Golomb coded as a single 1 (§7.3.3).
            if !found.hasSlices {
                guard length > 1 else { return .malformed }
                guard bytes[start + 5] & 0x80 != 0 else { return .misplaced }
                found.hasSlices = true
            }
            if type == H264Payload.UnitType.keySlice { found.hasKeySlices = true }
        default: break
        }
        return .taken
    }

    mutating func finish() -> FrameVerdict {
        defer { reset() }
        guard fragmented == nil else { return .damaged }
        guard found.hasSlices else { return .nothing }
        guard found.hasKeySlices, sets.isComplete else {
            return .picture(Picture(bytes: bytes, isKeyFrame: false))
        }
        if found.sequenceSetEnd == nil || !found.hasPictureSet {
            // What is missing before the first packet that came may have been other sets.
            guard found.isStartKnown || hasBareKeyFrames else { return .damaged }
            hasBareKeyFrames = true
            insertSets()
        }
        return .picture(
            Picture(
                bytes: bytes,
                isKeyFrame: true,
                configuration: .h264(sps: sets.sequence, pps: sets.pictureUnits),
                size: sets.size
            )
        )
    }

    /// Puts the sets before the slices that the access unit came without.
    private mutating func insertSets() {
        var missing = found.sequenceSetEnd == nil ? [sets.sequence] : []
        if !found.hasPictureSet { missing += sets.pictureUnits }
        var inserted: [UInt8] = []
        for unit in missing {
            for byte in 0..<4 {
                inserted.append(UInt8(truncatingIfNeeded: unit.count >> (24 - 8 * byte)))
            }
            inserted += unit
        }
        bytes.insert(contentsOf: inserted, at: found.sequenceSetEnd ?? 0)
    }

    mutating func reset() {
        bytes = []
        fragmented = nil
        found = Found()
    }
}
