public import PortholeCore
import Synchronization

/// Tokens that say what they are, and the user tokens that a test made known.
public final class FakeTokens: OwnTokens, UserTokenVerifier {
    private struct State {
        var users: [String: User] = [:]
        var cookies = 0
    }

    private let state = Mutex(State())

    /// Makes one that knows no user token.
    public init() {}

    /// Lets a user token be genuine.
    public func know(_ token: String, of user: User) {
        state.withLock { $0.users[token] = user }
    }

    /// The user of a known token.
    public func verify(_ token: String) async throws -> User {
        guard let user = state.withLock({ $0.users[token] }) else {
            throw AuthenticationError.invalid(reason: nil)
        }
        return user
    }

    /// Always.
    public var isConfigured: Bool { true }

    /// `ptw_` and the link's id.
    public func watchToken(for link: WatchLinkID) -> String { "ptw_\(link)" }

    /// The link that the token names.
    public func watchLink(in token: String) -> WatchLinkID? { id(in: token, after: "ptw_") }

    /// `pth_` and the session's id.
    public func hostTicket(for session: SessionID) -> String { "pth_\(session)" }

    /// The session that the ticket names.
    public func session(inHostTicket ticket: String) -> SessionID? { id(in: ticket, after: "pth_") }

    /// `stop_` and the guardian's id.
    public func unsubscribeToken(for guardian: GuardianID) -> String { "stop_\(guardian)" }

    /// The guardian that the token names.
    public func guardian(inUnsubscribeToken token: String) -> GuardianID? { id(in: token, after: "stop_") }

    /// The id, backwards.
    public func pseudonym(of child: UserID) -> [UInt8] { child.text.utf8.reversed() }

    /// Another name each time.
    public func newPageCookie() -> String {
        state.withLock { state in
            state.cookies += 1
            return "cookie-\(state.cookies)"
        }
    }

    /// A text that names the cookie.
    public func pageCookieHash(_ cookie: String) -> [UInt8] { Array("hash of \(cookie)".utf8) }

    private func id<Entity>(in token: String, after prefix: String) -> Identifier<Entity>? {
        token.hasPrefix(prefix) ? Identifier(token.dropFirst(prefix.count)) : nil
    }
}
