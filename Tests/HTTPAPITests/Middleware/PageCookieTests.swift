import HTTPTypes
import Hummingbird
import Testing

@testable import HTTPAPI

@Suite("Page cookie")
struct PageCookieTests {
    private func value(_ header: String, _ settings: HTTPSettings) -> String? {
        PageCookie.value(in: .test(headers: [.cookie: header]), settings: settings)
    }

    @Test func `on https it is bound to the host and travels into frames`() {
        #expect(
            PageCookie.header("v", maximumAge: 60, settings: .production())
                == "__Host-porthole=v; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=None; Partitioned"
        )
    }

    @Test func `on http it stays on its own site`() {
        #expect(
            PageCookie.header("v", maximumAge: 60, settings: .development())
                == "porthole=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
        )
    }

    @Test func `is read by its name`() {
        #expect(value("a=b; __Host-porthole=v; c=d", .production()) == "v")
        #expect(value("porthole=v", .development()) == "v")
        // A neighbouring site on a parent domain can set the plain name, never the prefixed one.
        #expect(value("porthole=v", .production()) == nil)
        #expect(value("__Host-porthole=v", .development()) == nil)
    }

    @Test func `is no cookie when empty or endless`() {
        #expect(value("porthole=", .development()) == nil)
        #expect(value("porthole=" + String(repeating: "x", count: 64), .development()) != nil)
        #expect(value("porthole=" + String(repeating: "x", count: 65), .development()) == nil)
        #expect(PageCookie.value(in: .test(), settings: .development()) == nil)
    }
}
