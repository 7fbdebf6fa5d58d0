import RTP

/// The Tracks element: pictures are track 1, sound is track 2, whichever of them is there (RFC 9559 §5.1.4).
enum WebMTracks {
    /// A sequence header is some dozen bytes; longer ones are no decoder's.
    static let longestCodecPrivate = 4_096
    /// What Opus has to decode after a seek before it sounds right: 80 ms in nanoseconds (RFC 7845 §4.6).
    private static let opusSeekPreRoll: UInt64 = 80_000_000

    static func number(of track: RecordingTrack) -> UInt8 {
        switch track {
        case .video: 1
        case .audio: 2
        }
    }

    static func track(ofNumber number: UInt8) -> RecordingTrack? {
        switch number {
        case 1: .video
        case 2: .audio
        default: nil
        }
    }

    /// - Returns: `nil` when WebM has no place for such tracks, or there is none.
    static func element(video: VideoTrackFormat?, audio: AudioTrackFormat?) -> [UInt8]? {
        var entries: [UInt8] = []
        if let video {
            guard let entry = entry(video) else { return nil }
            entries.append(.trackEntry, entry)
        }
        if let audio {
            guard let entry = entry(audio) else { return nil }
            entries.append(.trackEntry, entry)
        }
        guard !entries.isEmpty else { return nil }
        var element: [UInt8] = []
        element.append(.tracks, entries)
        return element
    }

    private static func entry(_ format: VideoTrackFormat) -> [UInt8]? {
        let sizes = 1...Int(UInt16.max)
        guard let codecID = codecID(format.codec), format.codec.isVideo,
            sizes.contains(format.size.width), sizes.contains(format.size.height)
        else { return nil }
        var entry = beginning(of: .video, type: 1, codecID: codecID)
        if let codecPrivate = format.codecPrivate {
            guard codecPrivate.count <= longestCodecPrivate else { return nil }
            entry.append(.codecPrivate, codecPrivate)
        }
        var video: [UInt8] = []
        video.append(.pixelWidth, UInt64(format.size.width))
        video.append(.pixelHeight, UInt64(format.size.height))
        entry.append(.video, video)
        return entry
    }

    private static func entry(_ format: AudioTrackFormat) -> [UInt8]? {
        guard let codecID = codecID(format.codec), format.codec.isAudio, (1...2).contains(format.channels)
        else { return nil }
        var entry = beginning(of: .audio, type: 2, codecID: codecID)
        entry.append(.codecPrivate, opusHead(channels: UInt8(format.channels)))
        entry.append(.codecDelay, UInt64(AudioTrackFormat.opusPreSkip) * 1_000_000_000 / 48_000)
        entry.append(.seekPreRoll, opusSeekPreRoll)
        var audio: [UInt8] = []
        audio.append(.samplingFrequency, float: 48_000)
        audio.append(.channels, UInt64(format.channels))
        entry.append(.audio, audio)
        return entry
    }

    private static func beginning(of track: RecordingTrack, type: UInt64, codecID: String) -> [UInt8] {
        var entry: [UInt8] = []
        entry.append(.trackNumber, UInt64(number(of: track)))
        entry.append(.trackUID, UInt64(number(of: track)))
        entry.append(.trackType, type)
        entry.append(.flagLacing, 0)
        entry.append(.language, "und")
        entry.append(.codecID, codecID)
        return entry
    }

    private static func codecID(_ codec: Codec) -> String? {
        switch codec {
        case .vp8: "V_VP8"
        case .vp9: "V_VP9"
        case .av1: "V_AV1"
        case .opus: "A_OPUS"
        case .h264, .red: nil
        }
    }

    /// The identification header of Ogg Opus, with channel mapping family 0 (RFC 7845 §5.1).
    private static func opusHead(channels: UInt8) -> [UInt8] {
        let preSkip = UInt16(AudioTrackFormat.opusPreSkip)
        var head = [UInt8]("OpusHead".utf8)
        head += [1, channels, UInt8(preSkip & 0xFF), UInt8(preSkip >> 8)]
        // The rate of what was encoded, 48 kHz in little-endian order; no gain; family 0.
        head += [0x80, 0xBB, 0, 0, 0, 0, 0]
        return head
    }
}
