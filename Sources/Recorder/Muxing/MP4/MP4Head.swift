/// The head of a file: `ftyp`, `moov` without samples, and the place of a header.
///
/// ```
/// ftyp | moov: mvhd, for each track trak, mvex | free               while it is made
/// ftyp | free: what moov has                   | mdat, its header   at the end
/// ```
///
/// What `moov` has stays in `free`, so that a file is repaired no matter how much of its head was overwritten
/// when it crashed.
struct MP4Head: Equatable, Sendable {
    /// Of `free`, and of the header of `mdat` with a size of 64 bits (ISO/IEC 14496-12 §4.2).
    static let placeSize = 16

    let tracks: [MP4TrackHead]
    /// As they are while the file is made.
    let bytes: [UInt8]
    /// Where the type of `moov` is.
    private let typeOffset: Int

    /// The first byte behind the head.
    var end: Int64 { Int64(bytes.count) }

    init(video: MP4VideoFormat?, audio: MP4AudioFormat?) {
        let tracks = [video.map { MP4TrackHead($0) }, audio.map { MP4TrackHead($0) }].compactMap(\.self)
        var writer = BoxWriter()
        writer.box("ftyp") {
            $0.type("iso6")
            $0.uint32(0)
            $0.type("iso6")
            $0.type("iso5")
            $0.type("mp41")
        }
        self.init(fileType: writer.bytes, movie: MP4Movie(tracks: tracks).bytes, tracks: tracks)
    }

    /// - Parameters:
    ///   - fileType: `ftyp`.
    ///   - movie: `moov`.
    init(fileType: [UInt8], movie: [UInt8], tracks: [MP4TrackHead]) {
        var place = BoxWriter()
        place.box("free") { $0.zeros(Self.placeSize - 8) }
        bytes = fileType + movie + place.bytes
        typeOffset = fileType.count + 4
        self.tracks = tracks
    }

    /// Makes fragments up to an offset the content of one `mdat`, and hides `moov` before it.
    func finish(end: Int64) -> FileChange {
        let place = bytes.count - Self.placeSize
        var writer = BoxWriter()
        writer.reserve(bytes.count)
        writer.type("free")
        writer.append(bytes[typeOffset + 4..<place])
        writer.uint32(1)
        writer.type("mdat")
        writer.uint64(UInt64(clamping: end - Int64(place)))
        return .overwrite(offset: Int64(typeOffset), writer.bytes)
    }
}
