/// What a walk over the boxes of a file finds, and what is wrong with them.
///
/// Knows nothing of the code that wrote them.
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

    struct Reference: Equatable {
        var size: Int
        var duration: Int64
        var startsWithKeyFrame: Bool
    }

    let bytes: [UInt8]
    private(set) var problems: [String] = []
    private(set) var top: [Box] = []
    private(set) var fragments: [Fragment] = []
    private(set) var references: [Reference] = []
    private(set) var earliest: Int64 = 0
    private(set) var indexedTrack: UInt32 = 0
    /// Times and offsets of `tfra`.
    private(set) var randomAccess: [(time: Int64, offset: Int)] = []
    /// Decode times that are behind the end of the sample before.
    private(set) var gaps = 0
    private(set) var movieDuration: UInt64 = 0
    private(set) var extendsDuration: UInt64?
    private(set) var mediaDurations: [UInt32: UInt64] = [:]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        top = boxes(in: 0..<bytes.count)
        for box in top {
            switch box.type {
            case "moov": readMovie(box)
            case "sidx": readIndex(box)
            case "moof": readFragment(box)
            case "mfra": readRandomAccess(box)
            case "ftyp", "free", "mdat": break
            default: problems.append("a box \(box.type) at \(box.start)")
            }
        }
        checkOrder()
        checkSamples()
        checkIndex()
    }

    func samples(of track: UInt32) -> [Sample] {
        fragments.flatMap { $0.samples[track] ?? [] }
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
        guard offset + count <= bytes.count else { return 0 }
        return bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func boxes(in range: Range<Int>) -> [Box] {
        var boxes: [Box] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            let size = Int(number(offset, 4))
            guard range.upperBound - offset >= 8, size >= 8, size <= range.upperBound - offset else {
                problems.append("a box of \(size) bytes at \(offset), in \(range)")
                break
            }
            let type = String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
            boxes.append(Box(type: type, start: offset, content: offset + 8..<offset + size))
            offset += size
        }
        return boxes
    }

    private mutating func readMovie(_ moov: Box) {
        for box in boxes(in: moov.content) {
            switch box.type {
            case "mvhd": movieDuration = number(box.content.lowerBound + 16, 4)
            case "trak":
                guard let tkhd = child(["tkhd"], of: box), let mdhd = child(["mdia", "mdhd"], of: box) else {
                    problems.append("a track without headers")
                    continue
                }
                let id = UInt32(number(tkhd.content.lowerBound + 12, 4))
                mediaDurations[id] = number(mdhd.content.lowerBound + 24, 8)
            case "mvex":
                extendsDuration = child(["mehd"], of: box).map { number($0.content.lowerBound + 4, 8) }
            default: problems.append("a box \(box.type) in moov")
            }
        }
    }

    private mutating func readIndex(_ box: Box) {
        let start = box.content.lowerBound
        indexedTrack = UInt32(number(start + 4, 4))
        earliest = Int64(number(start + 12, 8))
        if number(start, 4) != 1 << 24 || number(start + 20, 8) != 0 {
            problems.append("sidx is not as it should be")
        }
        for index in 0..<Int(number(start + 30, 2)) {
            let offset = start + 32 + 12 * index
            references.append(
                Reference(
                    size: Int(number(offset, 4)),
                    duration: Int64(number(offset + 4, 4)),
                    startsWithKeyFrame: number(offset + 8, 4) == 0x9000_0000
                )
            )
        }
        if start + 32 + 12 * references.count != box.end { problems.append("sidx has another size") }
    }

    private mutating func readFragment(_ moof: Box) {
        var fragment = Fragment(start: moof.start, end: moof.end)
        guard let mdat = top.first(where: { $0.start == moof.end && $0.type == "mdat" }) else {
            problems.append("moof at \(moof.start) without mdat")
            return
        }
        fragment.end = mdat.end
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

    private mutating func readRandomAccess(_ mfra: Box) {
        guard let tfra = child(["tfra"], of: mfra), let mfro = child(["mfro"], of: mfra) else {
            problems.append("mfra lacks boxes")
            return
        }
        if number(mfro.content.lowerBound + 4, 4) != UInt64(mfra.end - mfra.start) || mfra.end != bytes.count
        {
            problems.append("mfro does not point at mfra")
        }
        let start = tfra.content.lowerBound
        for index in 0..<Int(number(start + 12, 4)) {
            let entry = start + 16 + 19 * index
            randomAccess.append((Int64(number(entry, 8)), Int(number(entry + 8, 8))))
            if number(entry + 16, 3) != 0x01_0101 { problems.append("tfra entry \(index)") }
        }
        if start + 16 + 19 * randomAccess.count != tfra.end { problems.append("tfra has another size") }
    }
}

extension MP4Walk {
    private mutating func checkOrder() {
        let types = top.map(\.type)
        var expected = ["ftyp", "moov", "free"]
        if !references.isEmpty { expected.append("sidx") }
        for _ in fragments { expected += ["moof", "mdat"] }
        if types.last == "mfra" { expected.append("mfra") }
        if types != expected { problems.append("boxes in the order \(types.prefix(20))") }
    }

    private mutating func checkSamples() {
        for track in mediaDurations.keys.sorted() {
            var end: Int64?
            for sample in samples(of: track) {
                if let end, sample.time < end {
                    problems.append("track \(track): \(sample.time) before \(end)")
                }
                if let end, sample.time > end { gaps += 1 }
                end = sample.time + sample.duration
            }
        }
    }

    private mutating func checkIndex() {
        guard !references.isEmpty else { return }
        let starts = Set(fragments.map(\.start))
        let keyed = Dictionary(
            uniqueKeysWithValues: fragments.map { ($0.start, $0.samples[indexedTrack]?.first) }
        )
        var offset = top.first { $0.type == "sidx" }?.end ?? 0
        var time = earliest
        var seekable: [Int] = []
        // A group of more than 13 hours: the field is too small for it.
        let isSaturated = references.contains { $0.duration == Int64(UInt32.max) }
        for reference in references {
            if !starts.contains(offset) { problems.append("a reference to \(offset), where no moof is") }
            if reference.startsWithKeyFrame {
                let first = keyed[offset] ?? nil
                if first?.isSync != true { problems.append("no key frame at \(offset)") }
                if !isSaturated, first?.time != time { problems.append("time \(time) at \(offset)") }
                seekable.append(offset)
            } else if reference.duration != 0 {
                problems.append("a duration at \(offset)")
            }
            offset += reference.size
            time += reference.duration
        }
        if offset != fragments.last?.end { problems.append("references end at \(offset)") }
        if seekable != randomAccess.map(\.offset) { problems.append("tfra differs from sidx") }
        for (time, offset) in randomAccess where keyed[offset]??.time != time {
            problems.append("tfra says \(time) at \(offset)")
        }
        // Players take the end of the index for the end of the file.
        let ends = mediaDurations.map { Double($1) / ($0 == 1 ? 90_000 : 48_000) }
        let end = Double(time) / (indexedTrack == 1 ? 90_000 : 48_000)
        if !isSaturated, abs(end - (ends.max() ?? 0)) > 0.001 {
            problems.append("the index ends at \(end), not \(ends)")
        }
    }
}
