import RTP

/// A file of the recording while it is written.
///
/// Times are the file's own, in microseconds.
struct SegmentFile: Sendable {
    let segment: RecordingSegment
    private(set) var size: PictureSize?
    private(set) var videoFrames = 0
    private(set) var audioFrames = 0
    /// One of the two is there.
    private var webM: WebMWriter?
    private var mp4: MP4Writer?

    /// - Returns: `nil` if no file can declare this.
    init?(_ format: SegmentFormat, number: Int, start: Int64) {
        switch format.container {
        case .webm:
            guard let writer = WebMWriter(format) else { return nil }
            webM = writer
        case .mp4:
            guard let writer = MP4Writer(format) else { return nil }
            mp4 = writer
        }
        size = format.video?.size
        segment = RecordingSegment(
            number: number,
            container: format.container,
            mimeType: format.mimeType,
            start: start,
            size: size
        )
    }

    mutating func begin() -> [FileChange] {
        webM?.begin() ?? mp4?.advance(to: 0) ?? []
    }

    mutating func write(_ frame: EncodedFrame) -> [FileChange] {
        switch frame.track {
        case .audio: audioFrames += 1
        case .video:
            videoFrames += 1
            if let size = frame.size, size.area > self.size?.area ?? 0 { self.size = size }
        }
        return append(frame)
    }

    /// Twenty milliseconds without a sound, which count for nothing.
    mutating func writeSilence(at time: Int64) -> [FileChange] {
        append(EncodedFrame(codec: .opus, time: time, isKeyFrame: true, bytes: SoundTrack.silence))
    }

    private mutating func append(_ frame: EncodedFrame) -> [FileChange] {
        webM?.write(frame) ?? mp4?.append(frame) ?? []
    }

    /// Writes what is held back: for when no frames come any more.
    mutating func settle(at time: Int64) -> [FileChange] {
        webM?.flush() ?? mp4?.advance(to: time) ?? []
    }

    mutating func finish(duration: Int64) -> [FileChange] {
        webM?.finish(duration: duration) ?? mp4?.finish(duration: duration) ?? []
    }

    func end(duration: Int64) -> RecordingSegmentEnd {
        RecordingSegmentEnd(
            number: segment.number,
            duration: duration,
            size: size,
            videoFrames: videoFrames,
            audioFrames: audioFrames
        )
    }
}

extension PictureSize {
    fileprivate var area: Int { width * height }
}

extension WebMWriter {
    fileprivate init?(_ format: SegmentFormat) {
        let video = format.video.map { video in
            let codecPrivate = video.codec == .av1 ? video.configuration.record : nil
            return VideoTrackFormat(codec: video.codec, size: video.size, codecPrivate: codecPrivate)
        }
        self.init(video: video, audio: format.hasAudio ? AudioTrackFormat(channels: 2) : nil)
    }
}

extension MP4Writer {
    fileprivate init?(_ format: SegmentFormat) {
        guard let video = format.video, case .h264(let sps, let pps) = video.configuration else { return nil }
        self.init(
            video: MP4VideoFormat(
                size: video.size,
                sequenceParameterSets: [sps],
                pictureParameterSets: pps
            ),
            audio: format.hasAudio ? MP4AudioFormat() : nil
        )
    }
}
