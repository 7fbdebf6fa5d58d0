import Foundation

extension Settings {
    static let sessionGrace = SettingKey<Duration>(
        "SESSION_GRACE_SECONDS",
        .sessions,
        .seconds(0...86_400),
        default: .seconds(30),
        "How long a headset that was lost may come back before its session ends."
    )
    static let sessionIdle = SettingKey<Duration>(
        "SESSION_IDLE_SECONDS",
        .sessions,
        .seconds(1...604_800),
        default: .seconds(3600),
        "How long a session may have neither host nor viewer nor upload before it ends."
    )
    static let recordingMode = SettingKey(
        "RECORDING_MODE",
        .sessions,
        .choice(),
        default: Configuration.RecordingMode.server,
        "Who records: `server` (what it forwards; where media goes from peer to peer, the page of a viewer), `browser` (the page of a viewer), `both` or `off`."
    )
    static let recordingRetentionDays = SettingKey(
        "RECORDING_RETENTION_DAYS",
        .sessions,
        .integer(0...36_500),
        default: 30,
        "After how many days recordings of children without a retention of their own are deleted; 0 keeps them for ever and needs `ALLOW_INDEFINITE_RETENTION`."
    )
    static let allowIndefiniteRetention = SettingKey(
        "ALLOW_INDEFINITE_RETENTION",
        .sessions,
        .boolean,
        default: false,
        "Says that keeping recordings of children for ever is meant."
    )
    static let maximumRecordingBytes = SettingKey(
        "MAX_RECORDING_BYTES",
        .sessions,
        .byteCount,
        default: 500_000_000,
        "Largest recording that is taken from a browser."
    )
    static let maximumChunkBytes = SettingKey(
        "MAX_CHUNK_BYTES",
        .sessions,
        .byteCount,
        default: 16_000_000,
        "Largest single upload of a recording."
    )
    static let recordingMinimumFreeBytes = SettingKey(
        "RECORDING_MIN_FREE_BYTES",
        .sessions,
        .byteCount,
        default: 2_000_000_000,
        "New recordings are refused while the disk has less room than this; those of the server end, properly, at a tenth of it."
    )
    static let combineGrace = SettingKey<Duration>(
        "COMBINE_GRACE_SECONDS",
        .sessions,
        .seconds(0...86_400),
        default: .seconds(120),
        "How long missing pieces of a recording are waited for before the rest is joined."
    )

    static let sessions: [Setting] = [
        sessionGrace.setting, sessionIdle.setting, recordingMode.setting, recordingRetentionDays.setting,
        allowIndefiniteRetention.setting, maximumRecordingBytes.setting, maximumChunkBytes.setting,
        recordingMinimumFreeBytes.setting, combineGrace.setting,
    ]
}
