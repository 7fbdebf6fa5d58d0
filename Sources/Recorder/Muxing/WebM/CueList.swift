/// Where a player may begin to decode: the clusters that begin with a key frame (RFC 9559 §5.1.5).
///
/// Before the first picture, and where there is none at all, clusters of sound at least five seconds apart.
struct CueList: Equatable, Sendable {
    /// Beyond these every second one goes: a mebibyte, a day and a half of key frames two seconds apart.
    static let most = 65_536
    /// Milliseconds between those of sound.
    static let audioDistance: UInt32 = 5_000

    /// Sixteen bytes.
    struct Cue: Equatable, Sendable {
        /// Of the cluster's first byte, from the Segment's content on.
        let position: Int64
        /// In milliseconds.
        let time: UInt32
        let isVideo: Bool
    }

    private(set) var cues: [Cue] = []
    private var leastDistance: UInt32 = 0

    /// A cluster began with a frame of `track`.
    mutating func add(position: Int64, milliseconds: Int64, track: RecordingTrack, isKeyFrame: Bool) {
        let time = UInt32(clamping: milliseconds)
        if let last = cues.last {
            let distance = time >= last.time ? time - last.time : 0
            guard distance >= leastDistance else { return }
            if track == .audio, last.isVideo || distance < Self.audioDistance { return }
        }
        guard isKeyFrame else { return }
        if cues.count >= Self.most { thin() }
        cues.append(Cue(position: position, time: time, isVideo: track == .video))
    }

    private mutating func thin() {
        cues = cues.indices.filter { $0.isMultiple(of: 2) }.map { cues[$0] }
        leastDistance = max(1_000, leastDistance &* 2)
    }

    /// The Cues element; nothing when there is no cue, since an empty one is not allowed.
    var element: [UInt8] {
        guard !cues.isEmpty else { return [] }
        var points: [UInt8] = []
        points.reserveCapacity(cues.count * 24)
        for cue in cues {
            var positions: [UInt8] = []
            positions.append(.cueTrack, UInt64(WebMTracks.number(of: cue.isVideo ? .video : .audio)))
            positions.append(.cueClusterPosition, UInt64(clamping: cue.position))
            var point: [UInt8] = []
            point.append(.cueTime, UInt64(cue.time))
            point.append(.cueTrackPositions, positions)
            points.append(.cuePoint, point)
        }
        var element: [UInt8] = []
        element.reserveCapacity(points.count + EBMLElementHeader.longest)
        element.append(.cues, points)
        return element
    }
}
