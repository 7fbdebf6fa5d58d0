import Foundation
import PortholeCore
import Testing

@testable import Identity

@Suite("User tokens by secret (HS256)")
struct JWTVerifierTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)
    private static let secret = "a secret of the studio's that is long"

    private let signer = TokenSigner.hs256(secret)
    private let good: [String: Claim] = ["sub": "child-1", "exp": 1_700_000_060]

    private func verifier(issuer: String? = nil, audience: String? = nil, at now: Date = now) -> JWTVerifier {
        JWTVerifier(
            configuration: UserTokenConfiguration(secret: Self.secret, issuer: issuer, audience: audience),
            now: { now }
        )
    }

    private func error(_ token: String, at now: Date = now) async -> AuthenticationError? {
        await #expect(throws: AuthenticationError.self) { try await verifier(at: now).verify(token) }
    }

    @Test
    func `carry the subject and what the studio says of it`() async throws {
        let user = try await verifier()
            .verify(
                signer.token([
                    "sub": "child-1", "exp": 1_700_000_060, "role": "guardian", "email": "Mum@Example.org",
                    "name": " Ada ",
                ])
            )
        #expect(
            user
                == User(
                    id: try #require(UserID("child-1")),
                    role: .guardian,
                    email: "mum@example.org",
                    name: "Ada",
                    expiresAt: Date(timeIntervalSince1970: 1_700_000_060)
                )
        )
    }

    @Test
    func `made by a mint are taken`() async throws {
        let configuration = UserTokenConfiguration(
            secret: Self.secret,
            issuer: "studio",
            audience: "porthole"
        )
        let made = UserTokenMint(configuration: configuration) { Self.now }
        let mint = try #require(made)
        let guardian = GuardianDraft(email: "mum@example.org", name: "Mum", userID: UserID("7"))
        let child = try #require(UserID("child-1"))
        let token = try mint.token(subject: child, name: "Ada", expiresIn: 3600, guardians: [guardian])
        let user = try await verifier(issuer: "studio", audience: "porthole").verify(token)
        #expect(user.id == child)
        #expect(user.role == .user)
        #expect(user.guardians == [guardian])
        #expect(user.expiresAt == Self.now.addingTimeInterval(3600))
        let none = UserTokenMint(configuration: UserTokenConfiguration()) { Self.now }
        #expect(none == nil)
    }

    @Test
    func `are refused when any part is tampered with`() async throws {
        let token = Array(try signer.token(good).utf8)
        for position in token.indices {
            for replacement in ["A", "b", "_", "."].flatMap(\.utf8) where replacement != token[position] {
                var tampered = token
                tampered[position] = replacement
                let error = await error(String(decoding: tampered, as: UTF8.self))
                #expect(error?.message == "Invalid token")
            }
        }
    }

    @Test(arguments: [
        "x", "a.b", "..", "a.b.c.d", "eyJhbGciOiJIUzI1NiJ9..", String(repeating: "a", count: 10_000),
    ])
    func `are refused when they are no tokens`(text: String) async {
        #expect(await error(text) == .invalid(reason: nil))
    }

    @Test
    func `that are empty are missing`() async {
        #expect(await error("") == .missing)
    }

    @Test
    func `over 8 KiB are refused, up to it taken`() async throws {
        var claims = good
        claims["padding"] = .string(String(repeating: "x", count: 5900))
        #expect(try await verifier().verify(signer.token(claims)).id.text == "child-1")
        claims["padding"] = .string(String(repeating: "x", count: 6200))
        #expect(await error(try signer.token(claims)) == .invalid(reason: nil))
    }

    @Test(arguments: ["none", "None", "HS384", "RS256", "ES256", "", "hs256"])
    func `with another algorithm are refused`(algorithm: String) async throws {
        let error = await error(try signer.token(good, header: ["alg": .string(algorithm)]))
        #expect(error?.message == "Invalid token")
    }

    @Test
    func `without a signature are refused, and say so`() async throws {
        let unsigned = TokenSigner(algorithm: "none", keyID: nil) { _ in [] }
        #expect(await error(try unsigned.token(good)) == .invalid(reason: "The token is not signed"))
    }

    @Test
    func `with header members that must be understood are refused`() async throws {
        #expect(
            await error(try signer.token(good, header: ["crit": .array(["b64"])])) == .invalid(reason: nil)
        )
    }

    @Test
    func `end at exp, to the second and without leeway`() async throws {
        let token = try signer.token(good)
        let expiry = Date(timeIntervalSince1970: 1_700_000_060)
        #expect(try await verifier(at: expiry.addingTimeInterval(-0.001)).verify(token).expiresAt == expiry)
        #expect(await error(token, at: expiry) == .expired)
    }

    @Test(arguments: [.null, "1700000060", true, nil] as [Claim?])
    func `without a time of expiry are refused`(expiry: Claim?) async throws {
        var claims: [String: Claim] = ["sub": "child-1"]
        claims["exp"] = expiry
        #expect(await error(try signer.token(claims)) == .invalid(reason: "The token never expires (no exp)"))
    }

    @Test
    func `that never really expire end with the year 9999`() async throws {
        let user = try await verifier().verify(signer.token(["sub": "child-1", "exp": .number(1e300)]))
        #expect(user.expiresAt == Date(timeIntervalSince1970: 253_402_300_799))
    }

    @Test
    func `may begin a minute ahead of our clock`() async throws {
        var claims = good
        claims["nbf"] = 1_700_000_060
        claims["exp"] = 1_700_000_900
        #expect(try await verifier().verify(signer.token(claims)).id.text == "child-1")
        claims["nbf"] = 1_700_000_061
        #expect(await error(try signer.token(claims)) == .invalid(reason: "The token is not valid yet (nbf)"))
        claims["nbf"] = "soon"
        #expect(await error(try signer.token(claims)) == .invalid(reason: nil))
    }

    @Test
    func `are of the issuer that is asked for`() async throws {
        for issuer in [nil, "studio ", "Studio", 1] as [Claim?] {
            var claims = good
            claims["iss"] = issuer
            await #expect(throws: AuthenticationError.invalid(reason: "The token is of another issuer (iss)"))
            {
                try await verifier(issuer: "studio").verify(signer.token(claims))
            }
        }
        let token = try signer.token(good.merging(["iss": "studio"]) { $1 })
        #expect(try await verifier(issuer: "studio").verify(token).id.text == "child-1")
    }

    @Test
    func `are for the audience that is asked for`() async throws {
        for audience in [nil, "other", .array(["other"]), .array([])] as [Claim?] {
            var claims = good
            claims["aud"] = audience
            await #expect(throws: AuthenticationError.invalid(reason: "The token is for somebody else (aud)"))
            {
                try await verifier(audience: "porthole").verify(signer.token(claims))
            }
        }
        for audience in ["porthole", .array(["other", "porthole"])] as [Claim] {
            let token = try signer.token(good.merging(["aud": audience]) { $1 })
            #expect(try await verifier(audience: "porthole").verify(token).id.text == "child-1")
        }
    }

    @Test
    func `without any key configured are refused`() async throws {
        let verifier = JWTVerifier(configuration: UserTokenConfiguration(), now: { Self.now })
        #expect(!verifier.isConfigured)
        let token = try signer.token(good)
        await #expect(throws: AuthenticationError.self) { try await verifier.verify(token) }
    }
}
