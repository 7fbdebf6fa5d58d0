/// Where the samples of a track are, when they are decoded and how long they last.
///
/// Grows with the file: a sample takes 4 bytes, and 8 more if it lasts longer or shorter than the one before;
/// a fragment takes 8, and 8 more if it has more or fewer samples than the one before; a key frame takes 4.
struct MP4SampleTable: Equatable, Sendable {
    /// Samples that last equally long.
    private struct Duration: Equatable {
        var count: UInt32
        var ticks: UInt32
    }

    /// Chunks, from one on, that have equally many samples.
    private struct ChunkLength: Equatable {
        /// From 1.
        var firstChunk: UInt32
        var samples: UInt32
    }

    let track: MP4Track
    /// The decode time of the first sample, in ticks.
    private(set) var start: Int64 = 0
    /// What all samples last, in ticks.
    private(set) var duration: Int64 = 0
    /// The decode time behind the last sample, in ticks.
    private var decodeEnd: Int64 = 0
    private var durations: [Duration] = []
    private var sizes: [UInt32] = []
    /// Numbers of key frames, from 1; of sound none.
    private var keyFrames: [UInt32] = []
    /// Where the samples of a track in a fragment are.
    private var chunks: [Int64] = []
    private var chunkLengths: [ChunkLength] = []

    init(_ track: MP4Track) {
        self.track = track
    }

    /// How many samples there are.
    var count: Int { sizes.count }

    /// When the last sample ends, in ticks.
    var end: Int64 { start + duration }

    /// Adds samples; if they do not begin where the last ones end, the very last one lasts until then, but
    /// not for longer than 13 hours (of sound 24), which are all that its duration can say: what comes then is
    /// early.
    ///
    /// - Parameter offset: Of the fragment, in the file.
    mutating func add(_ run: MP4FragmentSummary.Run, at offset: Int64) {
        guard !run.samples.isEmpty else { return }
        if sizes.isEmpty {
            start = run.start
        } else if run.start > decodeEnd {
            lengthenLast(by: run.start - decodeEnd)
        }
        decodeEnd = run.end
        chunks.append(offset + run.offset)
        let count = UInt32(truncatingIfNeeded: run.samples.count)
        if chunkLengths.last?.samples != count {
            chunkLengths.append(
                ChunkLength(firstChunk: UInt32(truncatingIfNeeded: chunks.count), samples: count)
            )
        }
        for sample in run.samples {
            sizes.append(sample.size)
            append(sample.duration)
            if track == .video, sample.isKeyFrame {
                keyFrames.append(UInt32(truncatingIfNeeded: sizes.count))
            }
        }
    }

    private mutating func append(_ ticks: UInt32) {
        duration += Int64(ticks)
        if let last = durations.indices.last, durations[last].ticks == ticks {
            durations[last].count += 1
        } else {
            durations.append(Duration(count: 1, ticks: ticks))
        }
    }

    private mutating func lengthenLast(by gap: Int64) {
        guard let last = durations.indices.last else { return }
        let ticks = durations[last].ticks
        durations[last].count -= 1
        if durations[last].count == 0 { durations.removeLast() }
        duration -= Int64(ticks)
        append(UInt32(clamping: Int64(ticks) + gap))
    }
}

extension MP4SampleTable {
    /// About what ``write(to:)`` writes.
    var boxSize: Int {
        256 + 8 * durations.count + 4 * sizes.count + 4 * keyFrames.count + 8 * chunks.count
            + 12 * chunkLengths.count
    }

    /// ISO/IEC 14496-12 §8.6.1.2, §8.6.2, §8.7.3 to §8.7.5.
    func write(to stbl: inout BoxWriter) {
        stbl.fullBox("stts") {
            $0.uint32(UInt32(truncatingIfNeeded: durations.count))
            for duration in durations {
                $0.uint32(duration.count)
                $0.uint32(duration.ticks)
            }
        }
        // Without the box each sample is a key frame.
        if track == .video, !sizes.isEmpty {
            stbl.fullBox("stss") { Self.write(keyFrames, to: &$0) }
        }
        stbl.fullBox("stsc") {
            $0.uint32(UInt32(truncatingIfNeeded: chunkLengths.count))
            for length in chunkLengths {
                $0.uint32(length.firstChunk)
                $0.uint32(length.samples)
                $0.uint32(1)
            }
        }
        stbl.fullBox("stsz") {
            $0.uint32(0)
            Self.write(sizes, to: &$0)
        }
        writeChunks(to: &stbl)
        if track == .audio { writePreRoll(to: &stbl) }
    }

    private static func write(_ values: [UInt32], to box: inout BoxWriter) {
        box.uint32(UInt32(truncatingIfNeeded: values.count))
        for value in values { box.uint32(value) }
    }

    /// 64 bits where 32 do not reach (ISO/IEC 14496-12 §8.7.5).
    private func writeChunks(to stbl: inout BoxWriter) {
        let isLong = chunks.last ?? 0 > Int64(UInt32.max)
        stbl.fullBox(isLong ? "co64" : "stco") {
            $0.uint32(UInt32(truncatingIfNeeded: chunks.count))
            for offset in chunks {
                if isLong {
                    $0.uint64(UInt64(clamping: offset))
                } else {
                    $0.uint32(UInt32(truncatingIfNeeded: offset))
                }
            }
        }
    }

    /// Says that decoding has to begin 80 ms before what is to be heard: four packets of the usual 20 ms.
    ///
    /// Encapsulation of Opus in ISO Base Media File Format §4.3.6.2; ISO/IEC 14496-12 §8.9, §10.1.
    private func writePreRoll(to stbl: inout BoxWriter) {
        stbl.fullBox("sgpd", version: 1) {
            $0.type("roll")
            $0.uint32(2)
            $0.uint32(1)
            $0.uint16(UInt16(bitPattern: -4))
        }
        stbl.fullBox("sbgp") {
            $0.type("roll")
            $0.uint32(sizes.isEmpty ? 0 : 1)
            if !sizes.isEmpty {
                $0.uint32(UInt32(truncatingIfNeeded: sizes.count))
                $0.uint32(1)
            }
        }
    }
}
