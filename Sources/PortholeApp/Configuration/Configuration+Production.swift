import Foundation

extension SettingReader {
    /// Reports what may be lax on a laptop but not where families are.
    mutating func demandProduction(
        server: Configuration.Server,
        identity: Configuration.Identity,
        allowsHTTP: Bool
    ) {
        if !identity.isConfigured {
            report(
                Settings.jwtSecret,
                "Production needs a way to check user tokens; set JWT_SECRET, JWT_JWKS_URL or SUPABASE_URL"
            )
        }
        for (key, secret) in [
            (Settings.jwtSecret, identity.jwtSecret), (Settings.portholeSecret, server.secret),
        ] {
            guard let secret, let flaw = SecretStrength.flaw(in: secret) else { continue }
            report(key, "\(key.name) \(flaw); make one with: openssl rand -base64 48")
        }
        guard !allowsHTTP else { return }
        if !server.isSecure {
            let advice =
                isGiven(Settings.publicURL) ? "must be an https address" : "must be set, to an https address,"
            report(Settings.publicURL, "PUBLIC_URL \(advice) in production (or set ALLOW_INSECURE_HTTP=true)")
        }
        if isGiven(Settings.streamViewerURL), !server.streamViewerURL.lowercased().hasPrefix("https://") {
            report(
                Settings.streamViewerURL,
                "STREAM_VIEWER_URL must be an https address in production (or set ALLOW_INSECURE_HTTP=true)"
            )
        }
    }
}

/// Whether a secret could be guessed.
enum SecretStrength {
    /// As many bytes as HS256 has (RFC 7518 §3.2).
    static let minimumBytes = 32

    /// Secrets that stand in documentation and start-up kits, long enough to pass otherwise.
    private static let published: Set<String> = [
        "your-super-secret-jwt-token-with-at-least-32-characters-long",
        "super-secret-jwt-token-with-at-least-32-characters-long",
        "your-256-bit-secret-your-256-bit-secret",
        "a-string-secret-at-least-256-bits-long",
    ]

    /// What is wrong with it, completing the sentence "NAME …"; nil if nothing is.
    static func flaw(in secret: String) -> String? {
        if secret.utf8.count < minimumBytes { return "is shorter than \(minimumBytes) bytes" }
        if published.contains(secret.lowercased()) { return "is an example that everybody knows" }
        // Random bytes in hexadecimal or base64 hold far more different characters than eight.
        if Set(secret).count < 8 { return "repeats too few characters" }
        return nil
    }
}

extension Configuration {
    /// What is allowed but should be known.
    static func warnings(
        environment: Environment,
        server: Server,
        identity: Identity,
        mail: Mail,
        limits: Limits
    ) -> [String] {
        var warnings: [String] = []
        if environment == .development, IPNetwork.isUnspecified(server.host) {
            warnings.append(
                "HOST=\(server.host) in development: everybody on this network reaches the server"
            )
        }
        if environment == .development, let secret = identity.jwtSecret,
            let flaw = SecretStrength.flaw(in: secret)
        {
            warnings.append("JWT_SECRET \(flaw); production would refuse it")
        }
        guard environment == .production else { return warnings }
        if !server.isSecure {
            warnings.append("PUBLIC_URL is not https: tokens and pictures cross the network in the clear")
        }
        if mail.server == nil {
            warnings.append("SMTP_URL is not set: mails stay in the outbox in DATA_DIR, nobody gets them")
        } else if mail.sender.address.hasSuffix("@localhost") {
            warnings.append("FROM_EMAIL is \(mail.sender.address): most mail servers will refuse it")
        }
        return warnings
    }
}
