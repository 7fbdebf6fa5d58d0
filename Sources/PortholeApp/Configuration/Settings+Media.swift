extension Settings {
    static let mediaMode = SettingKey(
        "MEDIA_MODE",
        .media,
        .choice(),
        default: Configuration.MediaMode.forwarded,
        "How a session is carried. `sfu`: the headset sends once, to the server, which forwards to every viewer. `p2p`: the headset sends to each viewer itself."
    )
    static let mediaUDPPort = SettingKey(
        "MEDIA_UDP_PORT",
        .media,
        .integer(0...65_535),
        default: 8189,
        "UDP port of all media; 0 takes a free one."
    )
    static let mediaTCPPort = SettingKey(
        "MEDIA_TCP_PORT",
        .media,
        .integer(0...65_535),
        default: 8189,
        "TCP port of media, for networks that let no UDP through; 0 takes a free one."
    )
    static let mediaAnnouncedAddresses = SettingKey<[MediaAddress]>(
        "MEDIA_ANNOUNCED_ADDRESSES",
        .media,
        .list(of: .mediaAddress, shape: "a list of addresses such as 203.0.113.7 or 203.0.113.7:8189"),
        default: [],
        described: .described("this machine's own"),
        "Addresses that peers are told to send media to, separated by commas: `ip`, or `ip:port` where a router maps the port. Needed wherever the server does not have its public address itself, as in a container or behind a router."
    )
    static let mediaLoops = SettingKey(
        "MEDIA_LOOPS",
        .media,
        .integer(1...16),
        default: 1,
        "Threads that forward media; one fills about one core. A session stays on one of them."
    )
    static let mediaCodecs = SettingKey<[MediaCodec]>(
        "MEDIA_CODECS",
        .media,
        .codecs,
        default: [.h264, .vp8, .vp9, .av1],
        "Video codecs that publishers may use, the preferred one first."
    )
    static let mediaKeyFrameInterval = SettingKey<Duration>(
        "MEDIA_KEYFRAME_INTERVAL_SECONDS",
        .media,
        .seconds(1...3600),
        default: .seconds(10),
        "The longest stretch of a recording without a key frame. A headset makes one only when it is asked, and pays for it."
    )
    static let maximumVideoBitrate = SettingKey(
        "MAX_VIDEO_BITRATE",
        .media,
        .bitrate,
        default: 10_000_000,
        "The most that a publisher is allowed to send."
    )
    static let maximumViewersPerSession = SettingKey(
        "MAX_VIEWERS_PER_SESSION",
        .media,
        .integer(1...100_000),
        default: 200,
        "How many connections may watch one session."
    )
    static let maximumViewers = SettingKey(
        "MAX_VIEWERS",
        .media,
        .integer(1...100_000),
        default: 2000,
        "How many connections may watch on the whole server."
    )

    static let media: [Setting] = [
        mediaMode.setting, mediaUDPPort.setting, mediaTCPPort.setting, mediaAnnouncedAddresses.setting,
        mediaLoops.setting, mediaCodecs.setting, mediaKeyFrameInterval.setting, maximumVideoBitrate.setting,
        maximumViewersPerSession.setting, maximumViewers.setting,
    ]
}
