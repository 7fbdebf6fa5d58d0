/// `moov`: what the file is of, and at its end where its samples are.
///
/// ```
/// moov: mvhd, for each track trak: (tkhd, edts, mdia: (mdhd, hdlr, minf: (vmhd or smhd, dinf, stbl)))
/// stbl: stsd, stts, of video stss, stsc, stsz, stco or co64, of audio sgpd and sbgp
/// ```
///
/// ISO/IEC 14496-12 §8.2 to §8.7. Without tables there is `mvex`, which says that there are fragments (§8.8.1).
struct MP4Movie {
    var tracks: [MP4TrackHead]
    /// Of each track, in the order of ``MP4Track``; `nil` while the file is made.
    var tables: [MP4SampleTable]?

    var bytes: [UInt8] {
        let tables = self.tables ?? MP4Track.allCases.map { MP4SampleTable($0) }
        let all = tracks.map { (head: $0, table: tables[$0.track.index]) }
        var writer = BoxWriter()
        writer.reserve(all.reduce(1_024) { $0 + 1_024 + $1.head.description.count + $1.table.boxSize })
        writer.box("moov") { moov in
            Self.writeHeader(duration: all.map { MP4Edits($0, $1).duration }.max() ?? 0, to: &moov)
            for (head, table) in all {
                moov.box("trak") { Self.write(head, table, to: &$0) }
            }
            if self.tables == nil {
                moov.box("mvex") {
                    for head in tracks { Self.writeTrackExtends(head.track, to: &$0) }
                }
            }
        }
        return writer.bytes
    }

    /// ISO/IEC 14496-12 §8.2.2.
    private static func writeHeader(duration: Int64, to moov: inout BoxWriter) {
        moov.fullBox("mvhd") {
            $0.zeros(8)
            $0.uint32(UInt32(MP4Track.movieTimescale))
            $0.uint32(UInt32(clamping: duration))
            $0.uint32(0x1_0000)
            $0.uint16(0x100)
            $0.zeros(10)
            writeMatrix(to: &$0)
            $0.zeros(24)
            $0.uint32(3)
        }
    }

    private static func write(
        _ head: MP4TrackHead,
        _ table: MP4SampleTable,
        to trak: inout BoxWriter
    ) {
        let edits = MP4Edits(head, table)
        writeTrackHeader(head, duration: edits.duration, to: &trak)
        edits.write(to: &trak)
        trak.box("mdia") { mdia in
            writeMediaHeader(head.track, duration: table.duration, to: &mdia)
            mdia.box("minf") { minf in
                switch head.track {
                case .video: minf.fullBox("vmhd", flags: 1) { $0.zeros(8) }
                case .audio: minf.fullBox("smhd") { $0.zeros(4) }
                }
                writeDataInformation(to: &minf)
                minf.box("stbl") { stbl in
                    stbl.append(head.description)
                    table.write(to: &stbl)
                }
            }
        }
    }
}

extension MP4Movie {
    /// ISO/IEC 14496-12 §8.3.2: enabled, and in the movie.
    private static func writeTrackHeader(
        _ head: MP4TrackHead,
        duration: Int64,
        to trak: inout BoxWriter
    ) {
        trak.fullBox("tkhd", flags: 3) {
            $0.zeros(8)
            $0.uint32(head.track.rawValue)
            $0.zeros(4)
            $0.uint32(UInt32(clamping: duration))
            $0.zeros(12)
            $0.uint16(head.track == .audio ? 0x100 : 0)
            $0.zeros(2)
            writeMatrix(to: &$0)
            $0.uint32(UInt32(head.width) << 16)
            $0.uint32(UInt32(head.height) << 16)
        }
    }

    /// ISO/IEC 14496-12 §8.4.2, §8.4.3; the language is `und`.
    private static func writeMediaHeader(_ track: MP4Track, duration: Int64, to mdia: inout BoxWriter) {
        mdia.fullBox("mdhd", version: 1) {
            $0.zeros(16)
            $0.uint32(UInt32(track.timescale))
            $0.uint64(UInt64(clamping: duration))
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
