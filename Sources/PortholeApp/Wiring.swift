import AsyncHTTPClient
import Foundation
import HTTPAPI
import Identity
import Logging
import Notifications
import Persistence
import PortholeCore
import Remuxing
import Storage

/// Everything that one server is made of, put together from its configuration.
struct Wiring {
    let configuration: Configuration
    let data: DataDirectory
    let domain: DomainSettings
    let tokens: PortholeTokens
    let verifier: JWTVerifier
    let mint: UserTokenMint?
    let database: SQLiteDatabase
    let store: DiskObjectStore
    let remuxer: FFmpegRemuxer
    let mailer: any Mailer
    let localOutbox: LocalOutboxMailer?
    let ice: ConfiguredICEServers

    init(_ configuration: Configuration, logger: Logger) throws {
        self.configuration = configuration
        let now: @Sendable () -> Date = { Date() }
        data = try DataDirectory(configuration.server.dataDirectory)
        let keys =
            try configuration.server.secret.map(KeyRing.init(secret:)) ?? KeyRing(dataDirectory: data.path)
        tokens = PortholeTokens(keys: keys)
        let identity = try Self.identity(configuration, dataDirectory: data.path)
        let fetch = identity.effectiveKeySetURL.map { fetchJWKS(from: $0, with: HTTPClient.shared) }
        verifier = JWTVerifier(configuration: identity, fetch: fetch, now: now)
        mint = UserTokenMint(configuration: identity, now: now)
        database = try SQLiteDatabase(path: data.databasePath, logger: logger)
        domain = Self.domain(configuration, now: now)
        store = try DiskObjectStore(
            dataDirectory: data.path,
            publicURL: domain.publicURL,
            signingKey: keys.key(for: .object)
        )
        remuxer = FFmpegRemuxer(ffmpegPath: configuration.server.ffmpegPath)
        let sender = MailSender(
            name: configuration.mail.sender.name,
            address: configuration.mail.sender.address
        )
        if let server = configuration.mail.server {
            mailer = try SMTPMailer(endpoint: SMTPEndpoint(server), from: sender, caFile: Self.caFile)
            localOutbox = nil
        } else {
            let outbox = try LocalOutboxMailer(dataDirectory: data.path, from: sender)
            mailer = outbox
            localOutbox = outbox
        }
        ice = ConfiguredICEServers(
            stunURLs: configuration.ice.stunURLs,
            turnURLs: configuration.ice.turnURLs,
            credentials: configuration.ice.turnCredentials.map { credentials in
                switch credentials {
                case .sharedSecret(let secret): .sharedSecret(secret)
                case .fixed(let username, let password): .fixed(username: username, password: password)
                }
            },
            now: now
        )
    }

    /// OpenSSL's usual variable: where the system's own certificates are not the right ones.
    private static var caFile: String? { ProcessInfo.processInfo.environment["SSL_CERT_FILE"] }

    static func identity(
        _ configuration: Configuration,
        dataDirectory: String
    ) throws -> UserTokenConfiguration {
        var secret = configuration.identity.jwtSecret
        if secret == nil, !configuration.identity.isConfigured, configuration.environment == .development {
            secret = try KeyRing.developmentJWTSecret(dataDirectory: dataDirectory)
        }
        return UserTokenConfiguration(
            secret: secret,
            keySetURL: configuration.identity.supabaseURL == nil
                ? configuration.identity.jwksURL?.absoluteString : nil,
            issuer: configuration.identity.issuer,
            audience: configuration.identity.audience,
            supabaseURL: configuration.identity.supabaseURL?.absoluteString
        )
    }

    private static func domain(
        _ configuration: Configuration,
        now: @escaping @Sendable () -> Date
    ) -> DomainSettings {
        var domain = DomainSettings(publicURL: configuration.server.publicURL.absoluteString, now: now)
        domain.isDevelopment = configuration.environment == .development
        domain.streamViewerURL = configuration.server.streamViewerURL
        domain.sessionGrace = configuration.sessions.grace / .seconds(1)
        domain.sessionIdle = configuration.sessions.idle / .seconds(1)
        domain.combineGrace = configuration.recording.combineGrace / .seconds(1)
        domain.retention = configuration.recording.retentionDays.map { Double($0) * 86_400 }
        domain.isRecordingEnabled = [.browser, .both].contains(configuration.recording.mode)
        domain.maxRecordingBytes = Int64(configuration.recording.maximumBytes)
        domain.maxChunkBytes = Int64(configuration.recording.maximumChunkBytes)
        domain.minFreeBytes = Int64(configuration.recording.minimumFreeBytes)
        return domain
    }
}

extension SMTPEndpoint {
    init(_ server: SMTPServer) {
        let security: Security =
            switch server.security {
            case .implicitTLS: .implicitTLS
            case .startTLS: .startTLS
            case .none: .none
            }
        self.init(
            host: server.host,
            port: server.port,
            security: security,
            username: server.username,
            password: server.password
        )
    }
}
