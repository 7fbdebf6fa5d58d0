import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Page logins: a cookie collects grants")
struct PageLoginsTests {
    let world: World
    let session: Session

    init() async throws {
        world = try await World()
        try await world.consent()
        session = try await world.session()
    }

    private func exchange(_ token: String, cookie: String? = nil) async throws -> PageLogins.Exchange {
        try await world.logins.exchange(token, cookie: cookie, address: "192.0.2.0/24")
    }

    private func token(_ link: WatchLink) -> String { world.tokens.watchToken(for: link.id) }

    @Test func `a watch token becomes a cookie with the link's rights`() async throws {
        let link = try await world.link(to: session, rights: [.recording, .live], expiresIn: 600)
        let exchange = try await exchange(token(link))
        #expect(exchange.rights == [.live, .recording])
        #expect(exchange.sessions == [session.id])
        #expect(exchange.expiresAt == link.expiresAt)
        #expect(try await world.logins.grants(forCookie: exchange.cookie) == [.link(link)])
        #expect(try await world.accessLog() == [.opened])
    }

    @Test func `a user token becomes a cookie too`() async throws {
        let user = try World.user("child")
        world.tokens.know("jwt", of: user)
        let exchange = try await exchange("jwt")
        #expect(exchange.rights == WatchRight.allCases)
        #expect(exchange.sessions == [session.id])
        #expect(exchange.expiresAt == user.expiresAt)
        #expect(try await world.logins.grants(forCookie: exchange.cookie) == [.user(user)])
    }

    @Test func `a link to a child that shows live pictures only tells its sessions all the same`()
        async throws
    {
        let link = try await world.link(to: nil, rights: [.live])
        #expect(try await exchange(token(link)).sessions == [session.id])
    }

    @Test func `two links in one browser share the cookie and both stay good`() async throws {
        let first = try await world.link(to: session)
        let second = try await world.link(to: nil)
        let cookie = try await exchange(token(first)).cookie
        let next = try await exchange(token(second), cookie: cookie)
        #expect(next.cookie == cookie)
        #expect(try await world.logins.grants(forCookie: cookie) == [.link(first), .link(second)])
    }

    @Test func `the same token again adds nothing, a renewed one replaces the old`() async throws {
        let link = try await world.link(to: session)
        let cookie = try await exchange(token(link)).cookie
        _ = try await exchange(token(link), cookie: cookie)
        #expect(try await world.logins.grants(forCookie: cookie).count == 1)
        world.tokens.know("old", of: try World.user("child"))
        let renewed = User(
            id: world.child,
            role: .user,
            email: nil,
            name: "Kim",
            expiresAt: ManualClock.beginning + 7200
        )
        world.tokens.know("new", of: renewed)
        _ = try await exchange("old", cookie: cookie)
        _ = try await exchange("new", cookie: cookie)
        #expect(try await world.logins.grants(forCookie: cookie) == [.link(link), .user(renewed)])
    }

    @Test func `a cookie that nobody gave out is not taken over`() async throws {
        let link = try await world.link(to: session)
        let exchange = try await exchange(token(link), cookie: "planted")
        #expect(exchange.cookie != "planted")
        await #expect(throws: AuthenticationError.invalid(reason: nil)) {
            try await world.logins.grants(forCookie: "planted")
        }
    }

    @Test func `a revoked link vanishes from the cookie, the others stay`() async throws {
        let first = try await world.link(to: session)
        let second = try await world.link(to: nil)
        let cookie = try await exchange(token(first)).cookie
        _ = try await exchange(token(second), cookie: cookie)
        try await world.revoke(first)
        #expect(try await world.logins.grants(forCookie: cookie) == [.link(second)])
        try await world.revoke(second)
        await #expect(throws: AuthenticationError.expired) {
            try await world.logins.grants(forCookie: cookie)
        }
    }

    @Test func `grants end one by one, and the cookie with the last`() async throws {
        let short = try await world.link(to: session, expiresIn: 60)
        let long = try await world.link(to: nil, expiresIn: 600)
        let cookie = try await exchange(token(short)).cookie
        _ = try await exchange(token(long), cookie: cookie)
        world.clock.advance(by: 60)
        #expect(try await world.logins.grants(forCookie: cookie) == [.link(long)])
        world.clock.advance(by: 540)
        await #expect(throws: AuthenticationError.expired) {
            try await world.logins.grants(forCookie: cookie)
        }
        await #expect(throws: AuthenticationError.expired) { try await exchange(token(long)) }
    }

    @Test func `a cookie lives thirty days at most, even for a link without end`() async throws {
        let cookie = try await exchange(token(try await world.link(to: nil))).cookie
        world.clock.advance(by: PageLogins.maximumAge - 1)
        #expect(try await world.logins.grants(forCookie: cookie).count == 1)
        world.clock.advance(by: 1)
        await #expect(throws: AuthenticationError.expired) {
            try await world.logins.grants(forCookie: cookie)
        }
    }

    @Test func `a cookie collects so many grants and forgets the oldest`() async throws {
        var cookie: String?
        var links: [WatchLink] = []
        for _ in 0...PageLogins.maximumGrants {
            links.append(try await world.link(to: session))
            cookie = try await exchange(token(links[links.count - 1]), cookie: cookie).cookie
        }
        let grants = try await world.logins.grants(forCookie: try #require(cookie))
        #expect(grants == links.dropFirst().map(Grant.link))
    }

    @Test(arguments: ["", "jwt", "ptw_", "ptw_nonsense", "ptw_00000000-0000-0000-0000-000000000000"])
    func `an unknown token opens nothing`(token: String) async throws {
        await #expect(throws: AuthenticationError.invalid(reason: nil)) { try await exchange(token) }
    }

    @Test func `logging out forgets the cookie`() async throws {
        let cookie = try await exchange(token(try await world.link(to: nil))).cookie
        try await world.logins.logOut(cookie: cookie)
        try await world.logins.logOut(cookie: cookie)
        await #expect(throws: AuthenticationError.invalid(reason: nil)) {
            try await world.logins.grants(forCookie: cookie)
        }
    }
}
