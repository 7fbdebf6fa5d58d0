import Foundation
import PortholeCore
import Testing

@testable import HTTPAPI

@Suite("Cursors of lists")
struct PageCursorTests {
    @Test func `come back as they were`() throws {
        let id = SessionID().text
        let cursor = PageCursor(createdAt: Date(timeIntervalSince1970: 1_700_000_000.123456), id: id)
        let back = try #require(PageCursor(opaque: cursor.opaque))
        #expect(back.id == id)
        #expect(abs(back.createdAt.timeIntervalSince(cursor.createdAt)) < 0.000_001)
        #expect(cursor.opaque.utf8.allSatisfy { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "+") })
    }

    @Test(arguments: [
        "", "x", "bm90IGEgY3Vyc29y", "MTIz", "MTIzOng", String(repeating: "A", count: 200), "%%%",
    ])
    func `that this server never gave are none`(text: String) {
        #expect(PageCursor(opaque: text) == nil)
    }
}
