/// What the index has to know of a fragment.
struct MP4FragmentSummary: Equatable, Sendable {
    /// Of `moof` and `mdat`.
    var size: Int64
    /// The decode times of each track, in ticks; `nil` where it has no samples.
    var video: Range<Int64>?
    var audio: Range<Int64>?
    /// Whether the first sample of video is a key frame.
    var startsWithKeyFrame: Bool

    /// When the key frame is decoded that the fragment begins with.
    var keyTime: Int64? { startsWithKeyFrame ? video?.lowerBound : nil }
}

extension MP4Fragment {
    /// - Parameter size: Of the fragment, written.
    func summary(size: Int) -> MP4FragmentSummary {
        var summary = MP4FragmentSummary(size: Int64(size), startsWithKeyFrame: false)
        for run in runs {
            let span = run.start..<max(run.end, run.start)
            switch run.track {
            case .video:
                summary.video = span
                summary.startsWithKeyFrame = run.samples.first?.isKeyFrame ?? false
            case .audio:
                summary.audio = span
            }
        }
        return summary
    }
}
