import Foundation
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Multipart parser (RFC 7578, RFC 2046 §5.1.1)")
struct MultipartParserTests {
    private typealias Event = MultipartParser.Event
    private typealias Failure = MultipartParser.Failure

    /// What a body comes to, with neighbouring pieces of content joined.
    private enum Outcome: Equatable {
        case events([Event], isComplete: Bool)
        case refused(Failure)
    }

    private static func parse(
        _ body: some Collection<UInt8>,
        piece: Int = .max,
        boundary: String = "b"
    ) -> Outcome {
        guard var parser = MultipartParser(boundary: boundary) else { return .refused(.malformed) }
        var joined: [Event] = []
        var rest = Array(body)[...]
        do throws(Failure) {
            while !rest.isEmpty {
                for event in try parser.feed(rest.prefix(piece)) { append(event, to: &joined) }
                rest = rest.dropFirst(piece)
            }
        } catch {
            return .refused(error)
        }
        return .events(joined, isComplete: parser.isComplete)
    }

    private static func append(_ event: Event, to events: inout [Event]) {
        if case .content(let more) = event, case .content(let bytes) = events.last {
            events[events.count - 1] = .content(bytes + more)
        } else {
            events.append(event)
        }
    }

    private static func content(_ text: String) -> Event { .content(Array(text.utf8)) }

    private static func field(_ name: String, _ value: String) -> String {
        "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }

    private static let form = """
        preamble\r\n\(field("sessionId", "s-1"))\
        --b\r\nContent-Type: video/webm;codecs="vp8,opus"\r\n\
        content-disposition: FORM-DATA; name=recording; filename="a; name=x.webm"\r\n\r\n\
        one\r\n--two\r\n--\r\n-b\r\n--B\r\n\r\n--b--\r\nepilogue\r\n--b\r\n
        """

    @Test func `reads fields and files`() {
        let events: [Event] = [
            .part(name: "sessionId", filename: nil, contentType: nil),
            Self.content("s-1"),
            .partEnd,
            .part(
                name: "recording",
                filename: "a; name=x.webm",
                contentType: #"video/webm;codecs="vp8,opus""#
            ),
            Self.content("one\r\n--two\r\n--\r\n-b\r\n--B\r\n"),
            .partEnd,
            .end,
        ]
        #expect(Self.parse(Self.form.utf8) == .events(events, isComplete: true))
    }

    @Test(arguments: [1, 2, 3, 7, 64])
    func `pieces of any size give the same events`(size: Int) {
        #expect(Self.parse(Self.form.utf8, piece: size) == Self.parse(Self.form.utf8))
    }

    @Test(arguments: [
        "\r\n--", "\r\n--\r\n--", "\r\r\n--", "\r\n-b", "\n--b", "--b", "\r\n--c", "\r", "\r\n",
        "\r\n\r\n--B--",
        String(repeating: "\r", count: 300), String(repeating: "\r\n--", count: 100),
    ])
    func `content that nearly is a delimiter stays content`(text: String) {
        let body = Self.field("x", text) + "--b--"
        let events: [Event] = [
            .part(name: "x", filename: nil, contentType: nil), Self.content(text), .partEnd, .end,
        ]
        #expect(Self.parse(body.utf8) == .events(events, isComplete: true))
        #expect(Self.parse(body.utf8, piece: 1) == .events(events, isComplete: true))
    }

    @Test func `a part may be empty and a body may have no parts`() {
        #expect(
            Self.parse((Self.field("x", "") + "--b--").utf8)
                == .events(
                    [.part(name: "x", filename: nil, contentType: nil), .partEnd, .end],
                    isComplete: true
                )
        )
        #expect(Self.parse("--b--".utf8) == .events([.end], isComplete: true))
    }

    @Test func `is complete with the closing delimiter and not before`() throws {
        let body = Array((Self.field("x", "value") + "--b--").utf8)
        for length in 0..<body.count {
            guard case .events(_, let isComplete) = Self.parse(body.prefix(length)) else {
                Issue.record("refused after \(length) bytes")
                continue
            }
            #expect(!isComplete, "after \(length) bytes")
        }
        guard case .events(let events, isComplete: true) = Self.parse(body) else {
            Issue.record("the whole body is not complete")
            return
        }
        #expect(events.last == .end)
    }

    @Test(arguments: [(8 * 1024, true), (8 * 1024 + 1, false), (20_000, false)])
    func `headers and preambles have a largest size`(size: Int, isTaken: Bool) {
        let start = "Content-Disposition: form-data; name=\"x\"\r\nX: "
        // The line break before the header counts.
        let header = start + String(repeating: "x", count: size - start.utf8.count - 2)
        let part = "--b\r\n\(header)\r\n\r\n\r\n--b--"
        let preamble = String(repeating: "x", count: size - 2) + "\r\n--b--"
        for piece in [1, 1000, Int.max] {
            #expect((Self.parse(part.utf8, piece: piece) != .refused(.badHeader)) == isTaken)
            #expect((Self.parse(preamble.utf8, piece: piece) != .refused(.malformed)) == isTaken)
        }
    }

