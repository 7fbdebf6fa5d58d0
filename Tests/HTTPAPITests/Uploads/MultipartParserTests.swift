import Foundation
import Testing

@testable import HTTPAPI

@Suite("Multipart forms (RFC 7578, RFC 2046 §5.1.1)")
struct MultipartParserTests {
    private static let body = [
        "preamble to be ignored",
        "--cut",
        #"Content-Disposition: form-data; name="sessionId""#,
        "",
        "42",
        "--cut",
        #"content-disposition: form-data; name="recording"; filename="a;b.webm""#,
        "Content-Type: video/webm;codecs=vp9,opus",
        "",
        "first\r\n--cu",
        "\r--cut almost",
        "--cut--",
        "epilogue",
    ]
    .joined(separator: "\r\n")

    private static let parts: [MultipartParser.Event] = [
        .part(name: "sessionId", filename: nil, contentType: nil),
        .content(Array("42".utf8)),
        .partEnd,
        .part(name: "recording", filename: "a;b.webm", contentType: "video/webm;codecs=vp9,opus"),
        .content(Array("first\r\n--cu\r\n\r--cut almost".utf8)),
        .partEnd,
        .end,
    ]

    /// All events, with adjacent content put together.
    private static func events(
        _ text: some Collection<UInt8>,
        boundary: String = "cut",
        inPiecesOf size: Int = .max
    ) throws -> [MultipartParser.Event] {
        var parser = try #require(MultipartParser(boundary: boundary))
        var events: [MultipartParser.Event] = []
        var rest = text[...]
        while !rest.isEmpty {
            let piece = rest.prefix(size)
            rest = rest.dropFirst(piece.count)
            for event in try parser.feed(piece) {
                if case .content(let more) = event, case .content(let known) = events.last {
                    events[events.count - 1] = .content(known + more)
                } else {
                    events.append(event)
                }
            }
        }
        return events
    }

    @Test(arguments: [1, 2, 3, 7, 64, Int.max])
    func `tells the same however the bytes are cut`(size: Int) throws {
        #expect(try Self.events(Self.body.utf8, inPiecesOf: size) == Self.parts)
    }

    @Test func `an empty file has no content`() throws {
        let body = "--cut\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n--cut--"
        #expect(
            try Self.events(body.utf8) == [.part(name: "x", filename: nil, contentType: nil), .partEnd, .end]
        )
    }

    @Test func `a body that breaks off is not complete`() throws {
        let whole = Array(Self.body.utf8)
        let end = try #require(Self.body.range(of: "--cut--"))
        let length = Self.body.utf8.distance(from: Self.body.startIndex, to: end.upperBound)
        for cut in 0..<length {
            var parser = try #require(MultipartParser(boundary: "cut"))
            _ = try parser.feed(whole.prefix(cut))
            #expect(!parser.isComplete, "cut at \(cut)")
        }
    }

    @Test func `keeps no more of a file than could be the beginning of a delimiter`() throws {
        var parser = try #require(MultipartParser(boundary: "cut"))
        _ = try parser.feed(Array("--cut\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n".utf8))
        var told = 0
        for _ in 0..<100 {
            for case .content(let bytes) in try parser.feed([UInt8](repeating: 45, count: 10_000)) {
                told += bytes.count
            }
        }
        #expect(told > 1_000_000 - 16)
    }

    @Test func `refuses headers that are too large or name nothing, and too many parts`() throws {
        let large = "--cut\r\nX: " + String(repeating: "x", count: 9000)
        #expect(throws: MultipartParser.Failure.badHeader) { try Self.events(large.utf8) }
        let nameless = "--cut\r\nContent-Type: text/plain\r\n\r\nx\r\n--cut--"
        #expect(throws: MultipartParser.Failure.badHeader) { try Self.events(nameless.utf8) }
        let part = "--cut\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n"
        #expect(throws: MultipartParser.Failure.tooManyParts) {
            try Self.events(String(repeating: part, count: 33).utf8)
        }
        #expect(throws: MultipartParser.Failure.malformed) { try Self.events("--cut and no line break".utf8) }
    }

    @Test func `reads the boundary of a content type`() {
        #expect(MultipartParser.boundary(in: #"multipart/form-data; boundary="a;b""#) == "a;b")
        #expect(MultipartParser.boundary(in: "Multipart/Form-Data; charset=utf-8; BOUNDARY=x") == "x")
        #expect(MultipartParser.boundary(in: "multipart/mixed; boundary=x") == nil)
        #expect(MultipartParser(boundary: "") == nil)
        #expect(MultipartParser(boundary: String(repeating: "x", count: 71)) == nil)
    }

    @Test func `no body makes it trap`() throws {
        var generator = SystemRandomNumberGenerator()
        let whole = Array(Self.body.utf8)
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(
                    in: 0...255,
                    using: &generator
                )
            }
            // Either it is read or refused.
            _ = try? Self.events(bytes, inPiecesOf: Int.random(in: 1...80, using: &generator))
        }
    }
}
