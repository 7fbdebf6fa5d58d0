import Foundation

extension Settings {
    static let smtpURL = SettingKey<SMTPServer?>(
        "SMTP_URL",
        .mail,
        .optional(.smtp),
        default: nil,
        described: .described("mails become files in `DATA_DIR`, shown at `/dev/outbox` in development"),
        secrecy: .credentialsInURL,
        "Mail server: `smtps://user:password@host:465`, or `smtp://user:password@host:587`, which demands STARTTLS unless the host is this machine."
    )
    static let fromEmail = SettingKey(
        "FROM_EMAIL",
        .mail,
        .mailbox,
        default: Mailbox(address: "porthole@localhost"),
        "Sender of mails: `porthole@example.com` or `Porthole <porthole@example.com>`."
    )

    static let mail: [Setting] = [smtpURL.setting, fromEmail.setting]

    static let allowedOrigins = SettingKey<[String]>(
        "ALLOWED_ORIGINS",
        .limits,
        .list(of: .origin, shape: "a list of origins such as https://studio.example.com (* is not one)"),
        default: [],
        described: .described("the server's own; any port of localhost too in development"),
        "Origins besides the server's own whose pages may call the API, open signaling sockets and embed the player, separated by commas."
    )
    static let trustedProxies = SettingKey<[IPNetwork]>(
        "TRUSTED_PROXIES",
        .limits,
        .list(of: .network, shape: "a list of addresses and networks such as 10.0.0.0/8"),
        default: [],
        "Proxies whose `X-Forwarded-For` and `X-Real-IP` are believed, separated by commas."
    )
    static let rateLimitRequests = SettingKey(
        "RATE_LIMIT_REQUESTS",
        .limits,
        .integer(1 ... .max),
        default: 100,
        "Requests to `/api` in a window: anonymous by address, with a valid token by its subject."
    )
    static let rateLimitWindow = SettingKey<Duration>(
        "RATE_LIMIT_WINDOW_SECONDS",
        .limits,
        .seconds(1...86_400),
        default: .seconds(900),
        "Length of that window."
    )
    static let chunkUploadsPerMinute = SettingKey(
        "CHUNK_UPLOADS_PER_MINUTE",
        .limits,
        .integer(1 ... .max),
        default: 60,
        "Uploads of recording pieces in a minute, each grant on its own."
    )
    static let signalingSocketsPerIP = SettingKey(
        "SIGNALING_SOCKETS_PER_IP",
        .limits,
        .integer(1 ... .max),
        default: 64,
        "Signaling sockets that one address may hold open."
    )

    static let limits: [Setting] = [
        allowedOrigins.setting, trustedProxies.setting, rateLimitRequests.setting, rateLimitWindow.setting,
        chunkUploadsPerMinute.setting, signalingSocketsPerIP.setting,
    ]

    static let logLevel = SettingKey(
        "LOG_LEVEL",
        .logs,
        .choice(),
        default: Configuration.LogLevel.info,
        "`trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`."
    )
    static let logFormat = SettingKey(
        "LOG_FORMAT",
        .logs,
        .choice(),
        default: Configuration.LogFormat.auto,
        "`text`, `json`, or `auto`: text on a terminal, else JSON."
    )

    static let metricsToken = SettingKey<String?>(
        "METRICS_TOKEN",
        .logs,
        .optional(.string),
        default: nil,
        described: .described("this machine itself may read `/metrics`, nobody else"),
        secrecy: .secret,
        "Bearer token that opens `/metrics` to whoever sends it; at least 16 bytes."
    )

    static let logs: [Setting] = [logLevel.setting, logFormat.setting, metricsToken.setting]
}
