/// Reads fragments as ``MP4Fragment`` writes them; what is different is the end of what can be kept.
struct MP4FragmentReader {
    /// What `moof` may have: 1,000 samples take 12 KiB.
    private static let mostBytes = 64 << 10

    private let tracks: [MP4Track]
    private var sequence: UInt32 = 0
    /// The end of each track, in ticks.
    private var ends: [MP4Track: Int64] = [:]

    /// - Parameter tracks: Of the file.
    init(_ tracks: [MP4Track]) {
        self.tracks = tracks
    }

    /// The fragment at an offset; `nil` if there is none that is whole and follows the last one.
    mutating func next(at offset: Int64, of source: some MP4Source) throws -> MP4FragmentSummary? {
        let header = BoxReader(try source.bytes(at: offset, count: 8))
        guard let size = header.uint32(at: 0), header.uint32(at: 4) == BoxType("moof").code,
            size >= 8, size <= Self.mostBytes
        else { return nil }
        // With the header of `mdat`.
        let reader = BoxReader(try source.bytes(at: offset, count: Int(size) + 8))
        guard let mdat = reader.uint32(at: Int(size)), mdat >= 8,
            reader.uint32(at: Int(size) + 4) == BoxType("mdat").code,
            Int64(size) + Int64(mdat) <= source.length - offset
        else { return nil }
        let total = Int64(size) + Int64(mdat)
        guard let summary = read(reader, moof: Int(size), total: total) else { return nil }
        sequence &+= 1
        for run in summary.runs { ends[run.track] = run.end }
        return summary
    }

    private func read(_ reader: BoxReader, moof size: Int, total: Int64) -> MP4FragmentSummary? {
        guard let boxes = reader.boxes(in: 8..<size), let header = boxes.first, header.type == "mfhd",
            reader.uint32(at: header.content.lowerBound + 4) == sequence &+ 1
        else { return nil }
        var summary = MP4FragmentSummary(size: total, runs: [])
        var offset = Int64(size) + 8
        for box in boxes.dropFirst() {
            guard box.type == "traf", let run = MP4FragmentSummary.Run(box, of: reader),
                tracks.contains(run.track), run.offset == offset, run.start >= ends[run.track] ?? 0,
                // One of each, and video before sound.
                summary.runs.last.map({ $0.track.index < run.track.index }) ?? true
            else { return nil }
            offset += run.byteCount
            summary.runs.append(run)
        }
        return offset == total && !summary.runs.isEmpty ? summary : nil
    }
}

extension MP4FragmentSummary.Run {
    /// - Parameter traf: Of a fragment that begins at the reader's first byte.
    fileprivate init?(_ traf: BoxReader.Box, of reader: BoxReader) {
        guard let boxes = reader.boxes(in: traf.content), boxes.count >= 3,
            boxes[0].type == "tfhd", boxes[0].content.count == 8,
            let track = reader.uint32(at: boxes[0].content.lowerBound + 4)
                .flatMap({ MP4Track(rawValue: $0) }),
            boxes[1].type == "tfdt", boxes[1].content.count == 12,
            let time = reader.uint64(at: boxes[1].content.lowerBound + 4), time < 1 << 60,
            boxes[2].type == "trun",
            reader.uint32(at: boxes[2].content.lowerBound) == MP4Fragment.Flags.run(of: track),
            let count = reader.uint32(at: boxes[2].content.lowerBound + 4), count > 0,
            let offset = reader.uint32(at: boxes[2].content.lowerBound + 8)
        else { return nil }
        let stride = track == .video ? 12 : 8
        let entries = boxes[2].content.dropFirst(12)
        guard Int64(entries.count) == Int64(count) * Int64(stride) else { return nil }
        self.init(track: track, start: Int64(time), offset: Int64(offset), samples: [])
        samples.reserveCapacity(Int(count))
        for entry in Swift.stride(from: entries.lowerBound, to: entries.upperBound, by: stride) {
            guard let duration = reader.uint32(at: entry), let size = reader.uint32(at: entry + 4),
                duration > 0, size > 0
            else { return nil }
            let isKeyFrame = track == .audio || reader.uint32(at: entry + 8) == SampleFlags.independent
            samples.append(.init(duration: duration, size: size, isKeyFrame: isKeyFrame))
        }
    }
}
