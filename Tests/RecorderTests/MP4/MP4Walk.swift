/// What a walk over the boxes of a file finds, and what is wrong with them.
///
/// Knows nothing of the code that wrote them. Takes a file while it is made, with fragments behind its head, and
/// a finished one, with the same fragments in an `mdat` and tables of the same samples behind it.
struct MP4Walk {
    struct Box: Equatable {
        var type: String
        var start: Int
        var content: Range<Int>
        var end: Int { content.upperBound }
    }

    struct Sample: Equatable {
        var time: Int64
        var duration: Int64
        var isSync: Bool
        var bytes: Range<Int>
    }

    struct Fragment: Equatable {
        var start: Int
        var end: Int
        /// By track.
        var samples: [UInt32: [Sample]] = [:]
    }

    /// A track as the last `moov` has it.
    struct Track {
        /// Milliseconds, in `tkhd`.
        var duration: UInt64 = 0
        /// Ticks, in `mdhd`.
        var mediaDuration: UInt64 = 0
        /// Milliseconds, and ticks; -1 is nothing.
        var edits: [(duration: UInt64, time: Int32)] = []
        var hasLongOffsets = false
        /// Times are from 0 on.
        var samples: [Sample] = []
    }

    let bytes: [UInt8]
    var problems: [String] = []
    private(set) var top: [Box] = []
    private(set) var fragments: [Fragment] = []
    /// By number.
    private(set) var tracks: [UInt32: Track] = [:]
    /// Milliseconds.
    private(set) var movieDuration: UInt64 = 0
    private(set) var isFinished = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        top = boxes(in: 0..<bytes.count)
        let types = top.map(\.type)
        isFinished = types == ["ftyp", "free", "mdat", "moov"]
        var inner = Array(top.dropFirst(3))
        if isFinished { inner = boxes(in: top[2].content) }
        let isMade = types.prefix(3) == ["ftyp", "moov", "free"] && top[2].end - top[2].start == 16
        if !isFinished, !isMade { problems.append("boxes in the order \(types.prefix(20))") }
        if inner.count % 2 != 0
            || inner.enumerated().contains(where: { $1.type != ["moof", "mdat"][$0 % 2] })
        {
            problems.append("fragments in the order \(inner.map(\.type).prefix(20))")
        }
        for (moof, mdat) in zip(inner, inner.dropFirst()) where moof.type == "moof" {
            readFragment(moof, mdat)
        }
        if let moov = top.first(where: { $0.type == "moov" }) { readMovie(moov) }
        checkFragments()
        if isFinished { checkTables() }
    }

    /// As fragments have them.
    func samples(of track: UInt32) -> [Sample] {
        fragments.flatMap { $0.samples[track] ?? [] }
    }

    /// The numbers of ticks of all tracks, in the last `moov`.
    var mediaDurations: [UInt32: UInt64] { tracks.mapValues(\.mediaDuration) }

    /// Decode times that are behind the end of the sample before.
    var gaps: Int {
        tracks.keys.reduce(0) { gaps, track in
            let samples = samples(of: track)
            return gaps + zip(samples, samples.dropFirst()).count { $0.time + $0.duration < $1.time }
        }
    }

    func child(_ path: [String], of box: Box? = nil) -> Box? {
        var found = box
        for type in path {
            let range = found?.content ?? 0..<bytes.count
            var walk = self
            guard let next = walk.boxes(in: range).first(where: { $0.type == type }) else { return nil }
            found = next
        }
        return found
    }

    func number(_ offset: Int, _ count: Int) -> UInt64 {
        guard offset >= 0, offset + count <= bytes.count else { return 0 }
        return bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func boxes(in range: Range<Int>) -> [Box] {
        var boxes: [Box] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            var size = Int(number(offset, 4))
            let header = size == 1 ? 16 : 8
            if size == 1 { size = Int(clamping: number(offset + 8, 8)) }
            guard range.upperBound - offset >= header, size >= header, size <= range.upperBound - offset
            else {
                problems.append("a box of \(size) bytes at \(offset), in \(range)")
                break
            }
            let type = String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
            boxes.append(Box(type: type, start: offset, content: offset + header..<offset + size))
            offset += size
        }
        return boxes
    }

    private mutating func readMovie(_ moov: Box) {
        var hasFragments = false
        for box in boxes(in: moov.content) {
            switch box.type {
            case "mvhd": movieDuration = number(box.content.lowerBound + 16, 4)
            case "trak":
                guard let tkhd = child(["tkhd"], of: box) else {
                    problems.append("a track without a header")
                    continue
                }
                tracks[UInt32(number(tkhd.content.lowerBound + 12, 4))] = readTrack(box)
            case "mvex": hasFragments = true
            default: problems.append("a box \(box.type) in moov")
            }
        }
        if hasFragments == isFinished { problems.append("mvex: \(hasFragments)") }
    }

    private mutating func readFragment(_ moof: Box, _ mdat: Box) {
        var fragment = Fragment(start: moof.start, end: mdat.end)
        var expected = mdat.content.lowerBound
        for traf in boxes(in: moof.content) where traf.type == "traf" {
            guard let tfhd = child(["tfhd"], of: traf), let tfdt = child(["tfdt"], of: traf),
                let trun = child(["trun"], of: traf)
            else {
                problems.append("traf at \(traf.start) lacks boxes")
                continue
            }
            if number(tfhd.content.lowerBound, 4) != 0x02_0000 { problems.append("tfhd at \(tfhd.start)") }
            if bytes[tfdt.content.lowerBound] != 1 { problems.append("tfdt at \(tfdt.start)") }
            let track = UInt32(number(tfhd.content.lowerBound + 4, 4))
            let start = trun.content.lowerBound
            let hasFlags = number(start, 4) & 0x400 != 0
            var time = Int64(number(tfdt.content.lowerBound + 4, 8))
            var place = moof.start + Int(number(start + 8, 4))
            if place != expected { problems.append("data of \(traf.start) at \(place), not \(expected)") }
            var samples: [Sample] = []
            var offset = start + 12
            for _ in 0..<number(start + 4, 4) {
                let duration = Int64(number(offset, 4))
                let size = Int(number(offset + 4, 4))
                let flags = hasFlags ? number(offset + 8, 4) : 0x0200_0000
                let isSync = flags == 0x0200_0000
                if !isSync, flags != 0x0101_0000 { problems.append("flags \(flags)") }
                if duration == 0 || size == 0 { problems.append("an empty sample in \(trun.start)") }
                samples.append(
                    Sample(time: time, duration: duration, isSync: isSync, bytes: place..<place + size)
                )
                time += duration
                place += size
                offset += hasFlags ? 12 : 8
            }
            if offset != trun.end { problems.append("trun at \(trun.start) has another size") }
            if samples.isEmpty { problems.append("trun at \(trun.start) is empty") }
            expected = place
            fragment.samples[track] = samples
        }
        if expected != mdat.end { problems.append("mdat at \(mdat.start) has bytes of no sample") }
        fragments.append(fragment)
    }

    private mutating func checkFragments() {
        for track in [1, 2] as [UInt32] {
            var end: Int64 = 0
            for sample in samples(of: track) {
                if sample.time < end { problems.append("track \(track): \(sample.time) before \(end)") }
                end = sample.time + sample.duration
            }
        }
    }
}
