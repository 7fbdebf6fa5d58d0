/// Reads fragments as ``MP4Fragment`` writes them; what is different is the end of what can be kept.
struct MP4FragmentReader {
    /// What `moof` may have: 1,000 samples take 12 KiB.
    private static let mostBytes = 64 << 10

    private let layout: MP4Layout
    private var sequence: UInt32 = 0
    /// The end of each track, in ticks.
    private var ends: [MP4Track: Int64] = [:]

    init(_ layout: MP4Layout) {
        self.layout = layout
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
        if let span = summary.video { ends[.video] = span.upperBound }
        if let span = summary.audio { ends[.audio] = span.upperBound }
        return summary
    }

    private func read(_ reader: BoxReader, moof size: Int, total: Int64) -> MP4FragmentSummary? {
        guard let boxes = reader.boxes(in: 8..<size), let header = boxes.first, header.type == "mfhd",
            reader.uint32(at: header.content.lowerBound + 4) == sequence &+ 1
        else { return nil }
        var summary = MP4FragmentSummary(size: total, startsWithKeyFrame: false)
        var dataOffset = Int64(size) + 8
        for box in boxes.dropFirst() {
            guard box.type == "traf", let run = Run(box, of: reader), run.dataOffset == dataOffset,
                layout.tracks.contains(where: { $0.track == run.track }),
                run.span.lowerBound >= ends[run.track] ?? 0
            else { return nil }
            dataOffset += run.byteCount
            switch run.track {
            case .video:
                guard summary.video == nil, summary.audio == nil else { return nil }
                summary.video = run.span
                summary.startsWithKeyFrame = run.startsWithKeyFrame
            case .audio:
                guard summary.audio == nil else { return nil }
                summary.audio = run.span
            }
        }
        guard dataOffset == total, summary.video != nil || summary.audio != nil else { return nil }
        return summary
    }
}

/// A `traf`.
private struct Run {
    var track: MP4Track
    var span: Range<Int64>
    var dataOffset: Int64
    var byteCount: Int64 = 0
    var startsWithKeyFrame = false

    init?(_ traf: BoxReader.Box, of reader: BoxReader) {
        guard let boxes = reader.boxes(in: traf.content), boxes.count >= 3,
            boxes[0].type == "tfhd", boxes[0].content.count == 8,
            let track = reader.uint32(at: boxes[0].content.lowerBound + 4)
                .flatMap({ MP4Track(rawValue: $0) }),
            boxes[1].type == "tfdt", boxes[1].content.count == 12,
            let time = reader.uint64(at: boxes[1].content.lowerBound + 4), time < 1 << 60,
            boxes[2].type == "trun",
            reader.uint32(at: boxes[2].content.lowerBound) == MP4Fragment.Flags.run(of: track),
            let count = reader.uint32(at: boxes[2].content.lowerBound + 4), count > 0,
            let dataOffset = reader.uint32(at: boxes[2].content.lowerBound + 8)
        else { return nil }
        let stride = track == .video ? 12 : 8
        let samples = boxes[2].content.dropFirst(12)
        guard Int64(samples.count) == Int64(count) * Int64(stride) else { return nil }
        var end = Int64(time)
        for offset in Swift.stride(from: samples.lowerBound, to: samples.upperBound, by: stride) {
            guard let duration = reader.uint32(at: offset), let size = reader.uint32(at: offset + 4) else {
                return nil
            }
            end += Int64(duration)
            byteCount += Int64(size)
        }
        self.track = track
        self.dataOffset = Int64(dataOffset)
        span = Int64(time)..<end
        if track == .video {
            startsWithKeyFrame = reader.uint32(at: samples.lowerBound + 8) == SampleFlags.independent
        }
    }
}
