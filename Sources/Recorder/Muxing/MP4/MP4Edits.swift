/// When the samples of a track are presented (ISO/IEC 14496-12 §8.6.5, §8.6.6).
///
/// What an Opus encoder puts before the sound is cut off; it is said here, `dOps` only informs (Encapsulation
/// of Opus in ISO Base Media File Format §4.3.2, §4.4). While the file is made fragments say when a track
/// begins; at the end an edit without media does.
struct MP4Edits {
    /// Nothing is presented before, in ticks of the movie.
    private let delay: Int64
    /// In ticks of the movie, rounded up so that no sample is cut off; 0 is all that there is, fragments
    /// included.
    private let presented: Int64
    /// In ticks of the track.
    private let skipped: UInt32

    init(_ head: MP4TrackHead, _ table: MP4SampleTable) {
        skipped = head.skipped
        let ticks = MP4Track.movieTimescale
        guard table.count > 0 else {
            delay = 0
            presented = 0
            return
        }
        delay = MP4Track.rescale(table.start, from: head.track.timescale, to: ticks)
        let heard = max(table.duration - Int64(head.skipped), 0)
        presented = MP4Track.rescale(heard, from: head.track.timescale, to: ticks, up: true)
    }

    /// Of the track, in ticks of the movie.
    var duration: Int64 { delay + presented }

    /// Nothing of a track that is presented as it is.
    func write(to trak: inout BoxWriter) {
        guard delay > 0 || skipped > 0 else { return }
        trak.box("edts") {
            $0.fullBox("elst") {
                $0.uint32(delay > 0 ? 2 : 1)
                if delay > 0 { Self.write(delay, from: .max, to: &$0) }
                Self.write(presented, from: skipped, to: &$0)
            }
        }
    }

    /// - Parameter time: In ticks of the track; the largest is -1, which is nothing.
    private static func write(_ duration: Int64, from time: UInt32, to elst: inout BoxWriter) {
        elst.uint32(UInt32(clamping: duration))
        elst.uint32(time)
        elst.uint32(0x1_0000)
    }
}
