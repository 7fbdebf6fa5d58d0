import Foundation
import HTTPTypes
import Hummingbird
import PortholeCore
import Testing

@testable import HTTPAPI

@Suite("Pages of lists")
struct PagingTests {
    private static let id = "0190a0b0-0000-7000-8000-000000000001"

    private static func encode(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    @Test(arguments: [0, 1, 1_767_323_045.678901, -86_400.000001, 4_102_444_799.999999])
    func `a cursor comes back as it went`(time: Double) throws {
        let cursor = PageCursor(createdAt: Date(timeIntervalSince1970: time), id: Self.id)
        let back = try #require(PageCursor(opaque: cursor.opaque))
        #expect(back.id == Self.id)
        // Rows are ordered by microseconds.
        #expect(abs(back.createdAt.timeIntervalSince(cursor.createdAt)) < 0.000001)
        #expect(back.opaque == cursor.opaque)
        #expect(cursor.opaque.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
    }

    @Test(arguments: [
        "", "=", "%", "a", "....", encode(""), encode("1"), encode("1:"), encode(":" + id), encode("x:" + id),
        encode("1:1"), encode("1:\(id)x"), encode("1:2:" + id), encode("99999999999999999999:" + id),
        encode("1:' or 1=1 --"), Data([0xFF, 0xFE]).base64EncodedString(),
        String(repeating: "A", count: 100_000),
    ])
    func `a cursor that nobody gave is refused`(text: String) {
        #expect(PageCursor(opaque: text) == nil)
        #expect(throws: DomainError.malformed("cursor is not one that this server gave")) {
            _ = try Paging(.test(.get, "/api/sessions?cursor=\(text)"))
        }
    }

    @Test(arguments: [Int64.min, .max])
    func `the ends of time are times`(micros: Int64) {
        #expect(PageCursor(opaque: Self.encode("\(micros):\(Self.id)")) != nil)
    }

    @Test(arguments: [("", 20), ("?limit=1", 1), ("?limit=100", 100)])
    func `a limit is 1 to 100`(query: String, limit: Int) throws {
        #expect(try Paging(.test(.get, "/x" + query)).limit == limit)
    }

    @Test(arguments: ["0", "-1", "101", "x", "", "1e2", "99999999999999999999"])
    func `another limit is refused`(text: String) {
        #expect(throws: DomainError.malformed("limit must be 1 to 100")) {
            _ = try Paging(.test(.get, "/x?limit=\(text)"))
        }
    }

    @Test func `says where the next page is while there is one`() throws {
        let rows = (0..<3)
            .map { number in
                (
                    cursor: PageCursor(createdAt: Date(timeIntervalSince1970: Double(number)), id: Self.id),
                    value: JSONValue.number(number)
                )
            }
        let paging = try Paging(.test(.get, "/x?limit=2"))
        let first = paging.answer("rows", rows, path: "/x", extra: [("user_id", "a&b=\"<>")])
        let link = try #require(first.headers[.link])
        #expect(
            link
                == "</x?user_id=a%26b%3D%22%3C%3E&limit=2&cursor=\(rows[1].cursor.opaque)>; rel=\"next\""
        )
        let last = paging.answer("rows", Array(rows.prefix(2)), path: "/x")
        #expect(last.headers[.link] == nil)
    }
}
