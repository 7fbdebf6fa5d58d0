/// Reads the head of a file as ``MP4Head`` writes it, and refuses any other.
struct MP4HeadReader {
    /// What `moov` may have: ours has 2 KiB, and parameter sets.
    private static let mostBytes: Int64 = 2 << 20
    /// What the space for the index may have.
    private static let mostIndexSpace: Int64 = 16 << 20

    let layout: MP4Layout

    /// - Throws: ``MP4RepairError``, or what reading throws.
    init(_ source: some MP4Source) throws {
        var layout = MP4Layout()
        let ftyp = try Self.header(at: 0, of: source)
        guard ftyp.type == "ftyp", (16...1_024).contains(ftyp.size) else { throw MP4RepairError.unknownFile }
        let moov = try Self.header(at: ftyp.size, of: source)
        guard moov.type == "moov", (8...Self.mostBytes).contains(moov.size) else {
            throw MP4RepairError.unknownFile
        }
        let bytes = try source.bytes(at: ftyp.size, count: Int(moov.size))
        guard bytes.count == moov.size else { throw MP4RepairError.headIncomplete }
        guard Self.read(BoxReader(bytes), at: ftyp.size, into: &layout) else {
            throw MP4RepairError.unknownFile
        }
        let start = ftyp.size + moov.size
        let free = try Self.header(at: start, of: source)
        guard free.type == "free", free.size >= 8 else { throw MP4RepairError.unknownFile }
        var end = start + free.size
        // Of a file whose end was written.
        if end + 8 <= source.length {
            let index = try Self.header(at: end, of: source)
            if index.type == "sidx" { end += index.size }
        }
        guard end - start <= Self.mostIndexSpace else { throw MP4RepairError.unknownFile }
        guard end <= source.length else { throw MP4RepairError.headIncomplete }
        layout.reserve = start..<end
        self.layout = layout
    }

    private static func header(
        at offset: Int64,
        of source: some MP4Source
    ) throws -> (size: Int64, type: BoxType) {
        let reader = BoxReader(try source.bytes(at: offset, count: 8))
        guard let size = reader.uint32(at: 0), let code = reader.uint32(at: 4) else {
            throw MP4RepairError.headIncomplete
        }
        return (Int64(size), BoxType(code: code))
    }

    /// Finds what is written over, in the bytes of `moov`.
    private static func read(_ reader: BoxReader, at offset: Int64, into layout: inout MP4Layout) -> Bool {
        guard let boxes = reader.boxes(in: 8..<reader.bytes.count),
            let movie = boxes.first(where: { $0.type == "mvhd" }),
            let extends = boxes.first(where: { $0.type == "mvex" }),
            let place = reader.boxes(in: extends.content)?.first
        else { return false }
        guard movie.range.count == 108, reader.uint32(at: movie.content.lowerBound) == 0,
            reader.uint32(at: movie.content.lowerBound + 12) == UInt32(MP4Track.movieTimescale),
            place.range.count == MP4Layout.extendsHeaderSize, place.type == "free" || place.type == "mehd"
        else { return false }
        layout.movieDuration = offset + Int64(movie.content.lowerBound) + 16
        layout.extendsHeader = offset + Int64(place.range.lowerBound)
        for box in boxes where box.type == "trak" {
            guard let track = readTrack(box, of: reader, at: offset),
                !layout.tracks.contains(where: { $0.track == track.track })
            else { return false }
            layout.tracks.append(track)
        }
        return true
    }

    private static func readTrack(
        _ trak: BoxReader.Box,
        of reader: BoxReader,
        at offset: Int64
    ) -> MP4Layout.Track? {
        guard let header = reader.first("tkhd", in: trak.content), header.range.count == 92,
            reader.uint32(at: header.content.lowerBound) == 3,
            let track = reader.uint32(at: header.content.lowerBound + 12).flatMap({ MP4Track(rawValue: $0) }),
            let mdia = reader.first("mdia", in: trak.content),
            let media = reader.first("mdhd", in: mdia.content), media.range.count == 44,
            reader.uint32(at: media.content.lowerBound) == 1 << 24,
            reader.uint32(at: media.content.lowerBound + 20) == UInt32(track.timescale)
        else { return nil }
        var skipped: UInt32 = 0
        if let edts = reader.first("edts", in: trak.content) {
            guard let list = reader.first("elst", in: edts.content),
                let time = reader.uint32(at: list.content.lowerBound + 12)
            else { return nil }
            skipped = time
        }
        return MP4Layout.Track(
            track: track,
            headerDuration: offset + Int64(header.content.lowerBound) + 20,
            mediaDuration: offset + Int64(media.content.lowerBound) + 24,
            skipped: Int64(skipped)
        )
    }
}
