import RTP

/// What a file declares: its tracks.
struct SegmentFormat: Equatable, Sendable {
    /// Of the first key frame.
    struct Video: Equatable, Sendable {
        var codec: Codec
        var configuration: CodecConfiguration
        var size: PictureSize
    }

    var video: Video?
    var hasAudio: Bool

    /// Sound alone.
    static let sound = SegmentFormat(video: nil, hasAudio: true)

    private init(video: Video?, hasAudio: Bool) {
        self.video = video
        self.hasAudio = hasAudio
    }

    /// The format of a file that begins with a key frame; `nil` if that does not say enough.
    init?(_ keyFrame: DepacketizedFrame, hasAudio: Bool) {
        guard keyFrame.isKeyFrame, let configuration = keyFrame.configuration, let size = keyFrame.size else {
            return nil
        }
        let video = Video(codec: keyFrame.codec, configuration: configuration, size: size)
        self.init(video: video, hasAudio: hasAudio)
    }

    /// Whether a key frame can go on in the file.
    func takes(_ keyFrame: DepacketizedFrame) -> Bool {
        guard let video, let configuration = keyFrame.configuration, video.codec == keyFrame.codec else {
            return false
        }
        return video.configuration.isOfSameStream(as: configuration)
    }

    var container: RecordingSegment.Container { video?.codec == .h264 ? .mp4 : .webm }

    var mimeType: String {
        let type = video == nil ? "audio" : "video"
        let names = [video?.configuration.codecsName, hasAudio ? "opus" : nil].compactMap(\.self)
        return "\(type)/\(container);codecs=\(names.joined(separator: ","))"
    }
}
