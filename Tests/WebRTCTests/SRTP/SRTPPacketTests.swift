import RTP
import TestSupport
import Testing

@testable import WebRTC

@Suite("SRTP and SRTCP packets (RFC 3711 §3.3, §3.4, RFC 7714)")
struct SRTPPacketTests {
    /// A sender of either kind and the receiver of the other end.
    struct Ends {
        let sender: SRTPSender
        let rtcp: SRTCPSender
        let receiver: SRTPReceiver

        init(_ profile: SRTPProfile) {
            let master = SRTPMasterKey(
                key: Array(1...16),
                salt: Array(100..<100 + UInt8(profile.saltLength))
            )
            sender = SRTPSender(profile: profile, master: master)
            rtcp = SRTCPSender(profile: profile, master: master)
            receiver = SRTPReceiver(profile: profile, master: master)
        }
    }

    private func error(_ receiver: SRTPReceiver, _ packet: [UInt8]) -> SRTPError? {
        #expect(throws: SRTPError.self) { try receiver.open(packet) }
    }

    private let report: [UInt8] = hex("80c90001 00000007 81ca0002 00000007 01000000")

    @Test(arguments: SRTPProfile.allCases)
    func `packets come out as they went in, over two rollovers and with gaps`(profile: SRTPProfile) throws {
        let ends = Ends(profile)
        var generator = SplitMix64(seed: 3)
        var index: UInt64 = 30_000
        while index < 30_000 + 3 * 65_536 {
            index += 1 + generator.next() % 900
            let payload = (0..<generator.next() % 1200)
                .map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let packet = TestPacket(
                ssrc: 9,
                sequence: UInt16(truncatingIfNeeded: index),
                payload: payload,
                hasExtensions: index.isMultiple(of: 2)
            )
            .bytes
            let sealed = try ends.sender.protect(packet, index: index)
            #expect(sealed != packet)
            #expect(try ends.receiver.open(sealed) == packet)
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a resend is the same to the last byte, over 2^16 packets with extensions`(
        profile: SRTPProfile
    ) throws {
        let ends = Ends(profile)
        // Of a subscriber each packet is written anew for a resend; here by another sender with the same keys.
        let again = Ends(profile).sender
        var differing = 0
        for index in UInt64(20_000)..<20_000 + 65_536 + 100 {
            let packet = TestPacket(
                ssrc: 9,
                sequence: UInt16(truncatingIfNeeded: index),
                payload: [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 40),
                hasExtensions: true
            )
            .bytes
            let first = try ends.sender.protect(packet, index: index)
            let second = try ends.sender.protect(packet, index: index)
            let third = try again.protect(packet, index: index)
            if first != second || first != third { differing += 1 }
        }
        #expect(differing == 0)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a packet is taken once, late ones too, and those before the window not`(profile: SRTPProfile) throws
    {
        let ends = Ends(profile)
        let sealed = try (0..<3000)
            .map { index in
                try ends.sender.protect(
                    TestPacket(ssrc: 9, sequence: UInt16(index), payload: [1]).bytes,
                    index: UInt64(index)
                )
            }
        for index in [0, 2, 1, 2500] { #expect(throws: Never.self) { try ends.receiver.open(sealed[index]) } }
        for index in [0, 1, 452] { #expect(error(ends.receiver, sealed[index]) == .tooOld) }
        #expect(error(ends.receiver, sealed[2500]) == .replayed)
        #expect(throws: Never.self) { try ends.receiver.open(sealed[453]) }
        #expect(error(ends.receiver, sealed[453]) == .replayed)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a packet cut at any length or with any bit flipped is refused, and harms nothing`(
        profile: SRTPProfile
    ) throws {
        let ends = Ends(profile)
        let packet = TestPacket(ssrc: 9, sequence: 1, payload: [1, 2, 3, 4], hasExtensions: true).bytes
        let sealed = try ends.sender.protect(packet, index: 1)
        for length in 0..<sealed.count where length >= 2 {
            #expect([.malformed, .notAuthentic].contains(error(ends.receiver, Array(sealed[..<length]))))
        }
        for bit in 0..<sealed.count * 8 {
            var flipped = sealed
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect([.malformed, .notAuthentic].contains(error(ends.receiver, flipped)))
        }
        #expect(try ends.receiver.open(sealed) == packet)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `padding is taken off once it can be read`(profile: SRTPProfile) throws {
        let ends = Ends(profile)
        var packet = TestPacket(ssrc: 9, sequence: 1, payload: [1, 2, 3, 0, 0, 3]).bytes
        packet[0] |= 0x20
        var sealed = try protectPadded(ends.sender, packet, index: 1)
        let header = try sealed.withUnsafeMutableBytes { try ends.receiver.unprotectRTP($0) }
        #expect(header.paddingCount == 3)
        #expect(Array(sealed[header.payload]) == [1, 2, 3])

        // Authentic, but with more padding than there is payload.
        packet[3] = 2
        packet[packet.count - 1] = 200
        #expect(error(ends.receiver, try protectPadded(ends.sender, packet, index: 2)) == .malformed)
    }

    private func protectPadded(_ sender: SRTPSender, _ packet: [UInt8], index: UInt64) throws -> [UInt8] {
        var out = Array(packet[..<12]) + [UInt8](repeating: 0, count: packet.count - 12 + sender.overhead)
        let length = try out.withUnsafeMutableBytes { out in
            let base = try #require(out.baseAddress)
            return packet[12...]
                .withUnsafeBytes {
                    sender.protect(header: base, headerLength: 12, payload: $0, packetIndex: index, ssrc: 9)
                }
        }
        return Array(out[..<length])
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a payload may lie behind its header already, and may be empty`(profile: SRTPProfile) throws {
        let ends = Ends(profile)
        let packet = TestPacket(ssrc: 9, sequence: 1, payload: Array(0..<100)).bytes
        var out = packet + [UInt8](repeating: 0, count: ends.sender.overhead)
        let length = try out.withUnsafeMutableBytes { out in
            let base = try #require(out.baseAddress)
            return ends.sender.protect(
                header: base,
                headerLength: 12,
                payload: UnsafeRawBufferPointer(rebasing: out[12..<112]),
                packetIndex: 1,
                ssrc: 9
            )
        }
        #expect(length == out.count)
        #expect(out == (try ends.sender.protect(packet, index: 1)))
        let empty = TestPacket(ssrc: 9, sequence: 2, payload: []).bytes
        #expect(try ends.receiver.open(ends.sender.protect(empty, index: 2)) == empty)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `64 sources are told apart, further ones are refused`(profile: SRTPProfile) throws {
        let ends = Ends(profile)
        func sealed(_ ssrc: UInt32, _ sequence: UInt16 = 1) throws -> [UInt8] {
            let packet = TestPacket(ssrc: ssrc, sequence: sequence, payload: [1]).bytes
            return try ends.sender.protect(packet, index: UInt64(sequence))
        }
        for ssrc: UInt32 in 0..<64 { #expect(throws: Never.self) { try ends.receiver.open(sealed(ssrc)) } }
        #expect(error(ends.receiver, try sealed(64)) == .tooManySources)
        #expect(error(ends.receiver, try sealed(3)) == .replayed)
        #expect(throws: Never.self) { try ends.receiver.open(sealed(3, 2)) }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `unauthentic packets make no entries`(profile: SRTPProfile) throws {
        let ends = Ends(profile)
        for ssrc: UInt32 in 0..<1000 {
            let forged = TestPacket(ssrc: ssrc, sequence: 1, payload: [UInt8](repeating: 1, count: 30)).bytes
            #expect(error(ends.receiver, forged) == .notAuthentic)
        }
        let packet = TestPacket(ssrc: 5000, sequence: 1, payload: [1]).bytes
        #expect(try ends.receiver.open(ends.sender.protect(packet, index: 1)) == packet)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `reports come out as they went in, each under an index of its own`(profile: SRTPProfile) throws {
        let ends = Ends(profile)
        var earlier: Set<[UInt8]> = []
        for _ in 0..<100 {
            let sealed = try #require(ends.rtcp.protect(report))
            #expect(sealed.count == report.count + profile.tagLength + 4)
            #expect(earlier.insert(sealed).inserted)
            #expect(try ends.receiver.open(sealed) == report)
            #expect(error(ends.receiver, sealed) == .replayed)
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a report cut at any length or with any bit flipped is refused`(profile: SRTPProfile) throws {
        let ends = Ends(profile)
        let sealed = try #require(ends.rtcp.protect(report))
        for length in 2..<sealed.count {
            #expect([.malformed, .notAuthentic].contains(error(ends.receiver, Array(sealed[..<length]))))
        }
        for bit in 0..<sealed.count * 8 {
            var flipped = sealed
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect([.malformed, .notAuthentic].contains(error(ends.receiver, flipped)))
        }
        #expect(try ends.receiver.open(sealed) == report)
    }

    @Test func `reports end when their keys are worn out, and need a first source`() {
        let keys = SRTPSessionKeys(
            .rtcp,
            profile: .aeadAES128GCM,
            master: SRTPMasterKey(key: Array(0..<16), salt: Array(0..<12)),
            encrypts: true
        )
        let sender = SRTCPSender(profile: .aeadAES128GCM, keys: keys, nextIndex: 0x7FFF_FFFF)
        #expect(sender.protect([0x80, 201, 0, 0]) == nil)
        #expect(sender.protect(report) != nil)
        #expect(sender.protect(report) == nil)
    }
}
