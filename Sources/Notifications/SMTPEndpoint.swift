/// A mail server and how to talk to it.
public struct SMTPEndpoint: Sendable {
    /// How the connection is protected (RFC 8314).
    public enum Security: Sendable {
        /// TLS from the first byte.
        case implicitTLS
        /// STARTTLS, and no mail without it.
        case startTLS
        /// No TLS. Kept for this machine without a password; anything else gets STARTTLS.
        case none
    }

    let host: String
    let port: Int
    let security: Security
    let username: String?
    let password: String?

    /// Describes a server.
    ///
    /// - Parameters:
    ///   - host: Name or address, an IPv6 address without brackets.
    ///   - username: With `password`, for AUTH; never sent without TLS.
    public init(host: String, port: Int, security: Security, username: String? = nil, password: String? = nil)
    {
        self.host = host
        self.port = port
        self.username = username
        self.password = password
        let mayBeOpen = Self.isLoopback(host) && username == nil
        self.security = security == .none && !mayBeOpen ? .startTLS : security
    }

    /// The URL for libcurl; its path is the name that EHLO gives.
    func url(clientName: String) -> String {
        let scheme = security == .implicitTLS ? "smtps" : "smtp"
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(clientName)"
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}
