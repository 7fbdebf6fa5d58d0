/// Whose user tokens are taken.
public struct UserTokenConfiguration: Sendable {
    /// Key of tokens signed with HS256 (`JWT_SECRET`).
    public var secret: String?
    /// Where the public keys of tokens signed with RS256 or ES256 are (`JWT_JWKS_URL`).
    public var keySetURL: String?
    /// What `iss` must equal (`JWT_ISSUER`).
    public var issuer: String?
    /// What `aud` must hold (`JWT_AUDIENCE`).
    public var audience: String?
    /// A Supabase project: gives the key set's address, and issuer and audience of tokens that its public keys
    /// signed, where nothing else is said (`SUPABASE_URL`).
    public var supabaseURL: String?

    /// Nothing is taken unless a secret or an address of keys is given.
    public init(
        secret: String? = nil,
        keySetURL: String? = nil,
        issuer: String? = nil,
        audience: String? = nil,
        supabaseURL: String? = nil
    ) {
        self.secret = secret
        self.keySetURL = keySetURL
        self.issuer = issuer
        self.audience = audience
        self.supabaseURL = supabaseURL
    }

    /// Where the public keys are fetched from, if anywhere.
    public var effectiveKeySetURL: String? {
        keySetURL ?? supabaseIssuer.map { "\($0)/.well-known/jwks.json" }
    }

    private var supabaseIssuer: String? {
        supabaseURL.map { url in
            var base = Substring(url)
            while base.hasSuffix("/") { base.removeLast() }
            return "\(base)/auth/v1"
        }
    }

    /// What `iss` must equal in a token of this kind.
    func issuer(ofKeySetToken isKeySetToken: Bool) -> String? {
        issuer ?? (isKeySetToken && keySetURL == nil ? supabaseIssuer : nil)
    }

    /// What `aud` must hold in a token of this kind.
    func audience(ofKeySetToken isKeySetToken: Bool) -> String? {
        audience ?? (isKeySetToken && keySetURL == nil && supabaseURL != nil ? "authenticated" : nil)
    }
}
