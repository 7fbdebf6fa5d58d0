import Crypto
public import Foundation
public import PortholeCore

/// Checks user tokens: by the secret (HS256), by the issuer's public keys (RS256, ES256), or by either.
///
/// The algorithm that a token names picks the kind of key, and a key serves one algorithm only: a public key can
/// never be taken for an HMAC secret (RFC 8725 §3.1).
public struct JWTVerifier: UserTokenVerifier {
    /// How far another machine's clock may be ahead, seconds; applied to `nbf` only.
    static let notBeforeLeeway: TimeInterval = 60

    private let configuration: UserTokenConfiguration
    private let secret: SymmetricKey?
    private let publicKeys: PublicKeyCache?
    private let now: @Sendable () -> Date

    /// A verifier by these settings.
    ///
    /// - Parameters:
    ///   - fetch: Gives the key set; needed when the configuration names one (``fetchJWKS(from:with:)``).
    ///   - now: The time.
    public init(
        configuration: UserTokenConfiguration,
        fetch: JWKSFetch? = nil,
        now: @escaping @Sendable () -> Date
    ) {
        self.configuration = configuration
        self.now = now
        secret = configuration.secret.map { SymmetricKey(data: Data($0.utf8)) }
        publicKeys = fetch.map { PublicKeyCache(fetch: $0, now: now) }
    }

    /// Whether there is a secret or a key set.
    public var isConfigured: Bool { secret != nil || publicKeys != nil }

    /// Checks the signature, then the claims.
    ///
    /// - Throws: ``AuthenticationError``, or `DomainError.unavailable` when the issuer's keys cannot be had.
    public func verify(_ token: String) async throws -> User {
        guard !token.isEmpty else { throw AuthenticationError.missing }
        guard let jwt = CompactJWT(token) else { throw Self.refusal(ofText: token) }
        let claims = try? JSONDecoder().decode(UserClaims.self, from: jwt.payload)
        // Said before the signature is looked at: such a key is often signed by a secret that we do not have.
        if let role = claims?.role, role == "service_role" || role == "anon" {
            throw Self.apiKeyRefusal(role)
        }
        let isKeySetToken = try await checkSignature(of: jwt)
        guard let claims else { throw AuthenticationError.invalid(reason: nil) }
        return try user(claims, isKeySetToken: isKeySetToken)
    }

    /// - Returns: Whether one of the issuer's public keys signed it, rather than the secret.
    private func checkSignature(of jwt: CompactJWT) async throws -> Bool {
        guard jwt.header.crit == nil else { throw AuthenticationError.invalid(reason: nil) }
        let algorithm = jwt.header.alg
        if algorithm == "HS256", let secret {
            guard
                HMAC<SHA256>
                    .isValidAuthenticationCode(jwt.signature, authenticating: jwt.signedBytes, using: secret)
            else { throw AuthenticationError.invalid(reason: nil) }
            return false
        }
        if let algorithm = PublicKey.Algorithm(rawValue: algorithm), let publicKeys {
            guard let key = try await publicKeys.key(id: jwt.header.kid, algorithm: algorithm),
                key.isValid(jwt)
            else { throw AuthenticationError.invalid(reason: nil) }
            return true
        }
        let isUnsigned = algorithm.lowercased() == "none"
        throw AuthenticationError.invalid(
            reason: isUnsigned ? "The token is not signed" : "Tokens with this algorithm are not taken here"
        )
    }

    private func user(_ claims: UserClaims, isKeySetToken: Bool) throws(AuthenticationError) -> User {
        let now = now()
        guard let expiresAt = claims.expiresAt else {
            throw .invalid(reason: "The token never expires (no exp)")
        }
        guard now < expiresAt else { throw .expired }
        guard !claims.hasMalformedNotBefore else { throw .invalid(reason: nil) }
        if let notBefore = claims.notBefore, now.addingTimeInterval(Self.notBeforeLeeway) < notBefore {
            throw .invalid(reason: "The token is not valid yet (nbf)")
        }
        if let issuer = configuration.issuer(ofKeySetToken: isKeySetToken), claims.issuer != issuer {
            throw .invalid(reason: "The token is of another issuer (iss)")
        }
        if let audience = configuration.audience(ofKeySetToken: isKeySetToken),
            !claims.audiences.contains(audience)
        {
            throw .invalid(reason: "The token is for somebody else (aud)")
        }
        guard !claims.isAnonymous else {
            throw .invalid(reason: "Anonymous users (is_anonymous) cannot be told apart")
        }
        guard let subject = claims.subject else { throw .invalid(reason: "The token names no user (no sub)") }
        return User(
            id: subject,
            role: Self.role(of: claims),
            email: claims.email,
            name: claims.name,
            expiresAt: expiresAt,
            guardians: Self.guardians(of: claims)
        )
    }

    /// The role at top level; where that is absent or Supabase's own word for everybody who is logged in, the one
    /// that the studio put into `app_metadata`.
    private static func role(of claims: UserClaims) -> User.Role {
        let isUnspecific = claims.role == nil || claims.role == "authenticated"
        return (isUnspecific ? claims.trusted.role : claims.role).flatMap(User.Role.init(rawValue:)) ?? .user
    }

    private static func guardians(of claims: UserClaims) -> [GuardianDraft] {
        var seen: Set<String> = []
        let unique = (claims.guardians + claims.trusted.guardians).filter { seen.insert($0.email).inserted }
        return Array(unique.prefix(GuardianClaims.maximumGuardians))
    }

    private static func refusal(ofText token: String) -> AuthenticationError {
        if token.hasPrefix("sb_secret_") { return apiKeyRefusal("secret") }
        if token.hasPrefix("sb_publishable_") { return apiKeyRefusal("publishable") }
        return .invalid(reason: nil)
    }

    private static func apiKeyRefusal(_ kind: String) -> AuthenticationError {
        .invalid(reason: "This is an API key (\(kind)), not a user's token")
    }
}
