import Crypto
import Foundation
public import PortholeCore

/// The tokens that the server makes itself: an id and a MAC over it.
///
/// Making one needs no row and checking one needs no look-up. What a token opens, and until when, lives in the row that it names.
///
/// ```
/// ptw_ base64url(id, 16 bytes) . base64url(HMAC-SHA256(key, "watch v1" ‖ id))
/// ```
public struct PortholeTokens: OwnTokens {
    private let watch: TokenScheme
    private let ticket: TokenScheme
    private let unsubscribe: TokenScheme
    private let tombstone: SymmetricKey

    /// Tokens under the keys of this ring.
    public init(keys: KeyRing) {
        watch = TokenScheme(prefix: "ptw_", purpose: .watch, keys: keys)
        ticket = TokenScheme(prefix: "pth_", purpose: .ticket, keys: keys)
        unsubscribe = TokenScheme(prefix: "ptu_", purpose: .unsubscribe, keys: keys)
        tombstone = keys.symmetricKey(for: .tombstone)
    }

    /// The token of a mailed or shared link.
    public func watchToken(for link: WatchLinkID) -> String { watch.token(for: link) }

    /// The link of a genuine watch token.
    public func watchLink(in token: String) -> WatchLinkID? { watch.id(in: token) }

    /// The ticket of a session's host.
    public func hostTicket(for session: SessionID) -> String { ticket.token(for: session) }

    /// The session of a genuine host ticket.
    public func session(inHostTicket ticket: String) -> SessionID? { self.ticket.id(in: ticket) }

    /// The token in a mail's unsubscribe address.
    public func unsubscribeToken(for guardian: GuardianID) -> String { unsubscribe.token(for: guardian) }

    /// The guardian row of a genuine unsubscribe token.
    public func guardian(inUnsubscribeToken token: String) -> GuardianID? { unsubscribe.id(in: token) }

    /// 32 random bytes as text.
    public func newPageCookie() -> String { Base64URL.encode(randomBytes(32)) }

    /// SHA-256 of the cookie's text.
    public func pageCookieHash(_ cookie: String) -> [UInt8] { Array(SHA256.hash(data: Data(cookie.utf8))) }

    /// HMAC-SHA256 of the child's id.
    public func pseudonym(of child: UserID) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(child.text.utf8), using: tombstone))
    }
}

/// One kind of token: its prefix tells people and log filters what it is, its purpose keeps its MAC from
/// passing for another kind's.
private struct TokenScheme: Sendable {
    let prefix: String
    let context: [UInt8]
    let key: SymmetricKey

    init(prefix: String, purpose: KeyRing.Purpose, keys: KeyRing) {
        self.prefix = prefix
        context = Array(purpose.rawValue.utf8)
        key = keys.symmetricKey(for: purpose)
    }

    func token<Entity>(for id: Identifier<Entity>) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: context + id.bytes, using: key)
        return "\(prefix)\(Base64URL.encode(id.bytes)).\(Base64URL.encode(code))"
    }

    func id<Entity>(in token: String) -> Identifier<Entity>? {
        guard token.utf8.count <= 128, token.hasPrefix(prefix) else { return nil }
        let parts = token.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard
            parts.count == 2,
            let bytes = Base64URL.decode(parts[0]),
            let code = Base64URL.decode(parts[1]),
            bytes.count == 16,
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: context + bytes, using: key)
        else { return nil }
        return Identifier(UUID(bytes: bytes))
    }
}

extension UUID {
    /// A UUID of 16 bytes.
    fileprivate init(bytes: [UInt8]) {
        precondition(bytes.count == 16, "a UUID has 16 bytes")
        self = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
