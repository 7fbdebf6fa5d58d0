/// The head of a file: `ftyp`, `moov` without samples, and space for the index.
///
/// ```
/// ftyp
/// moov: mvhd, for each track trak: (tkhd, edts, mdia), mvex: (free, for each track trex)
/// free
/// ```
///
/// The space is behind `moov`, where `sidx` has to be: FFmpeg, and with it Chromium, knows no tracks before.
/// At the end `sidx` takes the last of it: FFmpeg 8 reads the whole file if a gap follows `sidx`.
struct MP4Head {
    private(set) var layout = MP4Layout()
    let bytes: [UInt8]

    /// - Parameter indexSpace: Bytes of the space, with its header.
    init(video: MP4VideoFormat?, audio: MP4AudioFormat?, indexSpace: Int) {
        var layout = MP4Layout()
        var writer = BoxWriter()
        writer.box("ftyp") {
            $0.type("iso6")
            $0.uint32(0)
            $0.type("iso6")
            $0.type("iso5")
            $0.type("mp41")
        }
        writer.box("moov") { moov in
            Self.writeMovieHeader(to: &moov, &layout)
            if let video { Self.writeTrack(video, to: &moov, &layout) }
            if let audio { Self.writeTrack(audio, to: &moov, &layout) }
            moov.box("mvex") { mvex in
                layout.extendsHeader = Int64(mvex.bytes.count)
                mvex.box("free") { $0.zeros(MP4Layout.extendsHeaderSize - 8) }
                if video != nil { Self.writeTrackExtends(.video, to: &mvex) }
                if audio != nil { Self.writeTrackExtends(.audio, to: &mvex) }
            }
        }
        let start = Int64(writer.bytes.count)
        layout.reserve = start..<start + Int64(indexSpace)
        writer.reserve(writer.bytes.count + indexSpace)
        writer.box("free") { $0.zeros(indexSpace - 8) }
        self.layout = layout
        bytes = writer.bytes
    }

    /// ISO/IEC 14496-12 §8.2.2.
    private static func writeMovieHeader(to moov: inout BoxWriter, _ layout: inout MP4Layout) {
        moov.fullBox("mvhd") {
            $0.zeros(8)
            $0.uint32(UInt32(MP4Track.movieTimescale))
            layout.movieDuration = Int64($0.bytes.count)
            $0.uint32(0)
            $0.uint32(0x1_0000)
            $0.uint16(0x100)
            $0.zeros(10)
            writeMatrix(to: &$0)
            $0.zeros(24)
            $0.uint32(3)
        }
    }

    private static func writeTrack(
        _ format: MP4VideoFormat,
        to moov: inout BoxWriter,
        _ layout: inout MP4Layout
    ) {
        var offsets = MP4Layout.Track(track: .video, headerDuration: 0, mediaDuration: 0, skipped: 0)
        moov.box("trak") { trak in
            writeTrackHeader(.video, size: format.size, to: &trak, &offsets)
            trak.box("mdia") { mdia in
                writeMediaHeader(.video, to: &mdia, &offsets)
                mdia.box("minf") { minf in
                    minf.fullBox("vmhd", flags: 1) { $0.zeros(8) }
                    writeDataInformation(to: &minf)
                    writeSampleTable(to: &minf) { format.writeSampleEntry(to: &$0) }
                }
            }
        }
        layout.tracks.append(offsets)
    }

