import Foundation
import JWTKit
import Synchronization
import Testing

@testable import Identity

@Suite("The issuer's keys, kept")
struct PublicKeyCacheTests {
    /// An issuer whose answers the test writes, and a clock that only the test moves.
    private final class Issuer: Sendable {
        struct Down: Error {}
        private struct State {
            var keys: Data?
            var fetches = 0
            var now = Date(timeIntervalSince1970: 1_700_000_000)
        }
        private let state = Mutex(State())

        var fetches: Int { state.withLock { $0.fetches } }
        func publish(_ ids: String...) throws {
            let keys = try JSONEncoder().encode(["keys": ids.map { try ES256PrivateKey().jwk(id: $0) }])
            state.withLock { $0.keys = keys }
        }
        func goDown() { state.withLock { $0.keys = nil } }
        func wait(_ seconds: TimeInterval) { state.withLock { $0.now += seconds } }
        func answer() throws -> Data {
            try state.withLock { state in
                state.fetches += 1
                guard let keys = state.keys else { throw Down() }
                return keys
            }
        }
        func cache() -> PublicKeyCache {
            PublicKeyCache(fetch: { try self.answer() }, now: { self.state.withLock { $0.now } })
        }
    }

    private let issuer = Issuer()

    @Test
    func `are fetched once and kept for ten minutes`() async throws {
        try issuer.publish("k1")
        let cache = issuer.cache()
        for _ in 0..<3 { #expect(try await cache.key(id: "k1", algorithm: .es256) != nil) }
        #expect(issuer.fetches == 1)
        issuer.wait(600)
        _ = try await cache.key(id: "k1", algorithm: .es256)
        #expect(issuer.fetches == 1)
        issuer.wait(1)
        _ = try await cache.key(id: "k1", algorithm: .es256)
        #expect(issuer.fetches == 2)
    }

    @Test
    func `are fetched again for a new key id, at most every 30 seconds`() async throws {
        try issuer.publish("k1")
        let cache = issuer.cache()
        _ = try await cache.key(id: "k1", algorithm: .es256)
        issuer.wait(30)
        try issuer.publish("k1", "k2")
        #expect(try await cache.key(id: "k2", algorithm: .es256) != nil)
        #expect(issuer.fetches == 2)
        for round in 0..<20 { #expect(try await cache.key(id: "made up \(round)", algorithm: .es256) == nil) }
        #expect(issuer.fetches == 2)
        issuer.wait(30)
        #expect(try await cache.key(id: "made up", algorithm: .es256) == nil)
        #expect(issuer.fetches == 3)
    }

    @Test
    func `that cannot be had are no verdict, and are asked for again soon`() async throws {
        let cache = issuer.cache()
        for _ in 0..<3 {
            await #expect(throws: PublicKeyCache.unavailable) {
                try await cache.key(id: "k1", algorithm: .es256)
            }
        }
        #expect(issuer.fetches == 1)
        try issuer.publish("k1")
        issuer.wait(5)
        #expect(try await cache.key(id: "k1", algorithm: .es256) != nil)
    }

    @Test
    func `go on working for a day while the issuer is down`() async throws {
        try issuer.publish("k1")
        let cache = issuer.cache()
        _ = try await cache.key(id: "k1", algorithm: .es256)
        issuer.goDown()
        issuer.wait(24 * 60 * 60)
        #expect(try await cache.key(id: "k1", algorithm: .es256) != nil)
        issuer.wait(1)
        await #expect(throws: PublicKeyCache.unavailable) { try await cache.key(id: "k1", algorithm: .es256) }
    }

    @Test
    func `are fetched once for many who ask at the same time`() async throws {
        try issuer.publish("k1")
        let cache = issuer.cache()
        let found = try await withThrowingTaskGroup { group in
            for _ in 0..<50 { group.addTask { try await cache.key(id: "k1", algorithm: .es256) != nil } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(found == 50)
        #expect(issuer.fetches == 1)
    }
}
