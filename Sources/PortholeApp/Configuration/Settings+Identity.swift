import Foundation

extension Settings {
    static let jwtSecret = SettingKey<String?>(
        "JWT_SECRET",
        .identity,
        .optional(.string),
        default: nil,
        secrecy: .secret,
        "Secret of user tokens signed with HS256; at least 32 bytes in production. Development makes one in `DATA_DIR`."
    )
    static let jwksURL = SettingKey<URL?>(
        "JWT_JWKS_URL",
        .identity,
        .optional(.trustworthy),
        default: nil,
        "Address of the public keys (JWKS) of user tokens signed with RS256 or ES256."
    )
    static let jwtIssuer = SettingKey<String?>(
        "JWT_ISSUER",
        .identity,
        .optional(.string),
        default: nil,
        "If set, the claim `iss` of user tokens must equal it."
    )
    static let jwtAudience = SettingKey<String?>(
        "JWT_AUDIENCE",
        .identity,
        .optional(.string),
        default: nil,
        "If set, the claim `aud` of user tokens must hold it."
    )
    static let supabaseURL = SettingKey<URL?>(
        "SUPABASE_URL",
        .identity,
        .optional(.trustworthy),
        default: nil,
        "Address of a Supabase project; its public keys are used unless `JWT_JWKS_URL` names others."
    )
    static let supabaseKey = SettingKey<String?>(
        "SUPABASE_KEY",
        .identity,
        .optional(.string),
        default: nil,
        secrecy: .secret,
        "API key of that project, needed only where its user endpoint is asked."
    )

    static let identity: [Setting] = [
        jwtSecret.setting, jwksURL.setting, jwtIssuer.setting, jwtAudience.setting, supabaseURL.setting,
        supabaseKey.setting,
    ]
}
