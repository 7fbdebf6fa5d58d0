import Foundation
import JWTKit

/// A public key and the one algorithm that it may be used with.
struct PublicKey: Sendable {
    /// The algorithms of public keys that user tokens may be signed with.
    enum Algorithm: String, Sendable {
        case rs256 = "RS256"
        case es256 = "ES256"
    }

    let id: String?
    let algorithm: Algorithm
    private let verifier: any JWTAlgorithm

    init?(_ key: JSONWebKey) async {
        guard let (algorithm, jwk) = key.signatureKey else { return nil }
        // A collection of one key: the package's own look-up falls back to a default key for an unknown id.
        guard
            let keys = try? await JWTKeyCollection().add(jwk: jwk),
            let verifier = try? await keys.getKey(for: JSONWebKey.soleID, alg: algorithm.rawValue),
            verifier.name == algorithm.rawValue
        else { return nil }
        id = key.kid
        self.algorithm = algorithm
        self.verifier = verifier
    }

    func isValid(_ token: CompactJWT) -> Bool {
        // An ES256 signature of the wrong length throws instead of being wrong.
        (try? verifier.verify(token.signature, signs: token.signedBytes)) ?? false
    }
}

/// The members of a JSON Web Key (RFC 7517 §4) that matter here, all of them optional: a set may hold keys of
/// kinds that are none of our business.
struct JSONWebKey: Decodable {
    static let soleID: JWKIdentifier = "sole"

    var kty: String?
    var alg: String?
    var kid: String?
    var use: String?
    var keyOperations: [String]?
    var n: String?
    var e: String?
    var crv: String?
    var x: String?
    var y: String?

    private enum CodingKeys: String, CodingKey {
        case kty
        case alg
        case kid
        case use
        case keyOperations = "key_ops"
        case n
        case e
        case crv
        case x
        case y
    }

    /// The key with its algorithm, if it is for signatures and of a kind that we take.
    var signatureKey: (PublicKey.Algorithm, JWK)? {
        guard use ?? "sig" == "sig", keyOperations?.contains("verify") ?? true else { return nil }
        switch (kty, alg, crv) {
        case ("RSA", nil, _), ("RSA", "RS256", _):
            return (.rs256, .rsa(.rs256, identifier: Self.soleID, modulus: n, exponent: e))
        case ("EC", nil, "P-256"), ("EC", "ES256", "P-256"):
            return (.es256, .ecdsa(.es256, identifier: Self.soleID, x: x, y: y, curve: .p256))
        default:
            return nil
        }
    }
}

/// The keys that an issuer publishes (RFC 7517 §5).
struct PublicKeySet: Sendable {
    /// More keys than any issuer rotates through.
    static let maximumKeys = 32

    let keys: [PublicKey]

    /// Reads a key set; keys that we cannot use are left out.
    ///
    /// - Throws: `DecodingError` when this is no key set.
    init(json: Data) async throws {
        struct Document: Decodable {
            struct Entry: Decodable {
                let key: JSONWebKey?
                init(from decoder: any Decoder) { key = try? JSONWebKey(from: decoder) }
            }
            let keys: [Entry]
        }
        var keys: [PublicKey] = []
        for entry in try JSONDecoder().decode(Document.self, from: json).keys.prefix(Self.maximumKeys) {
            if let candidate = entry.key, let key = await PublicKey(candidate) { keys.append(key) }
        }
        self.keys = keys
    }

    /// The key that a token names; without a name, the only key of its algorithm.
    func key(id: String?, algorithm: PublicKey.Algorithm) -> PublicKey? {
        let candidates = keys.filter { $0.algorithm == algorithm && (id == nil || $0.id == id) }
        return candidates.count == 1 ? candidates[0] : nil
    }
}
