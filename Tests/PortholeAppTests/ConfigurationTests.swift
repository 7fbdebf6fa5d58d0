import Foundation
import Testing

@testable import PortholeApp

private let strongSecret = "Zr8kQ1vX0pLw9sTnB4yHcE7uJ2mGaD5f"

/// Loads from what the test says and from nothing else.
private func load(
    _ environment: [String: String] = [:],
    dotEnv: String? = nil,
    flags: [String: String] = [:],
    files: [String: String] = [:]
) throws(ConfigurationError) -> Configuration {
    try Configuration.load(environment: environment, dotEnv: dotEnv, flags: flags) { path in
        guard let text = files[path] else { throw CocoaError(.fileNoSuchFile) }
        return text
    }
}

/// What a production server needs at least, with changes.
private func production(_ changes: [String: String] = [:]) -> [String: String] {
    let least = [
        "ENVIRONMENT": "production", "PUBLIC_URL": "https://porthole.example.com", "JWT_SECRET": strongSecret,
    ]
    return least.merging(changes) { $1 }
}

private func problems(_ environment: [String: String] = [:], dotEnv: String? = nil) -> [String] {
    do {
        _ = try load(environment, dotEnv: dotEnv)
        return []
    } catch {
        return error.problems.map(\.advice)
    }
}

@Suite("Configuration: defaults and sources")
struct ConfigurationTests {
    @Test func `an empty laptop gets a whole configuration`() throws {
        let configuration = try load()
        #expect(configuration.environment == .development)
        #expect(configuration.server.host == "127.0.0.1")
        #expect(configuration.server.publicURL.absoluteString == "http://127.0.0.1:8080")
        #expect(configuration.server.streamViewerURL == "http://127.0.0.1:8080")
        #expect(configuration.signaling.allowsAnonymous)
        #expect(configuration.media.mode == .forwarded)
        #expect(configuration.recording.mode == .server)
        #expect(configuration.recording.retentionDays == 30)
        #expect(configuration.recording.maximumBytes == 500_000_000)
        #expect(configuration.limits.allowsLoopbackOrigins)
        #expect(configuration.mail.server == nil)
        #expect(configuration.warnings.isEmpty)
    }

    @Test func `production changes the defaults that depend on it`() throws {
        let configuration = try load(production())
        #expect(configuration.server.host == "0.0.0.0")
        #expect(!configuration.signaling.allowsAnonymous)
        #expect(!configuration.limits.allowsLoopbackOrigins)
        #expect(configuration.server.isSecure)
        #expect(configuration.warnings.count == 1)
    }

    @Test func `the command line beats the environment and that beats the file`() throws {
        let dotEnv = "PORT=1\nLOG_LEVEL=debug\nRATE_LIMIT_REQUESTS=7"
        let configuration = try load(
            ["PORT": "2", "LOG_LEVEL": "error"],
            dotEnv: dotEnv,
            flags: ["PORT": "3"]
        )
        #expect(configuration.server.port == 3)
        #expect(configuration.logging.level == .error)
        #expect(configuration.limits.requests == 7)
        let sources = Dictionary(
            uniqueKeysWithValues: configuration.effective.map { ($0.setting.name, $0.source) }
        )
        #expect(sources["PORT"] == .commandLine)
        #expect(sources["LOG_LEVEL"] == .environment)
        #expect(sources["RATE_LIMIT_REQUESTS"] == .dotEnv)
        #expect(sources["HOST"] == .default)
    }

    @Test func `an empty value hides weaker sources and means the default`() throws {
        #expect(try load(["PORT": ""], dotEnv: "PORT=1").server.port == 8080)
    }

    @Test func `a secret may come from a file`() throws {
        let configuration = try load(
            ["JWT_SECRET_FILE": "/run/jwt"],
            files: ["/run/jwt": "\(strongSecret)\n"]
        )
        #expect(configuration.identity.jwtSecret == strongSecret)
        #expect(problems(["JWT_SECRET_FILE": "/run/jwt"]).first?.contains("cannot be read") == true)
        #expect(problems(["JWT_SECRET_FILE": "/x", "JWT_SECRET": "y"]).first?.contains("both set") == true)
    }

    @Test func `a stronger source's secret beats a weaker one's file`() throws {
        let configuration = try load(["JWT_SECRET": strongSecret], dotEnv: "JWT_SECRET_FILE=/nowhere")
        #expect(configuration.identity.jwtSecret == strongSecret)
    }

