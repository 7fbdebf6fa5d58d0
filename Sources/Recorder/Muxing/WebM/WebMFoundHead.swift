/// The head of a file that was written by us, as far as it matters to what follows.
struct WebMFoundHead: Equatable {
    /// Offset of the first cluster.
    let length: Int64
    let hasVideo: Bool
    let hasAudio: Bool
    /// Whether the Segment's size is that of the file.
    let isFinished: Bool
    /// Microseconds that a finished file says it lasts; 0 if it says nothing.
    let duration: Int64

    /// Two entries, each with a CodecPrivate as long as can be, and some.
    private static let longestTracks = Int64(2 * WebMTracks.longestCodecPrivate + 1_024)

    /// - Throws: `foreign`, or what reading throws.
    init(in file: inout FileWindow) throws {
        try file.expect(WebMHead.prefix, at: 0)
        try file.expect(WebMHead.infoBeginning, at: WebMHead.infoOffset)
        try file.expect(WebMHead.infoEnd, at: WebMHead.durationOffset + Int64(WebMHead.durationLength))
        let tracksOffset = WebMHead.tracksOffset
        guard let tracks = try file.header(at: tracksOffset), tracks.id == EBMLID.tracks.rawValue,
            let size = tracks.size, size <= Self.longestTracks,
            size <= file.length - tracksOffset - Int64(tracks.length)
        else { throw WebMRepairError.foreign }
        let end = tracksOffset + Int64(tracks.length) + size
        var found: [RecordingTrack] = []
        var offset = tracksOffset + Int64(tracks.length)
        while offset < end {
            guard let entry = try file.header(at: offset), entry.id == EBMLID.trackEntry.rawValue,
                let size = entry.size, size <= end - offset - Int64(entry.length),
                // The number is the first thing that we say of a track.
                case let number = try file.bytes(at: offset + Int64(entry.length), count: 3),
                number.count == 3,
                number.starts(with: [UInt8(truncatingIfNeeded: EBMLID.trackNumber.rawValue), 0x81]),
                let track = WebMTracks.track(ofNumber: number[number.endIndex - 1]), !found.contains(track)
            else { throw WebMRepairError.foreign }
            found.append(track)
            offset += Int64(entry.length) + size
        }
        guard !found.isEmpty else { throw WebMRepairError.foreign }
        hasVideo = found.contains(.video)
        hasAudio = found.contains(.audio)
        length = end
        let segment = try file.bytes(at: WebMHead.segmentSizeOffset, count: 8)
        isFinished = Array(segment) == [UInt8](longEBMLSize: file.length - WebMHead.contentOffset)
        let duration = try file.bytes(at: WebMHead.durationOffset, count: WebMHead.durationLength)
        self.duration = Self.duration(Array(duration))
    }

    /// What an element of eight bytes holds, if it is Duration and sensible.
    private static func duration(_ element: [UInt8]) -> Int64 {
        var expected: [UInt8] = []
        expected.append(.duration, float: 0)
        guard element.count == expected.count, element.prefix(3) == expected.prefix(3) else { return 0 }
        let bits = element.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let milliseconds = Double(bitPattern: bits)
        guard milliseconds > 0, milliseconds < Double(UInt32.max) else { return 0 }
        return Int64(milliseconds * 1_000)
    }

    func has(_ track: RecordingTrack) -> Bool {
        switch track {
        case .video: hasVideo
        case .audio: hasAudio
        }
    }
}

extension FileWindow {
    fileprivate mutating func expect(_ expected: [UInt8], at offset: Int64) throws {
        let found = try bytes(at: offset, count: expected.count)
        guard Array(found) == expected else { throw WebMRepairError.foreign }
    }

    mutating func header(at offset: Int64) throws -> EBMLElementHeader? {
        EBMLElementHeader(parsing: try bytes(at: offset, count: EBMLElementHeader.longest))
    }
}
