import Testing

@testable import WebRTC

@Suite("Candidates (RFC 8839 §5.1, RFC 6544 §4.5)")
struct ICECandidateTests {
    @Test func `names our addresses with the priorities of the RFCs`() {
        let v4 = address("192.0.2.1", 7000)
        #expect(
            ICECandidate.host(udp: v4).description == "candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host"
        )
        #expect(ICECandidate.host(udp: v4, rank: 1).priority == 2_130_706_175)
        #expect(
            ICECandidate.host(tcpPassive: address("2001:db8::1", 7001)).description
                == "candidate:100001 1 tcp 1520435199 2001:db8::1 7001 typ host tcptype passive"
        )
        let worst = ICECandidate.host(udp: v4, rank: .max)
        #expect(worst.priority > ICECandidate.host(tcpPassive: v4).priority)
        #expect(ICECandidate.host(udp: v4, rank: -1) == ICECandidate.host(udp: v4))
        #expect(ICECandidate.host(tcpPassive: v4, rank: .max).priority > 0)
    }

    @Test(arguments: [
        "candidate:2853136856 1 udp 2122194687 192.0.2.2 47920 typ host generation 0 network-id 1",
        "a=candidate:2853136856 1 UDP 2122194687 192.0.2.2 47920 typ host",
        "2853136856 1 udp 2122194687 192.0.2.2 47920 typ host ufrag abcd network-cost 50",
    ])
    func `reads what browsers hand out, with and without its prefix`(text: String) throws {
        let candidate = try #require(ICECandidate(parsing: text))
        #expect(candidate.foundation == "2853136856")
        #expect(candidate.priority == 2_122_194_687)
        #expect(candidate.address == address("192.0.2.2", 47920))
        #expect(candidate.transport == .udp)
        #expect(candidate.kind == .host)
        #expect(candidate.tcpType == nil)
    }

    @Test(arguments: [
        "candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host",
        "candidate:1 1 tcp 1518214911 2001:db8::7 9 typ host tcptype active",
        "candidate:a/+ 1 udp 1 192.0.2.1 1 typ srflx raddr 0.0.0.0 rport 0",
        "candidate:b 2 udp 1 2001:db8::1 65535 typ relay raddr :: rport 0",
    ])
    func `writes what it reads`(text: String) throws {
        #expect(try #require(ICECandidate(parsing: text)).description == text)
    }

    @Test(arguments: [
        "", "candidate:", "candidate:1 1 udp 1 192.0.2.1 9 typ", "candidate:1 1 udp 1 192.0.2.1 9 host typ",
        "candidate:1 1 udp 1 0f7ea3ab-f7e7-45a1-9dfc-f1372dbd775c.local 9 typ host",
        "candidate:1 1 sctp 1 192.0.2.1 9 typ host", "candidate:1 1 udp x 192.0.2.1 9 typ host",
        "candidate:1 1 udp 4294967296 192.0.2.1 9 typ host", "candidate:1 1 udp 1 192.0.2.1 65536 typ host",
        "candidate:1 1 udp 1 192.0.2.1 -1 typ host", "candidate:1 0 udp 1 192.0.2.1 9 typ host",
        "candidate:1 257 udp 1 192.0.2.1 9 typ host", "candidate:1 1 udp 1 192.0.2.1 9 typ magic",
        "candidate:1 1 tcp 1 192.0.2.1 9 typ host", "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype lazy",
        "candidate:1 1 udp 1 192.0.2.1 9 typ host tcptype passive",
        "a=\u{301}candidate:1 1 udp 1 1.1.1.1 9 typ host",
        "candidate:123456789012345678901234567890123 1 udp 1 192.0.2.1 9 typ host",
    ])
    func `passes over what cannot be used`(text: String) {
        #expect(ICECandidate(parsing: text) == nil)
    }
}
