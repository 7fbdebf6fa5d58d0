import Foundation
import JWTKit
import PortholeCore
import Synchronization
import Testing

@testable import Identity

@Suite("User tokens by public keys (RS256, ES256)")
struct PublicKeyTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)
    private let good: [String: Claim] = ["sub": "child-1", "exp": 1_700_003_600]

    private func verifier(_ keys: Data, _ configuration: UserTokenConfiguration = .init()) -> JWTVerifier {
        JWTVerifier(configuration: configuration, fetch: { keys }, now: { Self.now })
    }

    private func expectRefused(_ token: String, by verifier: JWTVerifier) async {
        let error = await #expect(throws: AuthenticationError.self) { try await verifier.verify(token) }
        #expect(error?.message == "Invalid token")
    }

    @Test(arguments: [
        (
            #"{"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}"#,
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        ),
        (
            #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
    ])
    func `the RFC's examples are genuine and name no user (RFC 7515 A.2, A.3)`(
        key: String,
        token: String
    ) async {
        let verifier = JWTVerifier(
            configuration: UserTokenConfiguration(issuer: "joe"),
            fetch: { Data(#"{"keys":[\#(key)]}"#.utf8) },
            now: { Date(timeIntervalSince1970: 1_300_819_379) }
        )
        await #expect(throws: AuthenticationError.invalid(reason: "The token names no user (no sub)")) {
            try await verifier.verify(token)
        }
        await expectRefused(token.replacing(".eyJp", with: ".eyJq"), by: verifier)
    }

    @Test
    func `of a Supabase project are taken`() async throws {
        let key = ES256PrivateKey()
        let verifier = verifier(try keySet(key.jwk(id: "k1")), .init(supabaseURL: "https://abc.supabase.co/"))
        let signer = try await TokenSigner.es256(key, keyID: "k1")
        var claims: [String: Claim] = [
            "iss": "https://abc.supabase.co/auth/v1", "aud": "authenticated", "exp": 1_700_003_600,
            "iat": 1_700_000_000,
            "sub": "7f1c1f5e-0000-4000-8000-000000000001", "role": "authenticated", "aal": "aal1",
            "session_id": "s",
            "email": "mum@example.org", "phone": "", "is_anonymous": false,
            "app_metadata": .object(["provider": "email", "role": "guardian"]),
            "user_metadata": .object(["role": "admin", "guardians": .array([.object(["email": "x@y.z"])])]),
            "amr": .array([.object(["method": "password", "timestamp": 1_700_000_000])]),
        ]
        let user = try await verifier.verify(signer.token(claims))
        #expect(user.id.text == "7f1c1f5e-0000-4000-8000-000000000001")
        #expect(user.role == .guardian)
        #expect(user.guardians.isEmpty)
        for (claim, other) in [("iss", "https://abd.supabase.co/auth/v1"), ("aud", "anon")] {
            await expectRefused(
                try signer.token(claims.merging([claim: .string(other)]) { $1 }),
                by: verifier
            )
        }
        claims["is_anonymous"] = true
        await expectRefused(try signer.token(claims), by: verifier)
    }

    @Test
    func `and by the secret are taken side by side, each by its own key`() async throws {
        let rsa = try await TokenSigner.rs256(keyID: "r1")
        let verifier = verifier(try keySet(RSAFixture.jwk(id: "r1")), .init(secret: "secret"))
        #expect(try await verifier.verify(rsa.token(good)).id.text == "child-1")
        #expect(try await verifier.verify(TokenSigner.hs256("secret").token(good)).id.text == "child-1")
    }

    @Test
    func `a public key is never an HMAC secret`() async throws {
        let key = try Insecure.RSA.PublicKey(modulus: RSAFixture.modulus, exponent: "AQAB")
        let both = verifier(try keySet(RSAFixture.jwk(id: "r1")), .init(secret: "secret"))
        let keysOnly = verifier(try keySet(RSAFixture.jwk(id: "r1")))
        for material in [
            Data(key.pemRepresentation.utf8), key.derRepresentation, Data(RSAFixture.modulus.utf8),
            Data(Base64URL.decode(RSAFixture.modulus) ?? []),
        ] {
            for keyID in [nil, "r1"] {
                let forged = try TokenSigner.hs256(material, keyID: keyID).token(good)
                await expectRefused(forged, by: both)
                await expectRefused(forged, by: keysOnly)
            }
        }
    }

    @Test
    func `a key serves its own algorithm only`() async throws {
        let elliptic = ES256PrivateKey()
        let verifier = verifier(try keySet(RSAFixture.jwk(id: "r1"), elliptic.jwk(id: "e1")))
        let rsa = try await TokenSigner.rs256(keyID: "e1")
        await expectRefused(try rsa.token(good), by: verifier)
        await expectRefused(try rsa.token(good, header: ["alg": "ES256"]), by: verifier)
        await expectRefused(try rsa.token(good, header: ["kid": "r1", "alg": "ES256"]), by: verifier)
        await expectRefused(try rsa.token(good, header: ["kid": "r1", "alg": "RS512"]), by: verifier)
        await expectRefused(try rsa.token(good, header: ["kid": "r1", "alg": "PS256"]), by: verifier)
        #expect(try await verifier.verify(rsa.token(good, header: ["kid": "r1"])).id.text == "child-1")
    }

    @Test
    func `an unknown key id is no other key`() async throws {
        let key = ES256PrivateKey()
        let verifier = verifier(try keySet(key.jwk(id: "k1")))
        await expectRefused(try await TokenSigner.es256(key, keyID: "k2").token(good), by: verifier)
        await expectRefused(
            try await TokenSigner.es256(ES256PrivateKey(), keyID: "k1").token(good),
            by: verifier
        )
        let unnamed = try await TokenSigner.es256(key).token(good)
        #expect(try await verifier.verify(unnamed).id.text == "child-1")
    }

    @Test
    func `a token without a key id needs the only key of its algorithm`() async throws {
        let key = ES256PrivateKey()
        let verifier = verifier(try keySet(key.jwk(id: "k1"), ES256PrivateKey().jwk(id: "k2")))
        await expectRefused(try await TokenSigner.es256(key).token(good), by: verifier)
    }

    @Test
    func `keys of other kinds in the set are left out`() async throws {
        let key = ES256PrivateKey()
        var encryption = try key.jwk(id: "enc")
        encryption["use"] = "enc"
        var signing = try key.jwk(id: "sign")
        signing["key_ops"] = .array(["sign"])
        let set = try keySet(
            ["kty": "oct", "kid": "h1", "alg": "HS256", "k": "c2VjcmV0"],
            [
                "kty": "OKP", "crv": "Ed25519", "kid": "o1",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            ],
            ["kty": 7],
            RSAFixture.jwk(id: "r5", algorithm: "RS512"),
            ["kty": "RSA", "kid": "small", "alg": "RS256", "n": "AQAB", "e": "AQAB"],
            encryption,
            signing,
            key.jwk(id: "k1")
        )
        let keys = try await PublicKeySet(json: set)
        #expect(keys.keys.map(\.id) == ["k1"])
        let forged = try TokenSigner.hs256("secret").token(good, header: ["kid": "h1"])
        await expectRefused(forged, by: verifier(set))
    }

    @Test
    func `are found where the issuer publishes them`() {
        #expect(UserTokenConfiguration().effectiveKeySetURL == nil)
        let supabase = UserTokenConfiguration(supabaseURL: "https://abc.supabase.co")
        #expect(supabase.effectiveKeySetURL == "https://abc.supabase.co/auth/v1/.well-known/jwks.json")
        let both = UserTokenConfiguration(
            keySetURL: "https://keys.example.org",
            supabaseURL: "https://abc.supabase.co"
        )
        #expect(both.effectiveKeySetURL == "https://keys.example.org")
    }
}