    @Test func `unknown names in the file get a suggestion and in the environment nothing`() throws {
        #expect(
            problems(dotEnv: "TURN_URL=x") == [
                "TURN_URL (in .env, line 1) is not a setting; did you mean TURN_URLS?"
            ]
        )
        #expect(problems(dotEnv: "\nTRUN_URLS=x").first?.contains("line 2") == true)
        #expect(problems(dotEnv: "COMPLETELY_DIFFERENT_THING=x").first?.hasSuffix("remove it") == true)
        #expect(problems(dotEnv: "PORT_FILE=/x").count == 1)
        #expect(
            problems(dotEnv: "PORT=1\nPORT=2") == [
                "PORT stands twice in .env, lines 1 and 2; keep one of them"
            ]
        )
        #expect(problems(["TURN_URL": "x", "PATH": "/bin"]).isEmpty)
        #expect(throws: ConfigurationError.self) { try load(flags: ["PROT": "1"]) }
    }

    @Test(arguments: Settings.later)
    func `a setting of a missing part stops the start and says why`(setting: Setting) throws {
        let advice = problems([setting.name: "postgres://secret"])
        #expect(advice.count == 1)
        #expect(advice.first?.hasPrefix("\(setting.name) is set, but this version") == true)
        #expect(advice.first?.contains("secret") == false)
        #expect(problems(dotEnv: "\(setting.name)=x").count == 1)
        #expect(problems([setting.name: ""]).isEmpty)
    }

    @Test func `listening on a free port corrects the links that were derived`() throws {
        let bound = try load(["PORT": "0"]).listening(onPort: 4711)
        #expect(bound.server.port == 4711)
        #expect(bound.server.publicURL.absoluteString == "http://127.0.0.1:4711")
        #expect(bound.server.streamViewerURL == "http://127.0.0.1:4711")
        #expect(bound.report.contains("http://127.0.0.1:4711"))
        let given = try load(["PORT": "0", "PUBLIC_URL": "https://a.example/"]).listening(onPort: 4711)
        #expect(given.server.publicURL.absoluteString == "https://a.example")
        #expect(given.server.streamViewerURL == "https://a.example")
    }

    @Test func `reports show every setting and no secret`() throws {
        let secrets = [
            "JWT_SECRET": strongSecret, "PORTHOLE_SECRET": "hidden-root", "SUPABASE_KEY": "hidden-key",
            "TURN_PASSWORD": "hidden-turn", "SMTP_URL": "smtps://hidden-user:hidden%40pass@mail.example.com",
        ]
        let others = [
            "SUPABASE_URL": "https://a.supabase.co", "TURN_URLS": "turn:a:3478", "TURN_USERNAME": "u",
        ]
        let configuration = try load(secrets.merging(others) { $1 })
        for text in [configuration.report, configuration.reportJSON] {
            #expect(!text.contains("hidden"))
            #expect(!text.contains(strongSecret))
            #expect(text.contains("smtps://***@mail.example.com:465"))
            for setting in Settings.available { #expect(text.contains(setting.name)) }
        }
        #expect(configuration.effective.map(\.setting) == Settings.available)
        let parsed = try JSONSerialization.jsonObject(with: Data(configuration.reportJSON.utf8))
        #expect((parsed as? [String: [String: String]])?["PORT"] == ["value": "8080", "source": "default"])
    }
}

