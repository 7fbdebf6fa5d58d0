import RTP
import WebRTC

/// What a peer has done since it was connected, as the loop knows it.
struct PeerFigures: Equatable, Sendable {
    /// One track of a viewer.
    struct Track: Equatable, Sendable {
        var isVideo = false
        var expected: UInt64 = 0
        var received: UInt64 = 0
        var recovered: UInt64 = 0
        var lost: UInt64 = 0
        var bytes: UInt64 = 0
        var frames: UInt64 = 0
        var keyFrames: UInt64 = 0
        var undecodable: UInt64 = 0
        var keyFrameRequests: UInt64 = 0
        var jitter = 0.0
        var freezes: UInt64 = 0
        var frozenSeconds = 0.0
        var longestGap = 0.0
    }

    /// Of a publisher.
    var publisher: PublisherFigures?
    /// Of a viewer.
    var tracks: [Track] = []
    /// From the beginning of the connection to the first packet and the first frame of pictures.
    var firstPacket: MonotonicTime?
    var firstFrame: MonotonicTime?
    var connectedAt: MonotonicTime?
    var now: MonotonicTime

    init(_ entry: LoopPeer, at now: MonotonicTime) {
        self.now = now
        connectedAt = entry.connectedAt
        publisher = entry.publisher?.figures
        guard let viewer = entry.viewer else { return }
        firstPacket = viewer.firstPacket
        firstFrame = viewer.tracks.first { $0.kind == .video }?.firstFrame
        tracks = viewer.tracks.map { Track($0) }
    }
}

extension PeerFigures.Track {
    init(_ track: IncomingTrack) {
        isVideo = track.kind == .video
        expected = track.window.expected
        received = track.window.received
        recovered = track.window.recovered
        lost = track.window.lost
        bytes = track.bytes
        frames = track.frames
        keyFrames = track.keyFrames
        undecodable = track.undecodable
        keyFrameRequests = track.keyFrameRequests
        jitter = track.jitter
        freezes = track.freezes.count
        frozenSeconds = track.freezes.seconds
        longestGap = track.freezes.longestGap
    }
}
