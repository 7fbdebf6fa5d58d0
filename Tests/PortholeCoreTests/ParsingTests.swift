import Foundation
import Testing

@testable import PortholeCore

@Suite("Texts from outside become values, or nothing")
struct ParsingTests {
    // MARK: - EmailAddress

    @Test(arguments: [
        "mum@example.org", "a.b+c@sub.example.co.uk", "x@localhost", "o'neil@example.org",
        "jürgen@exämple.de",
        String(repeating: "x", count: 64) + "@example.org",
    ])
    func `these are addresses`(text: String) {
        #expect(EmailAddress.isPlausible(text))
    }

    @Test(arguments: [
        "", "@", "mum", "mum@", "@example.org", "mum@@example.org", "mum@a@example.org", "mum @example.org",
        "mum@exam ple.org", "mum@example.org\r\nBcc: x@x.org", "mum\n@example.org", "<mum@example.org>",
        "mum@example.org,dad@example.org", "mum@example.org;dad@example.org", "\"mum\"@example.org",
        "Mum <mum@example.org>", "mum@.example.org", "mum@example.org.", "mum@example..org", "mum@x",
        "mum\0@example.org", "mum\u{85}@example.org", "mum\u{2028}@example.org", "mum\u{a0}@example.org",
        "gro.elpmaxe@\u{202e}mum", "mu\u{200b}m@example.org", "mum\u{7f}@example.org",
        String(repeating: "x", count: 65) + "@example.org",
        "x@" + String(repeating: "a.", count: 130) + "org",
    ])
    func `these are none`(text: String) {
        #expect(!EmailAddress.isPlausible(text))
    }

    // MARK: - Identifier

    @Test func `an id is read in either case and written in lower case`() throws {
        let id = try #require(SessionID("0F8FAD5B-D9CB-469F-A165-70867728950E"))
        #expect(id.text == "0f8fad5b-d9cb-469f-a165-70867728950e")
        #expect(SessionID(id.text) == id)
        #expect(id.bytes.prefix(4) == [0x0f, 0x8f, 0xad, 0x5b])
        #expect("\(id)" == id.text)
    }

    @Test(arguments: [
        "", "x", "0f8fad5bd9cb469fa16570867728950e", "{0f8fad5b-d9cb-469f-a165-70867728950e}",
        "0f8fad5b-d9cb-469f-a165-70867728950", "0f8fad5b-d9cb-469f-a165-70867728950e ",
        " 0f8fad5b-d9cb-469f-a165-70867728950", "0f8fad5b-d9cb-469f-a165-7086772895zz",
        "0f8fad5b_d9cb_469f_a165_70867728950e", "0f8fad5b-d9cb-469f-a165-7086772895\u{0}e",
        "../../../../../../../../etc/passwd..", String(repeating: "0", count: 36),
    ])
    func `what is no UUID is no id`(text: String) {
        #expect(SessionID(text) == nil)
    }

    @Test func `an id survives JSON, and refuses other JSON`() throws {
        let id = SessionID()
        let data = try JSONEncoder().encode([id])
        #expect(try JSONDecoder().decode([SessionID].self, from: data) == [id])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([SessionID].self, from: Data(#"["x"]"#.utf8))
        }
    }

    // MARK: - UserID

    @Test(arguments: ["x", "auth0|5f7c", "a b", "ünï", String(repeating: "x", count: 255)])
    func `these are user ids`(text: String) {
        #expect(UserID(text)?.text == text)
    }

    @Test func `an id has one spelling, so that nobody passes for somebody else`() {
        #expect(UserID("jos\u{e9}") != nil)
        #expect(UserID("jose\u{301}") == nil)
    }

    @Test(arguments: ["", "a\nb", "a\0b", "\u{1b}[31m", "\u{7f}", String(repeating: "ü", count: 128)])
    func `these are no user ids`(text: String) throws {
        #expect(UserID(text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([UserID].self, from: JSONEncoder().encode([text]))
        }
    }

    // MARK: - ObjectKey

    @Test(arguments: ["a", "a/b/c.webm", "A-Z_0.9", "...", "a/.hidden", String(repeating: "x", count: 512)])
    func `these are keys`(text: String) {
        #expect(ObjectKey(text)?.text == text)
    }

    @Test(arguments: [
        "", "/", "/etc/passwd", "a/", "a//b", ".", "..", "../a", "a/../../b", "a/..", "./a", "a\\b", "a b",
        "a\0b", "a\n", "a%2e%2e", "a?b", "a#b", "é", "a/\u{301}b", "C:/a", "~",
        String(repeating: "x", count: 513),
    ])
    func `these are no keys`(text: String) {
        #expect(ObjectKey(text) == nil)
    }

    @Test func `keys of recordings and chunks are keys, and different bytes have different ones`() throws {
        let (session, run) = (SessionID(), RecordingRunID())
        let key = { (digest: [UInt8]) in
            ObjectKey.chunk(sessionID: session, runID: run, number: 7, digest: digest).text
        }
        #expect(key([0x0a, 0xff]) == "chunks/\(session)/\(run)/7-0aff")
        #expect(key(World.digest("a")) != key(World.digest("b")))
        let recording = Recording(
            sessionID: session,
            userID: try #require(UserID("../../etc")),
            source: .browser,
            mimeType: "video/webm",
            createdAt: Date()
        )
        #expect(
            ObjectKey.recording(recording, fileExtension: "webm", revision: "1").text
                == "recordings/\(session)/\(recording.id)-1.webm"
        )
        #expect(
            ObjectKey.thumbnail(recording, revision: "1").text
                == "recordings/\(session)/\(recording.id)-1.jpg"
        )
    }

    // MARK: - Links

    @Test func `watch links follow the configured viewer page`() {
        var settings = DomainSettings(publicURL: "https://p.example")
        let id = SessionID()
        #expect(settings.watchURL(session: id, token: nil) == "https://p.example/watch/\(id)")
        #expect(settings.watchURL(session: id, token: "t") == "https://p.example/watch/\(id)#token=t")
        settings.streamViewerURL = "https://studio.example/see?s={session}#t={token}"
        #expect(settings.watchURL(session: id, token: "t") == "https://studio.example/see?s=\(id)#t=t")
        let recording = RecordingID()
        #expect(
            settings.recordingURL(recording, token: "t")
                == "https://p.example/recordings/\(recording)#token=t"
        )
    }
}