    private static func writeTrack(
        _ format: MP4AudioFormat,
        to moov: inout BoxWriter,
        _ layout: inout MP4Layout
    ) {
        let skipped = Int64(format.preSkip)
        var offsets = MP4Layout.Track(track: .audio, headerDuration: 0, mediaDuration: 0, skipped: skipped)
        moov.box("trak") { trak in
            writeTrackHeader(.audio, size: nil, to: &trak, &offsets)
            // A duration of 0 is all that there is, fragments included (ISO/IEC 14496-12 §8.6.6). What is
            // skipped is said here; `dOps` only informs (Encapsulation of Opus in ISO Base Media File Format
            // §4.3.2, §4.4).
            trak.box("edts") {
                $0.fullBox("elst") {
                    $0.uint32(1)
                    $0.uint32(0)
                    $0.uint32(UInt32(format.preSkip))
                    $0.uint32(0x1_0000)
                }
            }
            trak.box("mdia") { mdia in
                writeMediaHeader(.audio, to: &mdia, &offsets)
                mdia.box("minf") { minf in
                    minf.fullBox("smhd") { $0.zeros(4) }
                    writeDataInformation(to: &minf)
                    writeSampleTable(to: &minf, format.writeSampleEntry(to:)) { format.writePreRoll(to: &$0) }
                }
            }
        }
        layout.tracks.append(offsets)
    }
}

extension MP4Head {
    /// ISO/IEC 14496-12 §8.3.2: enabled, and in the movie.
    private static func writeTrackHeader(
        _ track: MP4Track,
        size: PictureSize?,
        to trak: inout BoxWriter,
        _ offsets: inout MP4Layout.Track
    ) {
        trak.fullBox("tkhd", flags: 3) {
            $0.zeros(8)
            $0.uint32(track.rawValue)
            $0.zeros(4)
            offsets.headerDuration = Int64($0.bytes.count)
            $0.uint32(0)
            $0.zeros(12)
            $0.uint16(track == .audio ? 0x100 : 0)
            $0.zeros(2)
            writeMatrix(to: &$0)
            $0.uint32(UInt32(MP4VideoFormat.pixels(size?.width ?? 0)) << 16)
            $0.uint32(UInt32(MP4VideoFormat.pixels(size?.height ?? 0)) << 16)
        }
    }

    /// ISO/IEC 14496-12 §8.4.2, §8.4.3; the language is `und`.
    private static func writeMediaHeader(
        _ track: MP4Track,
        to mdia: inout BoxWriter,
        _ offsets: inout MP4Layout.Track
    ) {
        mdia.fullBox("mdhd", version: 1) {
            $0.zeros(16)
            $0.uint32(UInt32(track.timescale))
            offsets.mediaDuration = Int64($0.bytes.count)
            $0.uint64(0)
            $0.uint16(0x55C4)
            $0.zeros(2)
        }
        mdia.fullBox("hdlr") {
            $0.zeros(4)
            $0.type(track == .video ? "vide" : "soun")
            $0.zeros(12)
            $0.append(Array(track == .video ? "Video".utf8 : "Sound".utf8))
            $0.uint8(0)
        }
    }

    /// ISO/IEC 14496-12 §8.7.1: everything is in this file.
    private static func writeDataInformation(to minf: inout BoxWriter) {
        minf.box("dinf") {
            $0.fullBox("dref") {
                $0.uint32(1)
                $0.fullBox("url ", flags: 1) { _ in }
            }
        }
    }

    /// ISO/IEC 14496-12 §8.5: all samples are in fragments.
    private static func writeSampleTable(
        to minf: inout BoxWriter,
        _ entry: (inout BoxWriter) -> Void,
        _ groups: (inout BoxWriter) -> Void = { _ in }
    ) {
        minf.box("stbl") {
            $0.fullBox("stsd") {
                $0.uint32(1)
                entry(&$0)
            }
            for type in ["stts", "stsc"] as [BoxType] { $0.fullBox(type) { $0.uint32(0) } }
            $0.fullBox("stsz") { $0.zeros(8) }
            $0.fullBox("stco") { $0.uint32(0) }
            groups(&$0)
        }
    }

    /// ISO/IEC 14496-12 §8.8.3.
    private static func writeTrackExtends(_ track: MP4Track, to mvex: inout BoxWriter) {
        mvex.fullBox("trex") {
            $0.uint32(track.rawValue)
            $0.uint32(1)
            $0.zeros(8)
            $0.uint32(SampleFlags.usual(of: track))
        }
    }

    private static func writeMatrix(to writer: inout BoxWriter) {
        for value in [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000] as [UInt32] { writer.uint32(value) }
    }
}
