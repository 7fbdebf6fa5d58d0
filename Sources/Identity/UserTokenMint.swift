import Crypto
public import Foundation
public import PortholeCore

/// Makes user tokens as a studio's app does: for `porthole token` and the ready links of development.
public struct UserTokenMint: Sendable {
    private let key: SymmetricKey
    private let issuer: String?
    private let audience: String?
    private let now: @Sendable () -> Date

    /// A mint of tokens that a verifier of the same configuration takes.
    ///
    /// - Returns: `nil` when there is no secret: tokens by public keys are the issuer's to make.
    public init?(configuration: UserTokenConfiguration, now: @escaping @Sendable () -> Date) {
        guard let secret = configuration.secret else { return nil }
        key = SymmetricKey(data: Data(secret.utf8))
        issuer = configuration.issuer
        audience = configuration.audience
        self.now = now
    }

    /// A token signed with HS256.
    ///
    /// - Parameter expiresIn: Seconds.
    public func token(
        subject: UserID,
        role: User.Role = .user,
        email: String? = nil,
        name: String? = nil,
        expiresIn: TimeInterval,
        guardians: [GuardianDraft] = []
    ) throws -> String {
        let now = now().timeIntervalSince1970.rounded(.down)
        let claims = Claims(
            sub: subject.text,
            role: role.rawValue,
            email: email,
            name: name,
            iss: issuer,
            aud: audience,
            iat: now,
            exp: now + expiresIn.rounded(),
            guardians: guardians.isEmpty
                ? nil : guardians.map { .init(email: $0.email, name: $0.name, id: $0.userID?.text) }
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let header = Base64URL.encode(#"{"alg":"HS256","typ":"JWT"}"#.utf8)
        let signed = "\(header).\(Base64URL.encode(try encoder.encode(claims)))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)
        return "\(signed).\(Base64URL.encode(code))"
    }

    private struct Claims: Encodable {
        struct Guardian: Encodable {
            let email: String
            let name: String?
            let id: String?
        }

        let sub: String
        let role: String
        let email: String?
        let name: String?
        let iss: String?
        let aud: String?
        let iat: Double
        let exp: Double
        let guardians: [Guardian]?
    }
}
