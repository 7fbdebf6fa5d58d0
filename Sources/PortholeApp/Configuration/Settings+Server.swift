import Foundation

extension Settings {
    static let environment = SettingKey(
        "ENVIRONMENT",
        .server,
        .choice(),
        default: Configuration.Environment.development,
        "`development` or `production`. Production refuses to start without a way to check user tokens, with a guessable secret, or without an https `PUBLIC_URL`."
    )
    static let host = SettingKey(
        "HOST",
        .server,
        .host,
        default: "127.0.0.1",
        described: .described("`127.0.0.1` in development, `0.0.0.0` in production"),
        "Address to listen on, for HTTP and WebSocket."
    )
    static let port = SettingKey(
        "PORT",
        .server,
        .integer(0...65535),
        default: 8080,
        "Port to listen on; 0 takes a free one."
    )
    static let publicURL = SettingKey<URL?>(
        "PUBLIC_URL",
        .server,
        .optional(.site),
        default: nil,
        described: .described("from `HOST` and `PORT`"),
        "Address under which browsers and headsets reach the server; the base of links."
    )
    static let streamViewerURL = SettingKey<String?>(
        "STREAM_VIEWER_URL",
        .server,
        .optional(.watchLink),
        default: nil,
        described: .described("`PUBLIC_URL`"),
        "Base of the watch links in mails, for a studio that embeds the player in its own page. It may hold `{session}` and `{token}`; without them `/watch/{session}#token={token}` is appended."
    )
    static let dataDirectory = SettingKey(
        "DATA_DIR",
        .server,
        .path,
        default: "./data",
        "Folder of the database, recordings, mails and keys; made with mode 0700. One server per folder."
    )
    static let webDirectory = SettingKey<String?>(
        "WEB_DIR",
        .server,
        .optional(.path),
        default: nil,
        described: .described("`Web` beside the program"),
        "Folder of the pages."
    )
    static let ffmpegPath = SettingKey(
        "FFMPEG_PATH",
        .server,
        .path,
        default: "ffmpeg",
        "The ffmpeg program, which joins recordings and makes their pictures; a bare name is looked up on `PATH`."
    )
    static let portholeSecret = SettingKey<String?>(
        "PORTHOLE_SECRET",
        .server,
        .optional(.string),
        default: nil,
        described: .described("the file `keys/master` in `DATA_DIR`, made at the first start"),
        secrecy: .secret,
        "Root of the server's own keys (watch tokens, host tickets, signed URLs). Changing it makes every link that was sent useless."
    )
    static let allowInsecureHTTP = SettingKey(
        "ALLOW_INSECURE_HTTP",
        .server,
        .boolean,
        default: false,
        "Lets production start with an http `PUBLIC_URL`. Tokens and pictures then cross the network in the clear."
    )

    static let server: [Setting] = [
        environment.setting, host.setting, port.setting, publicURL.setting, streamViewerURL.setting,
        dataDirectory.setting, webDirectory.setting, ffmpegPath.setting, portholeSecret.setting,
        allowInsecureHTTP.setting,
    ]
}
