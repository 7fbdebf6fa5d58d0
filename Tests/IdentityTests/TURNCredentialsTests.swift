import Foundation
import PortholeCore
import Testing

@testable import Identity

@Suite("TURN credentials (coturn's shared secret)")
struct TURNCredentialsTests {
    @Test func `computes what coturn expects`() {
        let made = ConfiguredICEServers.credentials(secret: "north", expiry: 1_700_000_000, user: "alice")
        #expect(made.username == "1700000000:alice")
        #expect(made.password == "Cd/49soE35ICqcJF/bCTn8Z4OyE=")
    }

    @Test func `leaves TURN out without credentials, and names nobody`() async throws {
        let now = { @Sendable in Date(timeIntervalSince1970: 1_700_000_000) }
        let stun = ConfiguredICEServers(
            stunURLs: ["stun:a"],
            turnURLs: ["turn:b"],
            credentials: nil,
            now: now
        )
        #expect(await stun.servers() == [ICEServer(urls: ["stun:a"])])
        let turn = ConfiguredICEServers(
            stunURLs: [],
            turnURLs: ["turn:b"],
            credentials: .sharedSecret("north"),
            now: now
        )
        let username = try #require(await turn.servers().first?.username)
        #expect(username.hasPrefix("1700043200:"))
        #expect(username.utf8.count == 19)
    }
}
