import Foundation

extension Configuration {
    /// Reads the settings of this process: the command line, the environment, then `.env` in the working directory.
    ///
    /// - Parameter flags: Values from the command line, by setting name.
    /// - Throws: `ConfigurationError` with every problem at once.
    public static func load(flags: [String: String]) throws(ConfigurationError) -> Configuration {
        let dotEnv: String?
        do {
            dotEnv = FileManager.default.fileExists(atPath: ".env") ? try readFile(".env") : nil
        } catch {
            let advice = ".env cannot be read; check its mode and that it is UTF-8 text"
            throw ConfigurationError(problems: [.init(setting: ".env", advice: advice)])
        }
        return try load(
            environment: ProcessInfo.processInfo.environment,
            dotEnv: dotEnv,
            flags: flags,
            readFile: readFile
        )
    }

    /// Understands settings from wherever they come; touches nothing but what `readFile` reads.
    ///
    /// An empty value in a stronger source hides weaker ones and means the default.
    ///
    /// - Parameters:
    ///   - environment: Environment variables; unknown names are none of our business.
    ///   - dotEnv: The text of `.env`, if there is one.
    ///   - flags: Values from the command line, by setting name.
    ///   - readFile: Returns the text of the file that a `NAME_FILE` names.
    /// - Throws: `ConfigurationError` with every problem at once.
    public static func load(
        environment: [String: String],
        dotEnv: String?,
        flags: [String: String],
        readFile: @escaping (String) throws -> String
    ) throws(ConfigurationError) -> Configuration {
        let raw = RawSettings(flags: flags, environment: environment, dotEnv: dotEnv, readFile: readFile)
        var reader = SettingReader(raw)
        let configuration = Configuration(from: &reader)
        guard reader.problems.isEmpty else { throw ConfigurationError(problems: reader.problems) }
        return configuration
    }

    private static func readFile(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    /// The same configuration once the server listens: `PORT=0` becomes the port that was taken, in links too.
    public func listening(onPort port: Int) -> Configuration {
        var copy = self
        copy.server.port = port
        if !server.publicURLIsGiven {
            copy.server.publicURL = Server.address(host: server.host, port: port)
        }
        if !server.streamViewerURLIsGiven {
            copy.server.streamViewerURL = copy.server.publicURL.absoluteString
        }
        let texts = [
            Settings.port.name: String(port),
            Settings.publicURL.name: copy.server.publicURL.absoluteString,
            Settings.streamViewerURL.name: copy.server.streamViewerURL,
        ]
        copy.effective = effective.map { entry in
            let text = texts[entry.setting.name] ?? entry.text
            return EffectiveSetting(setting: entry.setting, text: text, source: entry.source)
        }
        return copy
    }
}

extension Configuration {
    fileprivate init(from reader: inout SettingReader) {
        environment = reader.value(Settings.environment)
        let isProduction = environment == .production
        let allowsHTTP = reader.value(Settings.allowInsecureHTTP)
        server = Server(from: &reader, isProduction: isProduction)
        identity = Identity(from: &reader)
        signaling = Signaling(from: &reader, isProduction: isProduction)
        media = Media(from: &reader, httpPort: server.port)
        ice = ICE(from: &reader)
        sessions = Sessions(
            grace: reader.value(Settings.sessionGrace),
            idle: reader.value(Settings.sessionIdle)
        )
        recording = Recording(from: &reader)
        mail = Mail(server: reader.value(Settings.smtpURL), sender: reader.value(Settings.fromEmail))
        limits = Limits(from: &reader, isProduction: isProduction)
        logging = Logging(from: &reader)
        if isProduction {
            reader.demandProduction(server: server, identity: identity, allowsHTTP: allowsHTTP)
        }
        let rank = Dictionary(uniqueKeysWithValues: Settings.available.enumerated().map { ($1.name, $0) })
        effective = reader.effective.sorted {
            rank[$0.setting.name, default: 0] < rank[$1.setting.name, default: 0]
        }
        warnings = Configuration.warnings(
            environment: environment,
            server: server,
            identity: identity,
            mail: mail,
            limits: limits
        )
    }
}

extension Configuration.Server {
    fileprivate init(from reader: inout SettingReader, isProduction: Bool) {
        host = reader.value(Settings.host, default: isProduction ? "0.0.0.0" : "127.0.0.1")
        port = reader.value(Settings.port)
        publicURL = reader.value(Settings.publicURL, else: Self.address(host: host, port: port))
        streamViewerURL = reader.value(Settings.streamViewerURL, else: publicURL.absoluteString)
        dataDirectory = reader.value(Settings.dataDirectory)
        webDirectory = reader.value(Settings.webDirectory)
        ffmpegPath = reader.value(Settings.ffmpegPath)
        secret = reader.value(Settings.portholeSecret)
        publicURLIsGiven = reader.isGiven(Settings.publicURL)
        streamViewerURLIsGiven = reader.isGiven(Settings.streamViewerURL)
    }

