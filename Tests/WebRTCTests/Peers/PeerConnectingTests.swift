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
        try #require(pair.connect())
        #expect(pair.server.srtp?.profile == profile)
        #expect(pair.events[.server]?.last == .connected)
        #expect(pair.server.selectedPath == PeerPair.serverPath)
        for side in PeerPair.Side.allCases {
            let packet = TestPacket(ssrc: 7, sequence: 1, payload: [1, 2, 3]).bytes
            let protected = try pair.protect(packet, index: 1, by: side)
            #expect(protected.count == packet.count + profile.tagLength)
            guard case .rtp(let header) = pair.give(protected, to: side.other) else {
                Issue.record("no RTP")
                continue
            }
            let original = try RTPHeader(parsing: packet.span)
            #expect(header == original)
            #expect(pair.packets[side.other] == [[1, 2, 3]])

            let report: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 7]
            let sealed = try #require(pair[side].protectRTCP(report))
            #expect(pair.give(sealed, to: side.other) == .rtcp(0..<8))
            #expect(pair.packets[side.other]?.last == report)
        }
    }
}
