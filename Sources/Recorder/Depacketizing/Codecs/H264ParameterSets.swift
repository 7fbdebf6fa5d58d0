/// The newest parameter sets of a stream of H.264, for key frames that come without them.
///
/// Pictures refer to sets by number, but one sequence parameter set at a time is all that is kept: another
/// one, or a changed one, takes its place, and the picture parameter sets that went with the old one go with
/// it.
struct H264ParameterSets {
    /// The longest set that is kept; those of encoders have some tens of bytes, scaling lists some hundreds.
    static let longest = 4_096
    /// Picture parameter sets kept; beyond, the one not renewed for longest goes.
    static let mostPictureSets = 16

    /// As NAL unit; empty before the first.
    private(set) var sequence: [UInt8] = []
    private(set) var size: PictureSize?
    /// From the one not renewed for longest.
    private var pictures: [(id: UInt32, unit: [UInt8])] = []

    /// Whether decoding can begin with them.
    var isComplete: Bool { !sequence.isEmpty && !pictures.isEmpty }

    /// As NAL units, in the order of their numbers.
    var pictureUnits: [[UInt8]] { pictures.sorted { $0.id < $1.id }.map(\.unit) }

    /// Takes a sequence parameter set; `false` if it cannot be read.
    mutating func take(sequence unit: [UInt8]) -> Bool {
        guard unit != sequence else { return true }
        guard unit.count <= Self.longest, let set = H264SequenceParameterSet(parsing: unit) else {
            return false
        }
        sequence = unit
        size = set.size
        pictures = []
        return true
    }

    /// Takes a picture parameter set; `false` if it cannot be read.
    mutating func take(picture unit: [UInt8]) -> Bool {
        guard unit.count >= 2, unit.count <= Self.longest else { return false }
        var reader = BitReader(unit[1...])
        // Its number is the first field (§7.3.2.2), and too short for emulation prevention.
        let id = reader.unsignedExpGolomb()
        guard id <= 255, !reader.hasOverrun else { return false }
        pictures.removeAll { $0.id == id }
        if pictures.count == Self.mostPictureSets { pictures.removeFirst() }
        pictures.append((id, unit))
        return true
    }
}
