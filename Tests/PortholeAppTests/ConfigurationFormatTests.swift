import Foundation
import Testing

@testable import PortholeApp

@Suite("Configuration: formats of values")
struct ConfigurationFormatTests {
    @Test(arguments: [
        ("500 MB", 500_000_000), ("16MB", 16_000_000), ("64 KiB", 65_536), ("2 gb", 2_000_000_000),
        ("1024", 1024),
        ("7 B", 7),
    ])
    func `sizes are read with and without units`(text: String, bytes: Int) {
        #expect(ByteCount.parse(text) == bytes)
        #expect(ByteCount.parse(ByteCount.text(bytes)) == bytes)
    }

    @Test(arguments: ["", "0", "MB", "1.5 MB", "-1", "1 XB", "9223372036854775807 KB", "1 2"])
    func `other sizes are refused`(text: String) {
        #expect(ByteCount.parse(text) == nil)
    }

    @Test func `booleans have three spellings`() {
        for text in ["true", "TRUE", "1", "yes"] { #expect(ValueFormat<Bool>.boolean.parse(text) == true) }
        for text in ["false", "0", "No"] { #expect(ValueFormat<Bool>.boolean.parse(text) == false) }
        for text in ["", "on", "2"] { #expect(ValueFormat<Bool>.boolean.parse(text) == nil) }
    }

    @Test(arguments: [
        ("https://A.Example", "https://a.example"), ("https://a.example:443/", "https://a.example"),
        ("http://localhost:3000", "http://localhost:3000"), ("http://[::1]:80", "http://[::1]"),
    ])
    func `origins are kept as browsers send them`(text: String, origin: String) {
        #expect(ValueFormat<String>.origin.parse(text) == origin)
    }

    @Test func `mail servers are taken apart`() throws {
        let secure = try #require(SMTPServer(url: "smtps://post%40a.example:p%3A%2F@mail.example.com"))
        #expect(secure.security == .implicitTLS)
        #expect(secure.port == 465)
        #expect(secure.username == "post@a.example")
        #expect(secure.password == "p:/")
        let submission = try #require(SMTPServer(url: "smtp://mail.example.com"))
        #expect(submission.security == .startTLS)
        #expect(submission.port == 587)
        #expect(submission.username == nil)
        let local = try #require(SMTPServer(url: "smtp://[::1]:1025"))
        #expect(local.security == .none)
        #expect(local.host == "::1")
        #expect(local.redacted == "smtp://[::1]:1025")
    }

    @Test func `senders may have a name`() throws {
        let named = try #require(Mailbox("\"Porthole, Inc\" <a@b.example>"))
        #expect(named.name == "Porthole, Inc")
        #expect(named.address == "a@b.example")
        #expect(Mailbox("a@b")?.name == nil)
        for text in ["", "a", "@b", "a@", "a@b@c", "a b@c", "A <a@b", "A <>"] {
            #expect(Mailbox(text) == nil)
        }
    }

    @Test func `watch links may be templates`() {
        let format = ValueFormat<String>.watchLink
        #expect(format.parse("https://a.example/app/") == "https://a.example/app")
        let template = "https://a.example/see/{session}?lang=en#token={token}"
        #expect(format.parse(template) == template)
        #expect(format.parse("https://a.example/#{token}") == nil)
    }

    @Test func `loopback is recognised by its meaning`() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "a.localhost"] {
            #expect(IPNetwork.isLoopback(host))
        }
        for host in ["127.evil.example", "localhost.example", "10.0.0.1", "::"] {
            #expect(!IPNetwork.isLoopback(host))
        }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false),
        ("192.168.4.0/22", "192.168.7.9", true), ("192.168.4.0/22", "192.168.8.0", false),
        ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("10.0.0.0/8", "proxy", false),
    ])
    func `networks hold their addresses and no others`(network: String, address: String, isIn: Bool) throws {
        #expect(try #require(IPNetwork(network)).contains(address) == isIn)
    }

    @Test func `nearest names count swapped letters as one slip`() {
        #expect(EditDistance.between("PROT", "PORT") == 1)
        #expect(EditDistance.between("", "ABC") == 3)
        #expect(EditDistance.nearest(to: "STUN_URL", in: ["TURN_URLS", "STUN_URLS"]) == "STUN_URLS")
    }
}

@Suite("The .env dialect")
struct DotEnvTests {
    private func values(_ text: String) throws -> [String] {
        try DotEnv.parse(text).map { "\($0.name)=\($0.value)@\($0.line)" }
    }

    @Test func `comments, blanks, prefixes and quotes are understood`() throws {
        let text = """
            \u{FEFF}# a comment
            PLAIN = value with spaces   # and a comment
            export EXPORTED=1
            HASH=a#b

            EMPTY=
            SINGLE='a "b" \\n $C # d'
            DOUBLE="a\\n\\"b\\" \\$C" # after
            LINES="one
            two"
            LAST=x
            """
        #expect(
            try values(text) == [
                "PLAIN=value with spaces@2", "EXPORTED=1@3", "HASH=a#b@4", "EMPTY=@6",
                "SINGLE=a \"b\" \\n $C # d@7", "DOUBLE=a\n\"b\" $C@8", "LINES=one\ntwo@9", "LAST=x@11",
            ]
        )
    }

    @Test func `lines may end as on Windows`() throws {
        #expect(try values("A=1\r\nB=2\r\n") == ["A=1@1", "B=2@2"])
    }

    @Test(arguments: [
        ("A", 1), ("A=1\n=2", 2), ("A=1\nB='x", 2), ("A='x' y", 1), ("\nA-B=1", 2), ("export =1", 1),
    ])
    func `what makes no sense is refused with its line`(text: String, line: Int) {
        let error = #expect(throws: DotEnv.SyntaxError.self) { try DotEnv.parse(text) }
        #expect(error?.line == line)
    }

    @Test func `every prefix of a file either parses or is refused`() {
        let text = "export A='b c' # d\nE=\"f\\\"g\"\nH=i"
        for length in 0...text.count {
            let assignments = try? DotEnv.parse(String(text.prefix(length)))
            #expect((assignments ?? []).count <= 3)
        }
    }
}
