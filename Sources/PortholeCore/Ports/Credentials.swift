/// Why a credential was refused; the texts are what existing clients read.
public enum AuthenticationError: Error, Equatable, Sendable {
    case missing
    case expired
    /// With a reason that is safe to show, such as a pasted API key.
    case invalid(reason: String?)

    /// The text for the API's `error`.
    public var message: String {
        switch self {
        case .missing: "No token provided"
        case .expired: "Token expired"
        case .invalid: "Invalid token"
        }
    }
}

/// Checks user tokens.
public protocol UserTokenVerifier: Sendable {
    /// Verifies signature, times, issuer, audience and claims of a JWT.
    ///
    /// - Throws: ``AuthenticationError``.
    func verify(_ token: String) async throws -> User

    /// Whether any key is configured.
    var isConfigured: Bool { get }
}

/// The server's own tokens: pure functions of its keys.
public protocol OwnTokens: Sendable {
    /// `ptw_` + base64url(link id) + `.` + base64url(MAC).
    func watchToken(for link: WatchLinkID) -> String
    /// The link of a genuine watch token.
    func watchLink(in token: String) -> WatchLinkID?
    /// `pth_…`: makes its bearer the host of this session until it ends.
    func hostTicket(for session: SessionID) -> String
    /// The session of a genuine host ticket.
    func session(inHostTicket ticket: String) -> SessionID?
    /// Lets its bearer stop mails to one guardian row.
    func unsubscribeToken(for guardian: GuardianID) -> String
    func guardian(inUnsubscribeToken token: String) -> GuardianID?
    /// A new page cookie: 32 random bytes in base64url.
    func newPageCookie() -> String
    /// SHA-256 of a cookie, as kept in its row.
    func pageCookieHash(_ cookie: String) -> [UInt8]
    /// What stands for a child where its id must not: the same each time, and nobody without the key makes it.
    func pseudonym(of child: UserID) -> [UInt8]
}
