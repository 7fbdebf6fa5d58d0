import Testing

@testable import WebRTC

@Suite("Session descriptions as text (RFC 8866)")
struct SessionDescriptionTests {
    @Test(arguments: Offers.all)
    func `reads what real clients write, and writes it so that it reads the same`(
        offer: Offers.Sample
    ) throws {
        let description = try SessionDescription(parsing: offer.text)
        #expect(!description.media.isEmpty)
        #expect(try SessionDescription(parsing: description.text) == description)
    }

    @Test func `keeps order and wording of what it keeps`() throws {
        let text = Offers.chromiumDataChannel
        #expect(try SessionDescription(parsing: text).text == text)
    }

    @Test func `takes line feeds alone, and empty lines`() throws {
        let text = Offers.firefoxWHIP.replacing("\r\n", with: "\n")
        let spaced = Offers.firefoxWHIP.replacing("\r\n", with: "\r\n\r\n")
        let expected = try SessionDescription(parsing: Offers.firefoxWHIP)
        #expect(try SessionDescription(parsing: text) == expected)
        #expect(try SessionDescription(parsing: spaced) == expected)
    }

    @Test(arguments: [
        ("", SDPError.notADescription),
        ("\r\n", .notADescription),
        ("v=1\r\no=- 1 1 IN IP4 0\r\n", .notADescription),
        ("o=- 1 1 IN IP4 0\r\nv=0\r\n", .notADescription),
        ("v=0\r\n", .notADescription),
        ("v=0\r\ns=-\r\n", .notADescription),
        ("v=0\r\no=- 1\r\n", .malformedLine(number: 2)),
        ("v=0\r\no=- x 1 IN IP4 0\r\n", .malformedLine(number: 2)),
        ("v=0\r\no=- -1 1 IN IP4 0\r\n", .malformedLine(number: 2)),
        ("v=0\r\no=- 99999999999999999999 1 IN IP4 0\r\n", .malformedLine(number: 2)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\nv=0\r\n", .malformedLine(number: 3)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\n\r\nhello\r\n", .malformedLine(number: 4)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\na\r\n", .malformedLine(number: 3)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\na=\r\n", .malformedLine(number: 3)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\na=:1\r\n", .malformedLine(number: 3)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\na=b\u{0}c\r\n", .malformedLine(number: 3)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\na=b\rc\r\n", .malformedLine(number: 3)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\nm=video\r\n", .malformedLine(number: 3)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\nm=video 9 RTP/SAVPF\r\n", .malformedLine(number: 3)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\nm=video 65536 RTP/SAVPF 96\r\n", .malformedLine(number: 3)),
        ("v=0\r\no=- 1 1 IN IP4 0\r\nm=vi(deo 9 RTP/SAVPF 96\r\n", .malformedLine(number: 3)),
    ])
    func `refuses what has not the form, and says where`(text: String, error: SDPError) {
        #expect(failure { () throws(SDPError) in _ = try SessionDescription(parsing: text) } == error)
        #expect(error.kind == .malformed)
    }

    @Test func `refuses more bytes, lines and sections than it reads`() {
        func error(_ text: String) -> SDPError? {
            failure { () throws(SDPError) in _ = try SessionDescription(parsing: text) }
        }
        let head = "v=0\r\no=- 1 1 IN IP4 0\r\n"
        let fill = SessionDescription.maximumBytes - head.utf8.count - 4
        #expect(error(head + "s=" + String(repeating: "x", count: fill) + "\r\n") == nil)
        #expect(
            error(head + "s=" + String(repeating: "x", count: fill + 1) + "\r\n")
                == .tooLong(bytes: SessionDescription.maximumBytes + 1)
        )
        let most = SessionDescription.maximumLines - 2
        #expect(error(head + String(repeating: "a=x\r\n", count: most)) == nil)
        #expect(error(head + String(repeating: "a=x\r\n", count: most + 1)) == .tooManyLines)
        #expect(error(head + String(repeating: "a=x\r\n", count: 10_000)) == .tooManyLines)
        #expect(error(head + String(repeating: "\n", count: 10_000)) == .tooManyLines)
        let section = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
        #expect(error(head + String(repeating: section, count: SessionDescription.maximumSections)) == nil)
        #expect(
            error(head + String(repeating: section, count: SessionDescription.maximumSections + 1))
                == .tooManySections
        )
    }

    @Test func `splits names from values by bytes, so that combining marks cannot hide a delimiter`() throws {
        let text = "v=0\r\no=- 1 1 IN IP4 0\r\na=name:\u{301}value\r\n"
        let description = try SessionDescription(parsing: text)
        #expect(description.attributes == [SDPAttribute("name", "\u{301}value")])
    }
}
