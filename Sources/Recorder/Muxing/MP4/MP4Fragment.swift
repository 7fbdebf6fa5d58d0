/// A movie fragment: `moof` and the `mdat` with its samples.
///
/// ```
/// moof: mfhd, for each track with samples traf: (tfhd, tfdt, trun, of audio sbgp)
/// mdat: samples of video, samples of audio
/// ```
///
/// ISO/IEC 14496-12 §8.8.4 to §8.8.12.
struct MP4Fragment {
    /// Consecutive samples of one track.
    struct Run {
        var track: MP4Track
        /// The decode time of the first one, in ticks.
        var start: Int64
        var samples: [MP4Sample]

        var end: Int64 { samples.reduce(start) { $0 + Int64($1.duration) } }
        var byteCount: Int { samples.reduce(0) { $0 + $1.bytes.count } }
    }

    /// Flags of `tfhd` and `trun`.
    enum Flags {
        static let defaultBaseIsMoof: UInt32 = 0x02_0000
        static let dataOffset: UInt32 = 0x1
        static let sampleDuration: UInt32 = 0x100
        static let sampleSize: UInt32 = 0x200
        static let sampleFlags: UInt32 = 0x400

        static func run(of track: MP4Track) -> UInt32 {
            let all = dataOffset | sampleDuration | sampleSize
            return track == .video ? all | sampleFlags : all
        }
    }

    var sequence: UInt32
    /// In the order of ``MP4Track``, none of them empty.
    var runs: [Run]

    /// The two boxes; the one place where payloads are copied.
    var bytes: [UInt8] {
        let payload = runs.reduce(0) { $0 + $1.byteCount }
        var writer = BoxWriter()
        writer.reserve(256 + runs.reduce(0) { $0 + 12 * $1.samples.count } + payload)
        var dataOffsets: [Int] = []
        writer.box("moof") { moof in
            moof.fullBox("mfhd") { $0.uint32(sequence) }
            for run in runs {
                moof.box("traf") { Self.write(run, to: &$0, &dataOffsets) }
            }
        }
        var offset = writer.bytes.count + 8
        for (run, place) in zip(runs, dataOffsets) {
            writer.patch(UInt32(truncatingIfNeeded: offset), at: place)
            offset += run.byteCount
        }
        writer.box("mdat") {
            for run in runs {
                for sample in run.samples { $0.append(sample.bytes) }
            }
        }
        return writer.bytes
    }

    private static func write(_ run: Run, to traf: inout BoxWriter, _ dataOffsets: inout [Int]) {
        traf.fullBox("tfhd", flags: Flags.defaultBaseIsMoof) { $0.uint32(run.track.rawValue) }
        traf.fullBox("tfdt", version: 1) { $0.uint64(UInt64(clamping: run.start)) }
        traf.fullBox("trun", flags: Flags.run(of: run.track)) {
            $0.uint32(UInt32(truncatingIfNeeded: run.samples.count))
            dataOffsets.append($0.bytes.count)
            $0.uint32(0)
            for sample in run.samples {
                $0.uint32(sample.duration)
                $0.uint32(UInt32(truncatingIfNeeded: sample.bytes.count))
                if run.track == .video {
                    $0.uint32(sample.isKeyFrame ? SampleFlags.independent : SampleFlags.dependent)
                }
            }
        }
        if run.track == .audio {
            traf.fullBox("sbgp") {
                $0.type("roll")
                $0.uint32(1)
                $0.uint32(UInt32(truncatingIfNeeded: run.samples.count))
                $0.uint32(1)
            }
        }
    }
}
