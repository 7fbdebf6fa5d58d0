import Testing

@testable import WebRTC

@Suite("Addresses, credentials and fingerprints as text (RFC 5952, RFC 8839 §5.4, RFC 8122 §5)")
struct TransportAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:db8::1", "2001:db8::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("::ffff:192.0.2.1", "192.0.2.1"), ("::ffff:c000:201", "192.0.2.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
    func `reads and writes addresses`(text: String, canonical: String) throws {
        let address = try #require(TransportAddress(ip: text, port: 7))
        #expect(address.ip == canonical)
        #expect(TransportAddress(ip: canonical, port: 7) == address)
        #expect(address.description == (address.isIPv6 ? "[\(canonical)]:7" : "\(canonical):7"))
        #expect(address.isIPv6 == canonical.contains(":"))
        #expect((address.ipv4 == nil) == address.isIPv6)
        #expect(address.with(port: 8).port == 8)
        #expect(address.with(port: 8).with(port: 7) == address)
    }

    @Test(arguments: [
        "", ".", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1..3.4", "1.2.3.",
        "+1.2.3.4",
        ":", ":::", "1:", ":1", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
        "12345::",
        "g::", "+1::", "-1::", "::1%lo", "[::1]", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4",
        "localhost", "a.local",
    ])
    func `takes nothing else for an address`(text: String) {
        #expect(TransportAddress(ip: text, port: 7) == nil)
    }

    @Test func `takes credentials of the lengths and characters that the RFC allows`() {
        let password = "0123456789abcdefghijkl"
        #expect(ICECredentials(ufrag: "ab/+", password: password) != nil)
        #expect(ICECredentials(ufrag: "abc", password: password) == nil)
        #expect(ICECredentials(ufrag: "abc:", password: password) == nil)
        #expect(ICECredentials(ufrag: "ab\u{301}c", password: password) == nil)
        #expect(ICECredentials(ufrag: "abcd", password: String(password.dropLast())) == nil)
        #expect(ICECredentials(ufrag: "abcd", password: password + " ") == nil)
        let long = String(repeating: "x", count: 256)
        #expect(ICECredentials(ufrag: long, password: long) != nil)
        #expect(ICECredentials(ufrag: long + "x", password: long) == nil)
        #expect(ICECredentials(ufrag: long, password: long + "x") == nil)
    }

    @Test func `reads and writes fingerprints`() throws {
        let text = sampleFingerprint.description
        #expect(text.hasPrefix("sha-256 00:01:02:"))
        #expect(text.hasSuffix(":1E:1F"))
        #expect(Fingerprint(parsing: text) == sampleFingerprint)
        #expect(Fingerprint(parsing: "SHA-256" + text.dropFirst(7).lowercased()) == sampleFingerprint)
        for length in 0..<text.utf8.count {
            #expect(Fingerprint(parsing: text.prefix(length)) == nil)
        }
        #expect(Fingerprint(parsing: text + ":00") == nil)
        #expect(Fingerprint(parsing: text + " x") == nil)
        #expect(Fingerprint(parsing: text.replacing("1F", with: "1G")) == nil)
        #expect(Fingerprint(parsing: text.replacing("00:01", with: "000:1")) == nil)
        #expect(Fingerprint(parsing: text.replacing("sha-256", with: "md5")) == nil)
        #expect(Fingerprint(algorithm: .sha384, bytes: sampleFingerprint.bytes) == nil)
    }
}
