import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("Origins")
struct OriginsTests {
    private static func production() -> Origins {
        var settings = HTTPSettings(origin: "https://porthole.example", webDirectory: "", version: "")
        settings.isDevelopment = false
        settings.allowsLoopbackOrigins = false
        settings.allowedOrigins = ["https://studio.example"]
        return Origins(settings: settings)
    }

    @Test func `in production only the configured one is our own`() {
        let origins = Self.production()
        #expect(origins.isOwn("https://porthole.example", host: "porthole.example"))
        #expect(!origins.isOwn("https://evil.example", host: "evil.example"))
        #expect(!origins.isOwn("http://porthole.example", host: "porthole.example"))
        #expect(!origins.isOwn("https://studio.example", host: nil))
    }

    @Test(arguments: [
        ("https://studio.example", true),
        ("https://porthole.example", true),
        ("https://studio.example.evil.example", false),
        ("https://sub.studio.example", false),
        ("http://localhost:3000", false),
        ("null", false),
        ("", false),
    ])
    func `in production named sites may call`(origin: String, isAllowed: Bool) {
        #expect(Self.production().isAllowed(origin, host: "porthole.example") == isAllowed)
    }

    @Test(arguments: [
        ("http://localhost:3000", true),
        ("http://127.0.0.1:5173", true),
        ("http://[::1]:80", true),
        ("http://localhost.evil.example", false),
        ("http://localhost:3000/path", false),
        ("file://localhost", false),
        ("null", false),
    ])
    func `in development pages of this machine may call`(origin: String, isAllowed: Bool) {
        let origins = Origins(
            settings: HTTPSettings(origin: "http://127.0.0.1:8080", webDirectory: "", version: "")
        )
        #expect(origins.isAllowed(origin, host: "127.0.0.1:8080") == isAllowed)
    }
}

@Suite("Network addresses")
struct ClientAddressTests {
    @Test(
        arguments: [
            ("203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("2001:db8::1", "2001:db8:0::/48"),
            ("::1", "0:0:0::/48"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("unknown", nil),
            ("300.1.1.1", nil),
        ] as [(String, String?)]
    )
    func `are kept without their host part`(address: String, network: String?) {
        #expect(ClientAddress.truncated(address) == network)
    }
}

@Suite("Routes and their methods")
struct RouteTableTests {
    @Test func `a literal route wins over a template`() {
        let table = RouteTable()
        table.add(.get, "/api/sessions/{id}")
        table.add(.post, "/api/sessions/start")
        table.add(.get, "/assets/**")
        #expect(Set(table.methods(for: "/api/sessions/start")) == [.post])
        #expect(Set(table.methods(for: "/api/sessions/x")) == [.get, .head])
        #expect(Set(table.methods(for: "/assets/a/b.js")) == [.get, .head])
        #expect(table.methods(for: "/assets").isEmpty)
        #expect(table.methods(for: "/api/sessions").isEmpty)
        #expect(table.methods(for: "/api/sessions/x/y").isEmpty)
    }
}

@Suite("The page's cookie")
struct PageCookieTests {
    @Test func `is as strict as the scheme allows`() {
        let https = HTTPSettings(origin: "https://porthole.example", webDirectory: "", version: "")
        #expect(
            PageCookie.header("abc", maximumAge: 60, settings: https)
                == "__Host-porthole=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=None; Partitioned"
        )
        let http = HTTPSettings(origin: "http://127.0.0.1:8080", webDirectory: "", version: "")
        #expect(
            PageCookie.header("abc", maximumAge: 60, settings: http)
                == "porthole=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
        )
    }
}
