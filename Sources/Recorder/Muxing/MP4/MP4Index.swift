/// What a file's end says of its fragments: where each sample is, and when.
///
/// Made of fragments alone, so that the end of a repaired file is the one that would have been.
struct MP4Index: Sendable {
    /// Samples of a track: 93 hours of sound, 155 of pictures.
    ///
    /// What comes then is lost.
    static let most = 1 << 24

    private let head: MP4Head
    private let most: Int
    /// The first byte behind the last fragment.
    private(set) var end: Int64
    /// In the order of ``MP4Track``.
    private var tables = MP4Track.allCases.map { MP4SampleTable($0) }

    init(_ head: MP4Head, most: Int = most) {
        self.head = head
        self.most = most
        end = head.end
    }

    /// Whether so many more samples of a track can be added.
    func hasRoom(for count: Int, of track: MP4Track) -> Bool {
        count <= most - tables[track.index].count
    }

    /// Whether a fragment can be added.
    func hasRoom(for fragment: MP4FragmentSummary) -> Bool {
        fragment.runs.allSatisfy { hasRoom(for: $0.samples.count, of: $0.track) }
    }

    /// Adds the fragment behind the last one.
    mutating func add(_ fragment: MP4FragmentSummary) {
        for run in fragment.runs { tables[run.track.index].add(run, at: end) }
        end += fragment.size
    }

    /// How long the file plays, in microseconds: up to the end of the longer track.
    var duration: Int64 {
        head.tracks
            .map { head in
                let end = tables[head.track.index].end
                return head.track.microseconds(ticks: max(end - Int64(head.skipped), 0))
            }
            .max() ?? 0
    }

    /// What to do to the file at its end, in this order: a crash between leaves what can be repaired.
    func changes() -> [FileChange] {
        [.append(MP4Movie(tracks: head.tracks, tables: tables).bytes), head.finish(end: end)]
    }
}