@Suite("Configuration: contradictions and malformed values")
struct ConfigurationProblemTests {
    @Test(arguments: [
        ("PORT", "65536"), ("PORT", "-1"), ("PORT", "eighty"), ("ENVIRONMENT", "staging"),
        ("HOST", "http://a"),
        ("PUBLIC_URL", "porthole.example.com"), ("PUBLIC_URL", "https://a.example/path"),
        ("PUBLIC_URL", "https://user:pw@a.example"), ("PUBLIC_URL", "ftp://a.example"),
        ("STREAM_VIEWER_URL", "https://a.example/{session}"), ("STREAM_VIEWER_URL", "https://a.example/?x"),
        ("JWT_JWKS_URL", "http://keys.example.com/jwks"), ("SUPABASE_URL", "a.supabase.co"),
        ("STUN_URLS", "turn:a"), ("STUN_URLS", "stun://a"), ("TURN_URLS", "turn:a?transport=sctp"),
        ("TURN_URLS", "turn:u:p@a"), ("SIGNALING_MODE", "open"), ("MEDIA_MODE", "mcu"),
        ("RECORDING_MODE", "cloud"), ("MAX_CHUNK_BYTES", "0"),
        ("MAX_CHUNK_BYTES", "16 apples"), ("MAX_RECORDING_BYTES", "99999999999999 GB"),
        ("RECORDING_MIN_FREE_BYTES", "-1"), ("SMTP_URL", "http://mail"), ("SMTP_URL", "smtp://user@mail"),
        ("FROM_EMAIL", "nobody"), ("FROM_EMAIL", "a@b\r\nBcc: c@d"), ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "https://a.example/x"), ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "proxy"), ("RATE_LIMIT_REQUESTS", "0"), ("SIGNALING_ANONYMOUS", "maybe"),
        ("LOG_LEVEL", "loud"), ("COMBINE_GRACE_SECONDS", "1.5"), ("MEDIA_UDP_PORT", "65536"),
        ("MEDIA_ANNOUNCED_ADDRESSES", "0.0.0.0"), ("MEDIA_ANNOUNCED_ADDRESSES", "media.example.com"),
        ("MEDIA_ANNOUNCED_ADDRESSES", "192.0.2.1:0"), ("MEDIA_ANNOUNCED_ADDRESSES", "2001:db8::1:65536"),
        ("MEDIA_LOOPS", "0"), ("MEDIA_CODECS", "H265"), ("MEDIA_CODECS", "VP8,VP8"),
        ("MAX_VIDEO_BITRATE", "10 MB"), ("MAX_VIDEO_BITRATE", "64 kbit/s"), ("MAX_VIEWERS", "0"),
    ])
    func `a malformed value gives one line that names the setting`(name: String, value: String) {
        let advice = problems([name: value])
        #expect(advice.count == 1)
        #expect(advice.first?.hasPrefix("\(name) must be ") == true)
        #expect(advice.first?.contains("\n") == false)
        #expect(advice.first?.contains("pw@") == false)
    }

    @Test(arguments: [
        (["TURN_URLS": "turn:a", "TURN_SECRET": "s", "TURN_PASSWORD": "p"], "TURN_SECRET"),
        (["TURN_URLS": "turn:a", "TURN_SECRET": "s", "TURN_USERNAME": "u"], "TURN_SECRET"),
        (["TURN_URLS": "turn:a"], "TURN_URLS"), (["TURN_SECRET": "s"], "TURN credentials"),
        (["TURN_URLS": "turn:a", "TURN_USERNAME": "u"], "TURN_USERNAME"),
        (["TURN_URLS": "turn:a", "TURN_PASSWORD": "p"], "TURN_PASSWORD"),
        (["SUPABASE_KEY": "k"], "SUPABASE_KEY"),
        (["RECORDING_RETENTION_DAYS": "0"], "RECORDING_RETENTION_DAYS=0"),
        (["MAX_CHUNK_BYTES": "2 MB", "MAX_RECORDING_BYTES": "1 MB"], "MAX_CHUNK_BYTES"),
        (["PORT": "8189"], "MEDIA_TCP_PORT"), (["METRICS_TOKEN": "short"], "METRICS_TOKEN is shorter"),
    ])
    func `a contradiction gives one line that says what to do`(environment: [String: String], start: String) {
        let advice = problems(environment)
        #expect(advice.count == 1)
        #expect(advice.first?.hasPrefix(start) == true)
    }

    @Test(arguments: [
        (["JWT_SECRET": ""], "Production needs a way to check user tokens"),
        (["JWT_SECRET": "short"], "JWT_SECRET is shorter"),
        (
            ["JWT_SECRET": "your-super-secret-jwt-token-with-at-least-32-characters-long"],
            "JWT_SECRET is an example"
        ),
        (["JWT_SECRET": String(repeating: "abc", count: 20)], "JWT_SECRET repeats"),
        (["PORTHOLE_SECRET": "short"], "PORTHOLE_SECRET is shorter"),
        (["PUBLIC_URL": ""], "PUBLIC_URL must be set"),
        (["PUBLIC_URL": "http://a.example"], "PUBLIC_URL must be an https"),
        (["STREAM_VIEWER_URL": "http://a.example"], "STREAM_VIEWER_URL must be an https"),
        (["SIGNALING_ANONYMOUS": "true"], "SIGNALING_ANONYMOUS=true"),
    ])
    func `production refuses what a laptop may do`(changes: [String: String], start: String) {
        let advice = problems(production(changes))
        #expect(advice.count == 1)
        #expect(advice.first?.hasPrefix(start) == true)
    }

    @Test func `production starts with any one way to check tokens`() {
        #expect(
            problems(production(["JWT_SECRET": "", "JWT_JWKS_URL": "https://keys.example.com/"])).isEmpty
        )
        #expect(problems(production(["JWT_SECRET": "", "SUPABASE_URL": "https://a.supabase.co"])).isEmpty)
    }

    @Test func `what is allowed but lax is warned about`() throws {
        #expect(try load(["HOST": "0.0.0.0"]).warnings.first?.hasPrefix("HOST=0.0.0.0") == true)
        #expect(try load(["HOST": "0.0.0.0"]).server.publicURL.absoluteString == "http://localhost:8080")
        #expect(try load(["JWT_SECRET": "short"]).warnings.count == 1)
        let lax = production(["PUBLIC_URL": "http://a.example", "ALLOW_INSECURE_HTTP": "true"])
        #expect(try load(lax).warnings.contains { $0.hasPrefix("PUBLIC_URL is not https") })
        let sender = production(["SMTP_URL": "smtps://u:p@mail.example.com"])
        #expect(try load(sender).warnings.contains { $0.hasPrefix("FROM_EMAIL") })
    }

    @Test func `everything that is wrong is reported at once`() {
        let advice = problems(
            ["PORT": "x", "TURN_URLS": "turn:a", "S3_BUCKET": "b"],
            dotEnv: "NOPE_NOPE_NOPE=1"
        )
        #expect(advice.count == 4)
    }

    @Test func `a malformed secret is never quoted`() {
        let advice = problems(["SMTP_URL": "smtp://topsecret" + ":x@h/path"])
        #expect(advice.count == 1)
        #expect(advice.first?.contains("topsecret") == false)
    }
}
