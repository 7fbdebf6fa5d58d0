import Foundation

/// The mail server that `SMTP_URL` names.
public struct SMTPServer: Sendable, Equatable {
    /// How the connection is protected (RFC 8314).
    public enum Security: Sendable, Equatable {
        /// TLS from the first byte (`smtps://`).
        case implicitTLS
        /// TLS by STARTTLS, and no mail without it (`smtp://`).
        case startTLS
        /// No TLS; only to this machine (`smtp://localhost`).
        case none
    }

    /// How the connection is protected.
    public let security: Security
    /// Name or address, an IPv6 address without brackets.
    public let host: String
    /// 465 for `smtps`, 587 for `smtp`, unless given.
    public let port: Int
    /// User name, decoded; nil sends without AUTH.
    public let username: String?
    /// Password, decoded.
    public let password: String?

    init?(url text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), ["smtp", "smtps"].contains(scheme),
            let host = parts.host, !host.isEmpty, (1...65535).contains(parts.port ?? 1),
            parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil,
            (parts.percentEncodedUser == nil) == (parts.percentEncodedPassword == nil)
        else { return nil }
        self.host = WebAddress.bare(host)
        port = parts.port ?? (scheme == "smtps" ? 465 : 587)
        username = parts.percentEncodedUser?.removingPercentEncoding
        password = parts.percentEncodedPassword?.removingPercentEncoding
        security =
            if scheme == "smtps" { .implicitTLS } else if IPNetwork.isLoopback(self.host) { .none } else {
                .startTLS
            }
    }

    /// The URL again, its credentials hidden.
    var redacted: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return
            "\(security == .implicitTLS ? "smtps" : "smtp")://\(username == nil ? "" : "***@")\(name):\(port)"
    }
}

extension ValueFormat<SMTPServer> {
    static let smtp = ValueFormat(
        shape:
            "smtps://user:password@host:465 or smtp://user:password@host:587, user and password percent-encoded",
        parse: { SMTPServer(url: $0) },
        text: { $0.redacted }
    )
}
