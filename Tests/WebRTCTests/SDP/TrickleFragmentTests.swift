import Testing

@testable import WebRTC

@Suite("Fragments of trickled candidates (RFC 8840 §9, RFC 9725 §4.3)")
struct TrickleFragmentTests {
    /// A browser's, by one of the usual WHIP scripts.
    static let trickled = Offers.crlf(
        """
        a=ice-ufrag:EsAw
        a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
        a=group:BUNDLE 0 1
        m=audio 9 UDP/TLS/RTP/SAVPF 0
        a=mid:0
        a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1
        a=candidate:3471623853 1 udp 2122194687 5f6c3a1e-7d0b-4d2a-9f0f-1c6f5d2b8e11.local 61765 typ host generation 0
        a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0 network-id 1
        a=candidate:4066250301 2 udp 1686052607 198.51.100.4 61764 typ srflx raddr 192.0.2.1 rport 61764
        a=end-of-candidates
        """
    )

    @Test func `reads candidates and leaves out what cannot be used`() throws {
        let fragment = try TrickleFragment(parsing: Self.trickled)
        #expect(fragment.credentials?.ufrag == "EsAw")
        #expect(fragment.mids == ["0", "1"])
        #expect(fragment.isEndOfCandidates)
        #expect(!fragment.isICELite)
        #expect(
            fragment.candidates.map(\.address.description) == [
                "192.0.2.1:61764", "192.0.2.1:9", "198.51.100.4:61764",
            ]
        )
        #expect(fragment.candidates.map(\.kind) == [.host, .host, .serverReflexive])
    }

    @Test func `writes what a restart is answered with`() throws {
        let local = LocalParameters.server
        let fragment = TrickleFragment(
            credentials: local.ice,
            candidates: [.host(udp: address("192.0.2.1", 7000))],
            isEndOfCandidates: true,
            mids: ["0", "1"],
            isICELite: true
        )
        let expected = """
            a=ice-lite
            a=ice-options:trickle ice2
            a=group:BUNDLE 0 1
            m=audio 9 UDP/TLS/RTP/SAVPF 0
            a=mid:0
            a=ice-ufrag:serv
            a=ice-pwd:0123456789abcdefghijkl
            a=candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host
            a=end-of-candidates
            """
        #expect(fragment.text == Offers.crlf(expected))
        #expect(try TrickleFragment(parsing: fragment.text) == fragment)
    }

    @Test func `takes a fragment with nothing in it`() throws {
        let empty = TrickleFragment(
            credentials: nil,
            candidates: [],
            isEndOfCandidates: false,
            mids: [],
            isICELite: false
        )
        #expect(try TrickleFragment(parsing: "") == empty)
        #expect(try TrickleFragment(parsing: "a=ice-ufrag:abcd\r\n") == empty)
        #expect(try TrickleFragment(parsing: empty.text) == empty)
    }

    @Test(arguments: [
        ("a=ice-ufrag:a\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n", SDPError.missingCredentials),
        ("hello\r\n", .malformedLine(number: 1)),
        ("a=mid:0\r\nm=audio\r\n", .malformedLine(number: 2)),
        (String(repeating: "a=x\r\n", count: 10_000), .tooManyLines),
        (String(repeating: "m=audio 9 RTP/SAVPF 0\r\n", count: 33), .tooManySections),
        (String(repeating: "x", count: 70_000), .tooLong(bytes: 70_000)),
    ])
    func `refuses what it cannot read`(text: String, error: SDPError) {
        #expect(failure { () throws(SDPError) in _ = try TrickleFragment(parsing: text) } == error)
    }

    @Test func `keeps no more candidates than its bound`() throws {
        let text = String(repeating: "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n", count: 1000)
        let fragment = try TrickleFragment(parsing: text)
        #expect(fragment.candidates.count == RemotePeerDescription.maximumCandidates)
    }

    @Test func `survives truncation at each length`() {
        let bytes = Array(Self.trickled.utf8)
        for length in bytes.indices {
            _ = try? TrickleFragment(parsing: String(decoding: bytes[..<length], as: UTF8.self))
        }
    }
}
