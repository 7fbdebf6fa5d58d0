import RTP
import Testing

@testable import WebRTC

@Suite("Two peers connect (RFC 8445, RFC 5764)")
struct PeerConnectingTests {
    @Test(arguments: [DTLSRole.server, .client], SRTPProfile.allCases)
    func `media flows both ways, in both roles, with both profiles`(
        role: DTLSRole,
        profile: SRTPProfile
    ) throws {
        let pair = try PeerPair(.init(serverDTLSRole: role, serverProfiles: [profile]))
        #expect(!pair.server.isConnected)
        #expect(pair.server.srtp == nil)
        #expect(pair.server.protectRTCP([0x80, 201, 0, 1, 0, 0, 0, 7]) == nil)
        try #require(pair.connect())
        #expect(pair.server.srtp?.profile == profile)
        #expect(
            pair.events[.server] == [
                .pathValidated(PeerPair.serverPath), .pathChanged(PeerPair.serverPath), .connected,
            ]
        )
        #expect(pair.server.selectedPath == PeerPair.serverPath)
        for side in PeerPair.Side.allCases {
            let packet = TestPacket(ssrc: 7, sequence: 1, payload: [1, 2, 3]).bytes
            let protected = try pair.protect(packet, index: 1, by: side)
            #expect(protected.count == packet.count + profile.tagLength)
            let header = try RTPHeader(parsing: packet.span)
            #expect(pair.give(protected, to: side.other) == .rtp(header))
            #expect(pair.packets[side.other] == [[1, 2, 3]])

            let report: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 7]
            let sealed = try #require(pair[side].protectRTCP(report))
            #expect(pair.give(sealed, to: side.other) == .rtcp(0..<8))
            #expect(pair.packets[side.other]?.last == report)
            #expect(pair[side.other].counters.rtpPackets == 1)
            #expect(pair[side.other].counters.rtcpPackets == 1)
            #expect(pair[side.other].counters.dropped == 0)
        }
    }

    @Test func `the profile that authenticates by itself is preferred`() throws {
        let pair = try PeerPair()
        try #require(pair.connect())
        #expect(pair.server.srtp?.profile == .aeadAES128GCM)
        #expect(pair.client.srtp?.overhead == 16)
    }

    @Test func `without loss four round trips and a half suffice`() throws {
        let pair = try PeerPair()
        let start = pair.now
        try #require(pair.connect())
        // Check, hello, certificates, finished: 10 ms each way.
        #expect(pair.now - start <= .milliseconds(90))
    }

    @Test(arguments: [DTLSRole.server, .client], 1...2 as ClosedRange<UInt64>)
    func `a third of all datagrams may be lost`(role: DTLSRole, seed: UInt64) throws {
        let pair = try PeerPair(.init(serverDTLSRole: role, loss: 0.33, seed: seed))
        #expect(pair.connect())
    }

    @Test func `no datagram of a handshake is longer than 1,200 bytes`() throws {
        for role in [DTLSRole.server, .client] {
            let pair = try PeerPair(.init(serverDTLSRole: role))
            try #require(pair.connect())
            let lengths = pair.sent.values.flatMap(\.self).map(\.count)
            #expect(lengths.allSatisfy { $0 <= 1200 })
            // Records are packed: a flight is one datagram or two, not one per record.
            #expect(pair.sent[.server].map { $0.filter { (20...63).contains($0[0]) }.count <= 4 } == true)
        }
    }

    @Test(arguments: [DTLSRole.server, .client], PeerPair.Side.allCases)
    func `a certificate with another fingerprint ends it`(role: DTLSRole, side: PeerPair.Side) throws {
        let pair = try PeerPair(.init(serverDTLSRole: role, wrongFingerprintOf: side))
        pair.run(for: .seconds(20))
        #expect(pair.events[side.other]?.last == .failed(.wrongFingerprint))
        #expect(pair[side.other].srtp == nil)
        #expect(!pair[side.other].isConnected)
        #expect(pair[side.other].nextDeadline == nil)
        // The other end is told, and does not wait for its consent to run out.
        #expect(pair.events[side]?.last == .closed)
        let packet = TestPacket(ssrc: 7, sequence: 1, payload: [1]).bytes
        #expect(pair.give(packet, to: side.other) == .dropped(.peerIsOver))
    }

    @Test func `no common profile ends it`() throws {
        let pair = try PeerPair(
            .init(serverProfiles: [.aeadAES128GCM], clientProfiles: [.aes128CMSHA1With80BitTag])
        )
        pair.run(for: .seconds(10))
        #expect(pair.events[.server]?.last == .failed(.noSRTPProfile))
    }

    @Test func `a peer that nobody calls gives up after 30 s`() throws {
        let pair = try PeerPair()
        pair.tamper = { _ in nil }
        pair.run(for: .milliseconds(29_999))
        #expect(pair.events[.server] == nil)
        pair.run(for: .milliseconds(10))
        #expect(pair.events[.server] == [.failed(.timeout)])
        #expect(pair.events[.client] == [.failed(.timeout)])
    }
}
