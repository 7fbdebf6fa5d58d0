import RTP

/// Writes WebM while it is recorded, so that the file is the final one at every moment but for what ``finish(duration:)``
/// adds: it can be played while it grows, and of a crash ``WebMRepair`` makes the same.
///
/// - A cluster has no size while blocks are appended to it, and gets it when the next one begins. Nothing before
///   ``settledLength`` changes any more, but within the first ``headLength`` bytes.
/// - The time of blocks never decreases, within a track and over both: a frame waits for the other track for 600 ms
///   of media, and what comes later still is of the time of the block before it (WebM Container Guidelines). It follows
///   that frames are given as they come.
/// - A gap needs no word: a picture lasts until the next one of its track, the last one until the duration.
///
/// RFC 9559 (Matroska), RFC 8794 (EBML).
public struct WebMWriter: Sendable {
    /// Milliseconds; 16 bits with sign say how far a block is from its cluster's time (RFC 9559 §10.2).
    static let longestCluster: Int64 = 5_000
    /// Bytes, unless one frame has more.
    static let largestCluster: Int64 = 2_000_000

    private struct Cluster {
        let offset: Int64
        let time: Int64
    }

    /// Bytes before the first cluster, among which ``finish(duration:)`` overwrites some.
    public let headLength: Int64
    /// Bytes of the file with all changes that were returned.
    public private(set) var length: Int64 = 0
    /// Whether the file is complete.
    public private(set) var isFinished = false
    private let tracks: [UInt8]
    private let videoCodec: Codec?
    private let audioCodec: Codec?
    private var interleaver: FrameInterleaver
    private var hasPicture = false
    private var cluster: Cluster?
    private var cues = CueList()
    private var end = MediaEnd()
    /// Of the last block, in milliseconds.
    private var time: Int64 = 0

    /// A file with these tracks.
    ///
    /// - Returns: `nil` for what is not WebM: other codecs than VP8, VP9, AV1 and Opus, no track at all, no size of pictures,
    ///   or more than two channels.
    public init?(video: VideoTrackFormat?, audio: AudioTrackFormat?) {
        guard let tracks = WebMTracks.element(video: video, audio: audio) else { return nil }
        self.tracks = tracks
        headLength = WebMHead.tracksOffset + Int64(tracks.count)
        videoCodec = video?.codec
        audioCodec = audio?.codec
        interleaver = FrameInterleaver(hasAudio: audio != nil, hasVideo: video != nil)
    }

    /// What is before it stays as it is, but for the head: an upload may begin.
    public var settledLength: Int64 {
        isFinished ? length : cluster?.offset ?? length
    }

    /// Writes the head; the first frame does it, too.
    public mutating func begin() -> [FileChange] {
        guard length == 0 else { return [] }
        let head = WebMHead.bytes(tracks: tracks)
        length = Int64(head.count)
        return [.append(head)]
    }

    /// Writes what has its turn once this frame is there, perhaps nothing yet.
    ///
    /// Not written are frames without bytes or of another codec than the track's, and pictures before the first key frame.
    public mutating func write(_ frame: EncodedFrame) -> [FileChange] {
        guard !isFinished, !frame.bytes.isEmpty else { return [] }
        switch frame.track {
        case .audio: guard frame.codec == audioCodec else { return [] }
        case .video:
            guard frame.codec == videoCodec, hasPicture || frame.isKeyFrame else { return [] }
            hasPicture = true
        }
        interleaver.add(frame)
        return appendDue(flushes: false)
    }

    /// Writes what is held back: for when no frames come any more.
    public mutating func flush() -> [FileChange] {
        isFinished ? [] : appendDue(flushes: true)
    }

    /// Makes the file complete, so that nothing is written afterwards.
    ///
    /// - Parameter duration: In microseconds; not less than until the end of the last frame, which it is without one.
    public mutating func finish(duration: Int64? = nil) -> [FileChange] {
        guard !isFinished else { return [] }
        var changes = appendDue(flushes: true)
        closeCluster(&changes)
        let closing = WebMHead.closing(
            length: length,
            duration: max(duration ?? 0, end.microseconds),
            cues: cues
        )
        length = closing.length
        isFinished = true
        return changes + closing.changes
    }

    private mutating func appendDue(flushes: Bool) -> [FileChange] {
        var changes = begin()
        while let frame = interleaver.next(flushes: flushes) { append(frame, to: &changes) }
        return changes
    }

    /// One array for what is appended, into which the payload is copied, once.
    private mutating func append(_ frame: EncodedFrame, to changes: inout [FileChange]) {
        time = max(time, (frame.time + 500) / 1_000)
        let isKeyFrame = frame.isKeyFrame || frame.track == .audio
        var bytes: [UInt8] = []
        bytes.reserveCapacity(frame.bytes.count + WebMCluster.longestHeader + WebMBlock.longestHeader)
        let current: Cluster
        if let cluster, fits(frame, in: cluster) {
            current = cluster
        } else {
            closeCluster(&changes)
            current = Cluster(offset: length, time: time)
            cluster = current
            end.beginCluster()
            cues.add(
                position: length - WebMHead.contentOffset,
                milliseconds: time,
                track: frame.track,
                isKeyFrame: isKeyFrame
            )
            WebMCluster.appendHeader(time: time, to: &bytes)
        }
        WebMBlock.appendHeader(
            track: frame.track,
            isKeyFrame: isKeyFrame,
            time: Int16(clamping: time - current.time),
            payloadCount: frame.bytes.count,
            to: &bytes
        )
        bytes.append(contentsOf: frame.bytes)
        end.add(
            frame.track,
            milliseconds: time,
            first: frame.bytes[0],
            second: frame.bytes.count > 1 ? frame.bytes[1] : nil
        )
        length += Int64(bytes.count)
        changes.append(.append(bytes))
    }

    private func fits(_ frame: EncodedFrame, in cluster: Cluster) -> Bool {
        let count = length - cluster.offset + Int64(frame.bytes.count + WebMBlock.longestHeader)
        return !(frame.isKeyFrame && frame.track == .video)
            && time - cluster.time < Self.longestCluster
            && count <= Self.largestCluster
    }

    private mutating func closeCluster(_ changes: inout [FileChange]) {
        guard let cluster else { return }
        changes.append(WebMCluster.size(from: cluster.offset, to: length))
        self.cluster = nil
    }
}