    @Test func `takes 32 parts and no more`() {
        let full = String(repeating: Self.field("x", "1"), count: 32)
        guard case .events(_, isComplete: true) = Self.parse((full + "--b--").utf8) else {
            Issue.record("32 parts are refused")
            return
        }
        #expect(Self.parse((full + Self.field("y", "1")).utf8) == .refused(.tooManyParts))
    }

    @Test(arguments: [
        "--b\r\n\r\n\r\nvalue", "--b\r\nContent-Disposition: form-data\r\n\r\n",
        "--b\r\nContent-Disposition: attachment; name=x\r\n\r\n", "--b\r\nContent-Type: text/plain\r\n\r\n",
        "--b\r\nno colon\r\n\r\n", "--b\r\nContent-Disposition: form-data; filename=\"; name=x\"\r\n\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"\(String(repeating: "n", count: 129))\"\r\n\r\n",
    ])
    func `a part without a good name is refused`(body: String) {
        #expect(Self.parse(body.utf8) == .refused(.badHeader))
    }

    @Test(arguments: ["--bc\r\n", "--b \r\n", "--b-\r\n"])
    func `a line that only begins like a delimiter is refused`(body: String) {
        #expect(Self.parse(body.utf8) == .refused(.malformed))
    }

    @Test(arguments: [
        (#""a\"b""#, #"a"b"#), (#""a;b""#, "a;b"), (#""; name=recording""#, "; name=recording"),
        ("x; name=y", "x"), (#""x"; NAME="y""#, "x"), ("\"\u{301}\"", "\u{301}"), (#""unclosed"#, "unclosed"),
        (#""a=b""#, "a=b"), (#""../../etc/passwd""#, "../../etc/passwd"), ("\"\0\u{7F}\"", "\0\u{7F}"),
        ("", ""),
    ])
    func `hostile names stay one name`(written: String, read: String) {
        let body = "--b\r\nContent-Disposition: form-data; name=\(written)\r\n\r\n\r\n--b--"
        #expect(
            Self.parse(body.utf8)
                == .events(
                    [.part(name: read, filename: nil, contentType: nil), .partEnd, .end],
                    isComplete: true
                )
        )
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=x", "x"), (#"multipart/form-data; boundary="x y""#, "x y"),
        (#"Multipart/Form-Data ; charset="a;b"; BOUNDARY="x""#, "x"),
        ("multipart/form-data;boundary=a=b", "a=b"), ("multipart/form-data", nil),
        ("multipart/mixed; boundary=x", nil),
        ("application/json; boundary=x", nil), ("", nil), ("multipart/form-data; xboundary=x", nil),
    ])
    func `finds the boundary`(contentType: String, boundary: String?) {
        #expect(MultipartParser.boundary(in: contentType) == boundary)
    }

    @Test func `a boundary has 1 to 70 bytes`() {
        #expect(MultipartParser(boundary: "") == nil)
        #expect(MultipartParser(boundary: String(repeating: "x", count: 70)) != nil)
        #expect(MultipartParser(boundary: String(repeating: "x", count: 71)) == nil)
    }

    @Test func `holds back no more of a large content than a delimiter could begin in`() throws {
        var parser = try #require(MultipartParser(boundary: "b"))
        _ = try parser.feed("--b\r\nContent-Disposition: form-data; name=recording\r\n\r\n".utf8)
        let delimiter = "\r\n--b".utf8.count
        let piece = [UInt8](repeating: 13, count: 1 << 20)
        var given = 0
        for round in 1...4 {
            for case .content(let bytes) in try parser.feed(piece) { given += bytes.count }
            #expect(round * piece.count - given == delimiter - 1)
        }
        #expect(try parser.feed("\r\n--b--".utf8).last == .end)
    }

    @Test func `whatever a body's bytes are, they mean the same however they come in`() {
        let form = Array(Self.form.utf8)
        let spice = Array("\r\n--b;=\":\\\0\u{FF}".utf8)
        for seed in 0..<1500 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var body = form
            for _ in 0...Int.random(in: 0..<6, using: &random) {
                let place = Int.random(in: 0..<body.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: body[place] = spice.randomElement(using: &random) ?? 0
                case 1: body.insert(.random(in: 0...255, using: &random), at: place)
                case 2: body.removeSubrange(place..<min(body.count - 1, place + 5))
                default: body[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            let size = Int.random(in: 1...9, using: &random)
            #expect(Self.parse(body, piece: size) == Self.parse(body), "seed \(seed)")
        }
    }
}
