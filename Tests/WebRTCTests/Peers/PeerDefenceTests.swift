import RTP
import TestSupport
import Testing

@testable import WebRTC

@Suite("What a peer refuses, and counts")
struct PeerDefenceTests {
    private static let elsewhere = NetworkPath(
        socket: 0,
        remote: TransportAddress(ipv4: 0xC000_0201, port: 666)
    )

    @Test func `DTLS from where no check came from is not looked at`() throws {
        let pair = try PeerPair()
        // The client's hello, caught on the way of a connection that works.
        var hellos: [[UInt8]] = []
        let other = try PeerPair()
        other.tamper = { flight in
            if flight.to == .server, flight.bytes[0] == 22 { hellos.append(flight.bytes) }
            return flight
        }
        try #require(other.connect())
        let hello = try #require(hellos.first)
        #expect(pair.give(hello, to: .server) == .dropped(.unvalidatedPath))
        #expect(pair.give(hello, to: .server, from: Self.elsewhere) == .dropped(.unvalidatedPath))
        #expect(pair.server.nextOutput() == nil)
        #expect(pair.server.counters[.unvalidatedPath] == 2)
        #expect(pair.server.counters.dtlsDatagrams == 0)

        try #require(pair.connect())
        #expect(pair.give(hello, to: .server, from: Self.elsewhere) == .dropped(.unvalidatedPath))
        let packet = try pair.protect(
            TestPacket(ssrc: 7, sequence: 1, payload: [1]).bytes,
            index: 1,
            by: .client
        )
        #expect(pair.give(packet, to: .server, from: Self.elsewhere) == .dropped(.unvalidatedPath))
        #expect(pair.server.nextOutput() == nil)
    }

    @Test func `strangers get no more bytes than they send`() throws {
        let pair = try PeerPair()
        var generator = SplitMix64(seed: 8)
        var sent = 0
        for _ in 0..<20_000 {
            var bytes = (0..<generator.next() % 120).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            if bytes.count >= 20, generator.next() % 2 == 0 {
                // Something like a check.
                bytes.replaceSubrange(
                    0..<8,
                    with: [0, 1, 0, UInt8(bytes.count - 20), 0x21, 0x12, 0xA4, 0x42]
                )
            }
            sent += bytes.count
            pair.give(bytes, to: .server, from: Self.elsewhere)
        }
        #expect(pair.server.nextOutput() == nil)
        #expect(pair.server.counters.dropped == 20_000)
        #expect(sent > 0)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `replayed, cut and changed media is refused and counted`(profile: SRTPProfile) throws {
        let pair = try PeerPair(.init(serverProfiles: [profile]))
        let packet = TestPacket(ssrc: 7, sequence: 100, payload: [1, 2, 3], hasExtensions: true).bytes
        #expect(pair.give(packet, to: .server) == .dropped(.notConnected))
        try #require(pair.connect())
        let sealed = try pair.protect(packet, index: 100, by: .client)
        var flipped = sealed
        flipped[flipped.count - 1] ^= 1
        #expect(pair.give(flipped, to: .server) == .dropped(.unauthenticSRTP))
        #expect(pair.give(Array(sealed.dropLast()), to: .server) == .dropped(.unauthenticSRTP))
        #expect(pair.give(Array(sealed[..<20]), to: .server) == .dropped(.malformedSRTP))
        #expect(pair.give([0x80], to: .server) == .dropped(.malformedSRTP))
        #expect(pair.give([], to: .server) == .dropped(.unknownKind))
        #expect(pair.give([200], to: .server) == .dropped(.unknownKind))
        #expect(pair.give(sealed, to: .server) == .rtp(try RTPHeader(parsing: packet.span)))
        #expect(pair.give(sealed, to: .server) == .dropped(.replayedSRTP))
        // A packet of ours, thrown back.
        let own = try pair.protect(
            TestPacket(ssrc: 7, sequence: 101, payload: [1]).bytes,
            index: 101,
            by: .server
        )
        #expect(pair.give(own, to: .server) == .dropped(.unauthenticSRTP))
        let newer = try pair.protect(
            TestPacket(ssrc: 7, sequence: 5000, payload: [1]).bytes,
            index: 5000,
            by: .client
        )
        pair.give(newer, to: .server)
        #expect(pair.give(sealed, to: .server) == .dropped(.tooOldSRTP))
        let report = try #require(pair.client.protectRTCP([0x80, 201, 0, 1, 0, 0, 0, 7]))
        pair.give(report, to: .server)
        #expect(pair.give(report, to: .server) == .dropped(.replayedSRTP))

        let counters = pair.server.counters
        #expect(counters[.unauthenticSRTP] == 3)
        #expect(counters[.malformedSRTP] == 2)
        #expect(counters[.unknownKind] == 2)
        #expect(counters[.replayedSRTP] == 2)
        #expect(counters[.tooOldSRTP] == 1)
        #expect(counters[.notConnected] == 1)
        #expect(counters.rtpPackets == 2)
        #expect(counters.rtcpPackets == 1)
        #expect(pair.server.isConnected)
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func `a handshake survives datagrams that are cut or changed on the way`(seed: UInt64) throws {
        let pair = try PeerPair(.init(loss: 0.01, seed: seed))
        var generator = SplitMix64(seed: seed)
        pair.tamper = { [unowned pair] flight in
            // Handshake records in the clear are not authenticated one by one: an attacker on the path may end a
            // handshake, but chance must not. Here copies are damaged, as they would be by a guesser.
            var bytes = flight.bytes
            guard generator.next() % 2 == 0 else { return flight }
            if generator.next() % 2 == 0 {
                bytes.removeLast(Int(generator.next() % UInt64(bytes.count)))
            } else {
                // The version in the record's header.
                if bytes.count > 2, bytes[0] >= 20 { bytes[1] ^= 0x10 }
            }
            pair.give(bytes, to: flight.to, from: flight.from)
            pair.drain()
            return flight
        }
        #expect(pair.connect())
    }

    @Test func `noise on a validated path ends nothing`() throws {
        let pair = try PeerPair()
        try #require(pair.connect())
        var generator = SplitMix64(seed: 5)
        for _ in 0..<20_000 {
            let bytes = (0..<generator.next() % 200).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            pair.give(bytes, to: .server)
        }
        pair.run(for: .milliseconds(500))
        #expect(pair.isConnected)
    }

    @Test func `what waits for a driver that does not fetch it is bounded`() throws {
        let pair = try PeerPair()
        let check = ICEFixture.Check(to: pair.serverCredentials).bytes
        for _ in 0..<1000 { pair.give(check, to: .server) }
        var count = 0
        while pair.server.nextOutput() != nil { count += 1 }
        #expect(count == 256)
        pair.give(check, to: .server)
        #expect(pair.server.nextOutput() != nil)
    }
}
