import Foundation

extension Settings {
    static let signalingAnonymous = SettingKey(
        "SIGNALING_ANONYMOUS",
        .signaling,
        .boolean,
        default: true,
        described: .described("`true` in development, `false` in production"),
        "Opens the default room, in which stock Unity Render Streaming clients meet without tokens; never in production."
    )
    static let signalingType = SettingKey(
        "SIGNALING_TYPE",
        .signaling,
        .choice(),
        default: Configuration.SignalingType.websocket,
        "What `/config` tells pages to use: `websocket` or `http` (polling). Both are always served."
    )
    static let signalingMode = SettingKey(
        "SIGNALING_MODE",
        .signaling,
        .choice(),
        default: Configuration.SignalingMode.public,
        "Start-up mode of Unity Render Streaming in the default room: `public` or `private`."
    )

    static let signaling: [Setting] = [
        signalingAnonymous.setting, signalingType.setting, signalingMode.setting,
    ]

    static let stunURLs = SettingKey<[String]>(
        "STUN_URLS",
        .ice,
        .list(of: .stunURI, shape: "a list such as stun:stun.example.com:3478"),
        default: [],
        "STUN servers, separated by commas."
    )
    static let turnURLs = SettingKey<[String]>(
        "TURN_URLS",
        .ice,
        .list(of: .turnURI, shape: "a list such as turn:turn.example.com:3478?transport=udp"),
        default: [],
        "TURN servers, separated by commas; they need credentials."
    )
    static let turnSecret = SettingKey<String?>(
        "TURN_SECRET",
        .ice,
        .optional(.string),
        default: nil,
        secrecy: .secret,
        "coturn's `static-auth-secret`; every caller then gets credentials that expire."
    )
    static let turnUsername = SettingKey<String?>(
        "TURN_USERNAME",
        .ice,
        .optional(.string),
        default: nil,
        "User name of fixed TURN credentials, in place of `TURN_SECRET`."
    )
    static let turnPassword = SettingKey<String?>(
        "TURN_PASSWORD",
        .ice,
        .optional(.string),
        default: nil,
        secrecy: .secret,
        "Password of fixed TURN credentials."
    )

    static let ice: [Setting] = [
        stunURLs.setting, turnURLs.setting, turnSecret.setting, turnUsername.setting, turnPassword.setting,
    ]
}
