/// What the index has to know of a fragment: all but the samples' bytes.
struct MP4FragmentSummary: Equatable, Sendable {
    struct Sample: Equatable, Sendable {
        /// In ticks of the track.
        var duration: UInt32
        var size: UInt32
        var isKeyFrame: Bool
    }

    /// Consecutive samples of one track.
    struct Run: Equatable, Sendable {
        var track: MP4Track
        /// The decode time of the first one, in ticks.
        var start: Int64
        /// Of the first one's bytes, in the fragment.
        var offset: Int64
        var samples: [Sample]

        var end: Int64 { samples.reduce(start) { $0 + Int64($1.duration) } }
        var byteCount: Int64 { samples.reduce(0) { $0 + Int64($1.size) } }
    }

    /// Of `moof` and `mdat`.
    var size: Int64
    /// In the order of ``MP4Track``.
    var runs: [Run]
}

extension MP4Fragment {
    /// - Parameter size: Of the fragment, written.
    func summary(size: Int) -> MP4FragmentSummary {
        var offset = Int64(size - runs.reduce(0) { $0 + $1.byteCount })
        var summary = MP4FragmentSummary(size: Int64(size), runs: [])
        for run in runs {
            let samples = run.samples.map {
                MP4FragmentSummary.Sample(
                    duration: $0.duration,
                    size: UInt32(truncatingIfNeeded: $0.bytes.count),
                    isKeyFrame: $0.isKeyFrame
                )
            }
            summary.runs.append(.init(track: run.track, start: run.start, offset: offset, samples: samples))
            offset += Int64(run.byteCount)
        }
        return summary
    }
}