    /// Where this machine itself reaches the server; "every interface" is not an address to go to.
    static func address(host: String, port: Int) -> URL {
        var parts = URLComponents()
        parts.scheme = "http"
        parts.host = IPNetwork.isUnspecified(host) ? "localhost" : host.contains(":") ? "[\(host)]" : host
        parts.port = port == 80 ? nil : port
        guard let url = parts.url else { preconditionFailure("a valid host and port make a URL") }
        return url
    }
}

extension Configuration.Identity {
    fileprivate init(from reader: inout SettingReader) {
        jwtSecret = reader.value(Settings.jwtSecret)
        supabaseURL = reader.value(Settings.supabaseURL)
        supabaseKey = reader.value(Settings.supabaseKey)
        issuer = reader.value(Settings.jwtIssuer)
        audience = reader.value(Settings.jwtAudience)
        jwksURL = reader.value(
            Settings.jwksURL,
            default: supabaseURL?.appending(path: "auth/v1/.well-known/jwks.json")
        )
        if supabaseKey != nil, !reader.isGiven(Settings.supabaseURL) {
            reader.report(
                Settings.supabaseKey,
                "SUPABASE_KEY is set without SUPABASE_URL; set that too, or remove the key"
            )
        }
    }
}

extension Configuration.Signaling {
    fileprivate init(from reader: inout SettingReader, isProduction: Bool) {
        allowsAnonymous = reader.value(Settings.signalingAnonymous, default: !isProduction)
        type = reader.value(Settings.signalingType)
        mode = reader.value(Settings.signalingMode)
        if isProduction, allowsAnonymous {
            reader.report(
                Settings.signalingAnonymous,
                "SIGNALING_ANONYMOUS=true would let strangers watch in production; remove it"
            )
        }
    }
}

extension Configuration.Media {
    fileprivate init(from reader: inout SettingReader, httpPort: Int) {
        mode = reader.value(Settings.mediaMode)
        udpPort = reader.value(Settings.mediaUDPPort)
        tcpPort = reader.value(Settings.mediaTCPPort)
        announcedAddresses = reader.value(Settings.mediaAnnouncedAddresses)
        loops = reader.value(Settings.mediaLoops)
        codecs = reader.value(Settings.mediaCodecs)
        keyFrameInterval = reader.value(Settings.mediaKeyFrameInterval)
        maximumVideoBitrate = reader.value(Settings.maximumVideoBitrate)
        maximumViewersPerSession = reader.value(Settings.maximumViewersPerSession)
        maximumViewers = reader.value(Settings.maximumViewers)
        if mode == .forwarded, tcpPort == httpPort, tcpPort != 0 {
            reader.report(
                Settings.mediaTCPPort,
                "MEDIA_TCP_PORT and PORT are the same; choose another for one of them"
            )
        }
    }
}

extension Configuration.Logging {
    fileprivate init(from reader: inout SettingReader) {
        level = reader.value(Settings.logLevel)
        format = reader.value(Settings.logFormat)
        metricsToken = reader.value(Settings.metricsToken)
        if let metricsToken, metricsToken.utf8.count < 16 {
            reader.report(
                Settings.metricsToken,
                "METRICS_TOKEN is shorter than 16 bytes; make one with: openssl rand -base64 24"
            )
        }
    }
}

extension Configuration.ICE {
    fileprivate init(from reader: inout SettingReader) {
        stunURLs = reader.value(Settings.stunURLs)
        turnURLs = reader.value(Settings.turnURLs)
        let secret = reader.value(Settings.turnSecret)
        let username = reader.value(Settings.turnUsername)
        let password = reader.value(Settings.turnPassword)
        turnCredentials =
            if let secret {
                .sharedSecret(secret)
            } else if let username, let password {
                .fixed(username: username, password: password)
            } else {
                nil
            }
        if secret != nil, username != nil || password != nil {
            reader.report(
                Settings.turnSecret,
                "TURN_SECRET and TURN_USERNAME, TURN_PASSWORD are two ways to the same end; keep one of them"
            )
        } else if secret == nil, username != nil, !reader.isGiven(Settings.turnPassword) {
            reader.report(Settings.turnUsername, "TURN_USERNAME is set without TURN_PASSWORD; set that too")
        } else if secret == nil, password != nil, !reader.isGiven(Settings.turnUsername) {
            reader.report(Settings.turnPassword, "TURN_PASSWORD is set without TURN_USERNAME; set that too")
        } else if !turnURLs.isEmpty, turnCredentials == nil {
            reader.report(
                Settings.turnURLs,
                "TURN_URLS is set without credentials; set TURN_SECRET, or TURN_USERNAME and TURN_PASSWORD"
            )
        } else if turnCredentials != nil, !reader.isGiven(Settings.turnURLs) {
            reader.report(
                Settings.turnURLs,
                "TURN credentials are set without TURN_URLS; set that too, or remove them"
            )
        }
    }
}

extension Configuration.Recording {
    fileprivate init(from reader: inout SettingReader) {
        mode = reader.value(Settings.recordingMode)
        maximumBytes = reader.value(Settings.maximumRecordingBytes)
        maximumChunkBytes = reader.value(Settings.maximumChunkBytes)
        minimumFreeBytes = reader.value(Settings.recordingMinimumFreeBytes)
        combineGrace = reader.value(Settings.combineGrace)
        let days = reader.value(Settings.recordingRetentionDays)
        let keepsForEver = reader.value(Settings.allowIndefiniteRetention)
        retentionDays = days == 0 ? nil : days
        if days == 0, !keepsForEver {
            reader.report(
                Settings.recordingRetentionDays,
                "RECORDING_RETENTION_DAYS=0 keeps recordings for ever; give a number of days, or set ALLOW_INDEFINITE_RETENTION=true"
            )
        }
        if maximumChunkBytes > maximumBytes {
            reader.report(
                Settings.maximumChunkBytes,
                "MAX_CHUNK_BYTES is larger than MAX_RECORDING_BYTES; make it smaller"
            )
        }
    }
}

extension Configuration.Limits {
    fileprivate init(from reader: inout SettingReader, isProduction: Bool) {
        allowedOrigins = reader.value(Settings.allowedOrigins)
        allowsLoopbackOrigins = !isProduction && !reader.isGiven(Settings.allowedOrigins)
        trustedProxies = reader.value(Settings.trustedProxies)
        requests = reader.value(Settings.rateLimitRequests)
        window = reader.value(Settings.rateLimitWindow)
        chunkUploadsPerMinute = reader.value(Settings.chunkUploadsPerMinute)
        signalingSocketsPerIP = reader.value(Settings.signalingSocketsPerIP)
    }
}
