extension MP4Walk {
    mutating func readTrack(_ trak: Box) -> Track {
        var track = Track()
        guard let tkhd = child(["tkhd"], of: trak), let mdhd = child(["mdia", "mdhd"], of: trak) else {
            problems.append("a track without headers")
            return track
        }
        track.duration = number(tkhd.content.lowerBound + 20, 4)
        track.mediaDuration = number(mdhd.content.lowerBound + 24, 8)
        if let elst = child(["edts", "elst"], of: trak)?.content.lowerBound {
            for index in 0..<Int(number(elst + 4, 4)) {
                let entry = elst + 8 + 12 * index
                let time = Int32(truncatingIfNeeded: Int64(number(entry + 4, 4)))
                track.edits.append((number(entry, 4), time))
            }
        }
        track.hasLongOffsets = child(["mdia", "minf", "stbl", "co64"], of: trak) != nil
        track.samples = tableSamples(of: trak, hasLongOffsets: track.hasLongOffsets)
        return track
    }

    /// The numbers of a table, with as many as it says, of so many columns.
    private mutating func table(
        _ type: String,
        of trak: Box,
        columns: Int,
        width: Int = 4,
        skip: Int = 4
    )
        -> [[UInt64]]
    {
        guard let box = child(["mdia", "minf", "stbl", type], of: trak) else { return [] }
        let count = Int(number(box.content.lowerBound + skip, 4))
        let start = box.content.lowerBound + skip + 4
        if start + count * columns * width != box.end { problems.append("\(type) has another size") }
        return (0..<count)
            .map { row in
                (0..<columns).map { number(start + (row * columns + $0) * width, width) }
            }
    }

    private mutating func tableSamples(of trak: Box, hasLongOffsets: Bool) -> [Sample] {
        let sizes = table("stsz", of: trak, columns: 1, skip: 8).map { Int($0[0]) }
        let durations = table("stts", of: trak, columns: 2)
            .flatMap { repeatElement(Int64($0[1]), count: Int($0[0])) }
        let hasSyncTable = child(["mdia", "minf", "stbl", "stss"], of: trak) != nil
        let keys = Set(table("stss", of: trak, columns: 1).map { Int($0[0]) })
        let offsets =
            hasLongOffsets
            ? table("co64", of: trak, columns: 1, width: 8) : table("stco", of: trak, columns: 1)
        let lengths = table("stsc", of: trak, columns: 3)
        guard sizes.count == durations.count else {
            problems.append("\(sizes.count) sizes, \(durations.count) durations")
            return []
        }
        var samples: [Sample] = []
        var time: Int64 = 0
        var run = 0
        for (chunk, offset) in offsets.enumerated() {
            while run + 1 < lengths.count, lengths[run + 1][0] <= chunk + 1 { run += 1 }
            var place = Int(offset[0])
            for _ in 0..<lengths[run][1] where samples.count < sizes.count {
                let number = samples.count
                let range = place..<place + sizes[number]
                samples.append(
                    Sample(
                        time: time,
                        duration: durations[number],
                        isSync: !hasSyncTable || keys.contains(number + 1),
                        bytes: range
                    )
                )
                time += durations[number]
                place += sizes[number]
            }
        }
        if samples.count != sizes.count { problems.append("chunks have \(samples.count) of \(sizes.count)") }
        return samples
    }

    /// Compares tables with fragments, and durations with each other.
    mutating func checkTables() {
        for (number, track) in tracks {
            let written = samples(of: number)
            if track.samples.map(\.bytes) != written.map(\.bytes) { problems.append("\(number): bytes") }
            if track.samples.map(\.isSync) != written.map(\.isSync) {
                problems.append("\(number): key frames")
            }
            // A gap is what the sample before it lasts longer.
            let ends = written.dropFirst().map(\.time) + [written.last.map { $0.time + $0.duration } ?? 0]
            let durations = zip(written, ends).map { min($1 - $0.time, Int64(UInt32.max)) }
            if track.samples.map(\.duration) != durations { problems.append("\(number): durations") }
            let total = durations.reduce(0, +)
            if track.mediaDuration != UInt64(total) { problems.append("\(number): mdhd") }
            checkEdits(of: track, number, start: written.first?.time ?? 0, total: total)
        }
        if movieDuration != tracks.values.map(\.duration).max() ?? 0 { problems.append("mvhd") }
        for fragment in fragments where fragment.end > top[2].end { problems.append("behind mdat") }
    }

    private mutating func checkEdits(of track: Track, _ number: UInt32, start: Int64, total: Int64) {
        let scale = number == 1 ? 90.0 : 48.0
        let skipped = track.edits.last.map { Int64($0.time) } ?? 0
        let presented = (Double(max(total - skipped, 0)) / scale).rounded(.up)
        let delay = (Double(start) / scale).rounded()
        if Double(track.duration) != min(delay + presented, Double(UInt32.max)) {
            problems.append("\(number): tkhd \(track.duration), not \(delay) + \(presented)")
        }
        var edits = track.edits
        if delay > 0 {
            let first = edits.isEmpty ? nil : edits.removeFirst()
            if first?.time != -1 || first.map({ Double($0.duration) }) != min(delay, Double(UInt32.max)) {
                problems.append("\(number): begins at \(String(describing: first))")
            }
        }
        if let edit = edits.first, Double(edit.duration) != min(presented, Double(UInt32.max)) {
            problems.append("\(number): an edit of \(edit.duration)")
        }
        if edits.count > 1 { problems.append("\(number): \(edits.count) edits") }
    }
}
