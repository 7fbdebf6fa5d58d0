import Foundation
import PortholeCore
import Testing

@testable import Identity

@Suite("Claims of user tokens")
struct UserClaimsTests {
    private func user(_ claims: String) async throws -> User {
        let verifier = JWTVerifier(
            configuration: UserTokenConfiguration(secret: "secret"),
            now: { Date(timeIntervalSince1970: 1_700_000_000) }
        )
        let payload = #"{"exp":1700000060,\#(claims)}"#
        return try await verifier.verify(TokenSigner.hs256("secret").token(payload: payload))
    }

    private func reason(_ claims: String) async -> String? {
        let error = await #expect(throws: AuthenticationError.self) { try await user(claims) }
        guard case .invalid(let reason) = error else { return nil }
        return reason
    }

    @Test(arguments: [
        (#""sub":"a","userId":"b","id":"c""#, "a"),
        (#""userId":"b","id":"c""#, "b"),
        (#""id":"c""#, "c"),
        (#""sub":null,"id":"c""#, "c"),
        (#""id":42"#, "42"),
        (#""id":9007199254740993"#, "9007199254740993"),
        (#""id":18446744073709551615"#, "18446744073709551615"),
        (#""sub":-7"#, "-7"),
    ])
    func `the subject is sub, else userId, else id`(claims: String, subject: String) async throws {
        #expect(try await user(claims).id.text == subject)
    }

    @Test(arguments: [
        #""email":"a@b""#, #""sub":"","id":"c""#, #""sub":1.5,"id":"c""#, #""sub":true"#,
        #""sub":{"id":"c"}"#, #""sub":["c"]"#,
        #""sub":"a\u0000""#, #""id":123456789012345678901"#,
    ])
    func `a token that names no user is refused`(claims: String) async {
        #expect(await reason(claims) == "The token names no user (no sub)")
    }

    @Test(
        arguments: [
            ("", .user),
            (#","role":"user""#, .user),
            (#","role":"guardian""#, .guardian),
            (#","role":"service""#, .service),
            (#","role":"admin""#, .admin),
            (#","role":"Admin""#, .user),
            (#","role":"root""#, .user),
            (#","role":["admin"]"#, .user),
            (#","role":"authenticated""#, .user),
            (#","role":"authenticated","app_metadata":{"role":"guardian"}"#, .guardian),
            (#","role":"authenticated","app_metadata":{"role":"service_role"}"#, .user),
            (#","app_metadata":{"role":"admin"}"#, .admin),
            (#","role":"user","app_metadata":{"role":"admin"}"#, .user),
            (#","role":"root","app_metadata":{"role":"admin"}"#, .user),
            (#","role":"authenticated","user_metadata":{"role":"admin"}"#, .user),
        ] as [(String, User.Role)]
    )
    func `the role is the studio's to give`(claims: String, role: User.Role) async throws {
        #expect(try await user(#""sub":"a""# + claims).role == role)
    }

    @Test(arguments: ["service_role", "anon"])
    func `a pasted API key is called one, whoever signed it`(role: String) async throws {
        let reason = "This is an API key (\(role)), not a user's token"
        #expect(await self.reason(#""iss":"supabase","role":"\#(role)""#) == reason)
        let foreign = try TokenSigner.hs256("another secret").token(["role": .string(role)])
        let verifier = JWTVerifier(configuration: UserTokenConfiguration(secret: "secret"), now: { Date() })
        await #expect(throws: AuthenticationError.invalid(reason: reason)) {
            try await verifier.verify(foreign)
        }
        await #expect(
            throws: AuthenticationError.invalid(reason: "This is an API key (secret), not a user's token")
        ) {
            try await verifier.verify("sb_secret_abc")
        }
    }

    @Test(arguments: ["true", #""true""#, "1"])
    func `an anonymous user is nobody`(value: String) async {
        let reason = await reason(#""sub":"a","is_anonymous":\#(value)"#)
        #expect(reason == "Anonymous users (is_anonymous) cannot be told apart")
    }

    @Test(arguments: ["false", "null"])
    func `a user who says not to be anonymous is taken`(value: String) async throws {
        #expect(try await user(#""sub":"a","is_anonymous":\#(value)"#).id.text == "a")
    }

    @Test(
        arguments: [
            (#""MUM@Example.org""#, "mum@example.org"),
            (#""mum+child@example.org""#, "mum+child@example.org"),
            (#""mum@localhost""#, "mum@localhost"),
            (#""mum""#, nil),
            (#""@example.org""#, nil),
            (#""mum@""#, nil),
            (#""mum@a..b""#, nil),
            (#""a@b@c""#, nil),
            (#""mum@example.org\r\nBcc: x@y.z""#, nil),
            (#""Mum <mum@example.org>""#, nil),
            (#""mum@example.org,dad@example.org""#, nil),
            ("7", nil),
        ] as [(String, String?)]
    )
    func `an e-mail that is none is no claim`(email: String, expected: String?) async throws {
        #expect(try await user(#""sub":"a","email":\#(email)"#).email == expected)
    }

    @Test
    func `an unverified e-mail is no claim`() async throws {
        #expect(try await user(#""sub":"a","email":"a@b.c","email_verified":false"#).email == nil)
        #expect(try await user(#""sub":"a","email":"a@b.c","email_verified":true"#).email == "a@b.c")
    }

    @Test
    func `guardians count at top level and in app_metadata, never in user_metadata`() async throws {
        let user = try await user(
            #"""
            "sub":"a",
            "guardians":[{"email":"Mum@example.org","name":"Mum","id":7},{"email":"dad@example.org","id":"u-2"}],
            "app_metadata":{"guardians":[{"email":"mum@example.org","name":"Other"},{"email":"gran@example.org"}]},
            "user_metadata":{"guardians":[{"email":"stranger@example.org"}]}
            """#
        )
        #expect(
            user.guardians == [
                .init(email: "mum@example.org", name: "Mum", userID: UserID("7")),
                .init(email: "dad@example.org", name: nil, userID: UserID("u-2")),
                .init(email: "gran@example.org", name: nil, userID: nil),
            ]
        )
    }

    @Test
    func `malformed guardians are left out, the others stay`() async throws {
        let user = try await user(
            #"""
            "sub":"a","guardians":[7,null,"mum@example.org",{},{"email":null},{"email":"no"},{"email":"a@b.c","name":"\n","id":{}},[]]
            """#
        )
        #expect(user.guardians == [.init(email: "a@b.c", name: nil, userID: nil)])
        #expect(try await self.user(#""sub":"a","guardians":"mum@example.org""#).guardians.isEmpty)
    }

    @Test
    func `no more than twenty guardians count`() async throws {
        let many = (0..<50).map { #"{"email":"g\#($0)@example.org"}"# }.joined(separator: ",")
        #expect(try await user(#""sub":"a","guardians":[\#(many)]"#).guardians.count == 20)
    }
}
