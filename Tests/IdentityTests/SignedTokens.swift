import Crypto
import Foundation
import JWTKit

@testable import Identity

/// Signs tokens of any shape, also ones that no issuer would make.
struct TokenSigner: Sendable {
    let algorithm: String
    let keyID: String?
    let sign: @Sendable (Data) throws -> [UInt8]

    func token(_ claims: [String: Claim], header extra: [String: Claim] = [:]) throws -> String {
        var header: [String: Claim] = ["alg": .string(algorithm), "typ": "JWT"]
        if let keyID { header["kid"] = .string(keyID) }
        header.merge(extra) { $1 }
        let payload = String(decoding: try JSONEncoder().encode(claims), as: UTF8.self)
        return try token(payload: payload, header: header)
    }

    /// A token whose payload is this very text.
    func token(payload: String, header: [String: Claim]? = nil) throws -> String {
        let header = try JSONEncoder().encode(header ?? ["alg": .string(algorithm)])
        let signed = "\(Base64URL.encode(header)).\(Base64URL.encode(payload.utf8))"
        return "\(signed).\(Base64URL.encode(try sign(Data(signed.utf8))))"
    }

    static func hs256(_ secret: some DataProtocol, keyID: String? = nil) -> TokenSigner {
        let key = SymmetricKey(data: Data(secret))
        return TokenSigner(algorithm: "HS256", keyID: keyID) {
            Array(HMAC<SHA256>.authenticationCode(for: $0, using: key))
        }
    }

    static func hs256(_ secret: String) -> TokenSigner { hs256(Data(secret.utf8)) }

    static func es256(_ key: ES256PrivateKey, keyID: String? = nil) async throws -> TokenSigner {
        let algorithm = try await JWTKeyCollection().add(ecdsa: key).getKey()
        return TokenSigner(algorithm: "ES256", keyID: keyID) { try algorithm.sign($0) }
    }

    static func rs256(keyID: String? = nil) async throws -> TokenSigner {
        let key = try Insecure.RSA.PrivateKey(
            modulus: RSAFixture.modulus,
            exponent: "AQAB",
            privateExponent: RSAFixture.privateExponent
        )
        let algorithm = try await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256).getKey()
        return TokenSigner(algorithm: "RS256", keyID: keyID) { try algorithm.sign($0) }
    }
}

/// A claim or header member as a test writes it.
enum Claim: Encodable, Sendable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral
{
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([Claim])
    case object([String: Claim])

    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(integerLiteral value: Int) { self = .number(Double(value)) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let bool): try container.encode(bool)
        case .number(let number): try container.encode(number)
        case .string(let string): try container.encode(string)
        case .array(let array): try container.encode(array)
        case .object(let object): try container.encode(object)
        }
    }
}

/// A key made for these tests.
enum RSAFixture {
    static let modulus =
        "uMUqWy3lTx4UhVRFD65bc_5LcWg6GjtbIvx2Rq2Owm9kNnjfnH7hNFfuk_OViLwESN75M4JHi10kh5e-REkczxdmR4OnjA3bF4TG7yhvE6htiBy2k-wduzlKuGl4IoLppyv7bCbwXMmhEuGAGPXO2J5EBOJIWhTctbS5X9-_toLQ9Zid4Us82XTh-X8WvjMD_9s_DQnFsPkKemVbVnNpmQPIpr5fNksjUzjFvP3cli7YFz_eLYg8hVMyuuilea4fFsISO1Zn5Mve3DvbF97zKq5D5GCjfeaFVAASg63H0uRlk9xnnExfZhCciWscFlAeiGorbuve05GAFaEAjPNaOQ"
    static let privateExponent =
        "Kan8BRdyT8bepbn84K5WXO-In4f7IhMkV91J5mIYgOuRU18qPSW3LpBtcdtJas3KwYvV8bF85IYaSKEE_GzoHCKQo6uiSkiNkN4V5bPeaDZgjIK9ANoLUj53BOJzfoS6n0Ghrh-Rr7qfoZxLwFUdUWdOuzMzUWzG4ApiiqXvmv2-Gq74jb2D2k_BjeBKJhIgXLdLkmTJAjbccQKlcT-XCOYAji2qbTqzSxzHdDzF_XKPnDlIv-UR4dy4WwjlDHXTRp5t8zntRFE3yVaylyH1o6qu9TmwVByncprm5ZXDaj0DF6cL-6CfkbcF_ORUnA6qkrWnOgbduschiqOgRXnOSQ"

    static func jwk(id: String, algorithm: String? = "RS256") -> [String: Claim] {
        var jwk: [String: Claim] = [
            "kty": "RSA", "kid": .string(id), "n": .string(modulus), "e": "AQAB", "use": "sig",
        ]
        if let algorithm { jwk["alg"] = .string(algorithm) }
        return jwk
    }
}

extension ES256PrivateKey {
    func jwk(id: String) throws -> [String: Claim] {
        guard let (x, y) = publicKey.parameters else { preconditionFailure("a key has coordinates") }
        let url: (String) -> Claim = {
            .string($0.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
        }
        return [
            "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": .string(id), "key_ops": .array(["verify"]),
            "x": url(x), "y": url(y),
        ]
    }
}

func keySet(_ keys: [String: Claim]...) throws -> Data {
    try JSONEncoder().encode(["keys": keys])
}
