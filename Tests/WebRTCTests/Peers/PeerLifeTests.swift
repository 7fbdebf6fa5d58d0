import RTP
import TestSupport
import Testing

@testable import WebRTC

@Suite("A peer's life: consent, roaming, restart, goodbye (RFC 7675, RFC 8445 §9)")
struct PeerLifeTests {
    private func connected() throws -> PeerPair {
        let pair = try PeerPair()
        try #require(pair.connect())
        pair.run(for: .seconds(1))
        return pair
    }

    @Test func `consent is kept by checks alone, for an hour`() throws {
        let pair = try connected()
        pair.run(for: .seconds(3600))
        #expect(pair.isConnected)
        #expect(pair.server.counters.dropped == 0)
    }

    @Test func `consent is lost 15 s after the last authentic word`() throws {
        let pair = try connected()
        pair.tamper = { _ in nil }
        let heard = try #require(pair.server.lastHeard)
        pair.run(for: .seconds(15) - (pair.now - heard) - .milliseconds(1))
        #expect(pair.server.isConnected)
        pair.run(for: .milliseconds(2))
        #expect(pair.events[.server]?.last == .failed(.consentLost))
        #expect(pair.server.srtp == nil)
        #expect(pair.server.nextDeadline == nil)
        pair.run(for: .seconds(5))
        #expect(pair.events[.client]?.last == .failed(.consentLost))
    }

    @Test func `authentic media is consent, forged media is none`() throws {
        let pair = try connected()
        pair.tamper = { _ in nil }
        for second in 0..<60 {
            let packet = TestPacket(ssrc: 7, sequence: UInt16(second), payload: [1]).bytes
            let sealed = try pair.protect(packet, index: UInt64(second), by: .client)
            pair.give(second < 40 ? sealed : packet + [UInt8](repeating: 0, count: 16), to: .server)
            // The client hears nothing, and would give up.
            if second == 10 { break }
            pair.run(for: .seconds(1))
        }
        #expect(pair.server.isConnected)
        let heard = try #require(pair.server.lastHeard)
        #expect(heard == pair.now)
        pair.run(for: .seconds(10))
        pair.give([0x80, 96] + [UInt8](repeating: 1, count: 40), to: .server)
        pair.run(for: .seconds(6))
        #expect(pair.events[.server]?.last == .failed(.consentLost))
    }

    @Test func `a peer that roams is followed once it nominates`() throws {
        let pair = try connected()
        let roamed = NetworkPath(socket: 1, remote: TransportAddress(ipv4: 0xC0A8_0105, port: 1234))
        let check = ICEFixture.Check(to: pair.serverCredentials)
        pair.give(check.bytes, to: .server, from: roamed)
        #expect(pair.server.selectedPath == PeerPair.serverPath)
        #expect(pair.server.isValidated(roamed))
        let nomination = ICEFixture.Check(to: pair.serverCredentials, nominates: true)
        pair.give(nomination.bytes, to: .server, from: roamed)
        #expect(pair.server.selectedPath == roamed)
        pair.drain()
        #expect(pair.events[.server]?.suffix(2) == [.pathValidated(roamed), .pathChanged(roamed)])
        pair.server.forget(roamed, at: pair.now)
        pair.drain()
        #expect(
            pair.events[.server]?.suffix(2) == [.pathForgotten(roamed), .pathChanged(PeerPair.serverPath)]
        )
    }

    @Test func `an ICE restart changes credentials under running media`() throws {
        let pair = try connected()
        var generator = SplitMix64(seed: 77)
        let fresh = ICECredentials.generate(using: &generator)
        let freshOfClient = ICECredentials.generate(using: &generator)
        pair.server.restartICE(local: fresh, remote: freshOfClient, at: pair.now)
        // The client knows nothing yet, and its checks still count.
        pair.run(for: .seconds(20))
        #expect(pair.isConnected)
        pair.client.restartICE(local: freshOfClient, remote: fresh, at: pair.now)
        pair.run(for: .seconds(20))
        #expect(pair.isConnected)
        let old = ICEFixture.Check(to: pair.serverCredentials).bytes
        #expect(pair.give(old, to: .server) == .dropped(.unknownUfrag))
        let packet = try pair.protect(
            TestPacket(ssrc: 7, sequence: 1, payload: [1]).bytes,
            index: 1,
            by: .client
        )
        #expect(pair.give(packet, to: .server) != .dropped(.unauthenticSRTP))
    }

    @Test(arguments: PeerPair.Side.allCases)
    func `a goodbye ends both ends`(side: PeerPair.Side) throws {
        let pair = try connected()
        let before = pair.events[side]?.count
        pair[side].close()
        #expect(pair[side].nextDeadline == nil)
        pair.run(for: .milliseconds(100))
        #expect(pair.events[side.other]?.last == .closed)
        #expect(pair.events[side]?.count == before)
        #expect(!pair[side.other].isConnected)
    }

    @Test func `closing before the handshake is silent`() throws {
        let pair = try PeerPair()
        pair.server.close()
        #expect(pair.server.nextOutput() == nil)
        let check = ICEFixture.Check(to: pair.serverCredentials).bytes
        #expect(pair.give(check, to: .server) == .dropped(.peerIsOver))
    }
}
