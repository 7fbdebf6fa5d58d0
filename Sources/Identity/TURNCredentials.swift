import Crypto
public import Foundation
public import PortholeCore

/// STUN and TURN servers with credentials: fixed ones, or made from coturn's shared secret.
public struct ConfiguredICEServers: ICEServerSource {
    /// How callers of the TURN servers prove themselves.
    public enum Credentials: Sendable {
        /// coturn's `static-auth-secret` (draft-uberti-behave-turn-rest).
        case sharedSecret(String)
        /// The same for everybody.
        case fixed(username: String, password: String)
    }

    /// How long made credentials last, seconds: longer than a session, since coturn checks them at each refresh.
    static let lifetime: TimeInterval = 12 * 60 * 60

    private let stunURLs: [String]
    private let turnURLs: [String]
    private let credentials: Credentials?
    private let now: @Sendable () -> Date

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - stunURLs: `stun:` URIs (RFC 7064).
    ///   - turnURLs: `turn:` and `turns:` URIs (RFC 7065).
    ///   - credentials: For all of `turnURLs`, which are left out without them.
    ///   - now: The current time.
    public init(
        stunURLs: [String],
        turnURLs: [String],
        credentials: Credentials?,
        now: @escaping @Sendable () -> Date
    ) {
        self.stunURLs = stunURLs
        self.turnURLs = turnURLs
        self.credentials = credentials
        self.now = now
    }

    /// The servers, with fresh credentials where they are made.
    public func servers() async -> [ICEServer] {
        var servers: [ICEServer] = []
        if !stunURLs.isEmpty { servers.append(ICEServer(urls: stunURLs)) }
        guard !turnURLs.isEmpty, let credentials else { return servers }
        switch credentials {
        case .fixed(let username, let password):
            servers.append(ICEServer(urls: turnURLs, username: username, credential: password))
        case .sharedSecret(let secret):
            let expiry = Int(now().addingTimeInterval(Self.lifetime).timeIntervalSince1970)
            // The user part is random: TURN servers log it, and it must name nobody.
            let user = String(UUID().uuidString.lowercased().prefix(8))
            let (username, password) = Self.credentials(secret: secret, expiry: expiry, user: user)
            servers.append(ICEServer(urls: turnURLs, username: username, credential: password))
        }
        return servers
    }

    /// User name `expiry:user`, password base64(HMAC-SHA1(secret, user name)).
    static func credentials(secret: String, expiry: Int, user: String) -> (username: String, password: String)
    {
        let username = "\(expiry):\(user)"
        let key = SymmetricKey(data: Data(secret.utf8))
        let mac = HMAC<Insecure.SHA1>.authenticationCode(for: Data(username.utf8), using: key)
        return (username, Data(mac).base64EncodedString())
    }
}
