/// Reads the head of a file as ``MP4Head`` writes it, at the beginning, at the end, or partly so and partly so;
/// refuses any other.
struct MP4HeadReader {
    /// What `moov` may have: ours has 2 KiB, and parameter sets.
    private static let mostBytes: Int64 = 2 << 20

    let head: MP4Head

    /// - Throws: ``MP4RepairError``, or what reading throws.
    init(_ source: some MP4Source) throws {
        let fileType = try Self.box(at: 0, of: source, size: 16...1_024) { $0 == Array("ftyp".utf8) }
        let offset = Int64(fileType.count)
        var movie = try Self.box(at: offset, of: source, size: 8...Self.mostBytes) {
            Self.isMixture($0, of: Array("moov".utf8), and: Array("free".utf8))
        }
        movie.replaceSubrange(4..<8, with: Array("moov".utf8))
        let place = try source.bytes(at: offset + Int64(movie.count), count: MP4Head.placeSize)
        guard place.count == MP4Head.placeSize else { throw MP4RepairError.headIncomplete }
        let free = [0, 0, 0, UInt8(MP4Head.placeSize)] + Array("free".utf8)
        let mdat = [0, 0, 0, 1] + Array("mdat".utf8)
        guard Self.isMixture(Array(place.prefix(8)), of: free, and: mdat),
            let tracks = Self.tracks(of: BoxReader(movie))
        else { throw MP4RepairError.unknownFile }
        head = MP4Head(fileType: fileType, movie: movie, tracks: tracks)
    }

    /// A whole box.
    private static func box(
        at offset: Int64,
        of source: some MP4Source,
        size range: ClosedRange<Int64>,
        type isExpected: ([UInt8]) -> Bool
    ) throws -> [UInt8] {
        let header = try source.bytes(at: offset, count: 8)
        guard let size = BoxReader(header).uint32(at: 0), header.count == 8 else {
            throw MP4RepairError.headIncomplete
        }
        guard range.contains(Int64(size)), isExpected(Array(header[4...])) else {
            throw MP4RepairError.unknownFile
        }
        let bytes = try source.bytes(at: offset, count: Int(size))
        guard bytes.count == size else { throw MP4RepairError.headIncomplete }
        return bytes
    }

    /// Whether each byte is of one or of the other: what a crash while one is written over the other leaves.
    private static func isMixture(_ bytes: [UInt8], of one: [UInt8], and other: [UInt8]) -> Bool {
        bytes.count == one.count
            && bytes.indices.allSatisfy { bytes[$0] == one[$0] || bytes[$0] == other[$0] }
    }

    /// The tracks that `moov` has; `nil` if it is not ours.
    private static func tracks(of reader: BoxReader) -> [MP4TrackHead]? {
        guard let boxes = reader.boxes(in: 8..<reader.bytes.count),
            let movie = boxes.first(where: { $0.type == "mvhd" }), movie.range.count == 108,
            reader.uint32(at: movie.content.lowerBound + 12) == UInt32(MP4Track.movieTimescale),
            boxes.contains(where: { $0.type == "mvex" })
        else { return nil }
        var tracks: [MP4TrackHead] = []
        for box in boxes where box.type == "trak" {
            guard let track = self.track(box, of: reader),
                !tracks.contains(where: { $0.track == track.track })
            else { return nil }
            tracks.append(track)
        }
        return tracks
    }

    private static func track(_ trak: BoxReader.Box, of reader: BoxReader) -> MP4TrackHead? {
        guard let header = reader.first("tkhd", in: trak.content), header.range.count == 92,
            reader.uint32(at: header.content.lowerBound) == 3,
            let track = reader.uint32(at: header.content.lowerBound + 12).flatMap({ MP4Track(rawValue: $0) }),
            let width = reader.uint32(at: header.content.lowerBound + 76),
            let height = reader.uint32(at: header.content.lowerBound + 80),
            let mdia = reader.first("mdia", in: trak.content),
            let media = reader.first("mdhd", in: mdia.content), media.range.count == 44,
            reader.uint32(at: media.content.lowerBound) == 1 << 24,
            reader.uint32(at: media.content.lowerBound + 20) == UInt32(track.timescale),
            let minf = reader.first("minf", in: mdia.content),
            let stbl = reader.first("stbl", in: minf.content),
            let description = reader.first("stsd", in: stbl.content)
        else { return nil }
        var skipped: UInt32 = 0
        if let edts = reader.first("edts", in: trak.content) {
            guard let list = reader.first("elst", in: edts.content),
                let time = reader.uint32(at: list.content.lowerBound + 12)
            else { return nil }
            skipped = time
        }
        return MP4TrackHead(
            track: track,
            width: UInt16(truncatingIfNeeded: width >> 16),
            height: UInt16(truncatingIfNeeded: height >> 16),
            skipped: skipped,
            description: Array(reader.bytes[description.range])
        )
    }
}
