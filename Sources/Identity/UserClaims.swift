import Foundation
import PortholeCore

/// What a user token claims, read leniently: a claim of the wrong type is no claim.
struct UserClaims: Decodable {
    var subject: UserID?
    var email: String?
    var name: String?
    var role: String?
    var issuer: String?
    var audiences: [String]
    var expiresAt: Date?
    var notBefore: Date?
    /// `nbf` is there and is no time.
    var hasMalformedNotBefore: Bool
    var isAnonymous: Bool
    /// Written by the issuer's server; `user_metadata` is the user's own and is never read.
    var trusted: Trusted
    var guardians: [GuardianDraft]

    /// What counts of `app_metadata`.
    struct Trusted {
        var role: String?
        var guardians: [GuardianDraft] = []
    }

    private enum CodingKeys: String, CodingKey {
        case sub
        case userId
        case id
        case email
        case emailVerified = "email_verified"
        case name
        case role
        case iss
        case aud
        case exp
        case nbf
        case isAnonymous = "is_anonymous"
        case appMetadata = "app_metadata"
        case guardians
    }

    init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: CodingKeys.self)
        subject = Self.subject(in: claims)
        let isUnverified = claims.lenient(Bool.self, .emailVerified) == false
        email = isUnverified ? nil : claims.lenient(String.self, .email).flatMap(emailAddress)
        name = claims.lenient(String.self, .name).flatMap(displayName)
        role = claims.lenient(String.self, .role)
        issuer = claims.lenient(String.self, .iss)
        audiences =
            claims.lenient([String].self, .aud) ?? claims.lenient(String.self, .aud).map { [$0] } ?? []
        expiresAt = claims.lenient(Double.self, .exp).map(Self.date)
        notBefore = claims.lenient(Double.self, .nbf).map(Self.date)
        hasMalformedNotBefore = notBefore == nil && claims.isPresent(.nbf)
        isAnonymous = claims.isPresent(.isAnonymous) && claims.lenient(Bool.self, .isAnonymous) != false
        guardians = claims.lenient(GuardianClaims.self, .guardians)?.guardians ?? []
        trusted = Trusted()
        if let metadata = try? claims.nestedContainer(keyedBy: CodingKeys.self, forKey: .appMetadata) {
            trusted.role = metadata.lenient(String.self, .role)
            trusted.guardians = metadata.lenient(GuardianClaims.self, .guardians)?.guardians ?? []
        }
    }

    /// A time between the years 1 and 9999, so that everybody can reckon with it.
    private static func date(_ seconds: Double) -> Date {
        Date(timeIntervalSince1970: min(max(seconds, -62_135_596_800), 253_402_300_799))
    }

    /// The first of the three claims that is there decides, even when it is not a user id.
    private static func subject(in claims: KeyedDecodingContainer<CodingKeys>) -> UserID? {
        for key in [CodingKeys.sub, .userId, .id] where claims.isPresent(key) {
            return claims.lenient(TextOrInteger.self, key).flatMap { UserID($0.text) }
        }
        return nil
    }
}

/// An id as studios write them: text, or a whole number, which keeps all its digits.
struct TextOrInteger: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.text = text
        } else if let number = try? container.decode(Int64.self) {
            text = String(number)
        } else {
            text = String(try container.decode(UInt64.self))
        }
    }
}

extension KeyedDecodingContainer {
    /// The value, or `nil` when it is missing or of another type.
    func lenient<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
        try? decodeIfPresent(type, forKey: key)
    }

    /// Whether the member is there and not null.
    func isPresent(_ key: Key) -> Bool {
        contains(key) && (try? decodeNil(forKey: key)) != true
    }
}

/// A name that is fit to be shown: trimmed, without control characters, at most 200 bytes.
func displayName(_ text: String) -> String? {
    let name = text.trimmingCharacters(in: .whitespaces)
    let isClean = !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    return isClean && (1...200).contains(name.utf8.count) ? name : nil
}
