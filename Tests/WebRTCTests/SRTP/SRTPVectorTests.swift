import RTP
import Testing

@testable import WebRTC

/// A published packet: in plaintext and protected.
struct SRTPVector: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let profile: SRTPProfile
    let key: [UInt8]
    let salt: [UInt8]
    var isSessionKey = false
    let plain: [UInt8]
    let protected: [UInt8]
    var rtcpIndex: UInt32?

    func keys(_ kind: SRTPSessionKeys.Kind, encrypts: Bool) -> SRTPSessionKeys {
        isSessionKey
            ? SRTPSessionKeys(profile: profile, key: key, authentication: [], salt: salt, encrypts: encrypts)
            : SRTPSessionKeys(
                kind,
                profile: profile,
                master: SRTPMasterKey(key: key, salt: salt),
                encrypts: encrypts
            )
    }
}

extension SRTPVector {
    private static let quid = hex("51756964 2070726f 2071756f")
    private static let counting = hex("00010203 04050607 08090a0b 0c0d0e0f")
    private static let ab = hex("abababababababababababababababab")

    static let all = [
        SRTPVector(
            testDescription: "RFC 7714 §16.1.1",
            profile: .aeadAES128GCM,
            key: counting,
            salt: quid,
            isSessionKey: true,
            plain: hex(
                """
                8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976
                69736120 696e2070 61727465 73207472 6573
                """
            ),
            protected: hex(
                """
                8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5
                0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce
                """
            )
        ),
        SRTPVector(
            testDescription: "RFC 7714 §17.1",
            profile: .aeadAES128GCM,
            key: counting,
            salt: quid,
            isSessionKey: true,
            plain: hex(
                """
                81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
                deadbeef deadbeef deadbeef deadbeef deadbeef
                """
            ),
            protected: hex(
                """
                81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d
                c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872
                45d9eade 800005d4
                """
            ),
            rtcpIndex: 0x5D4
        ),
        SRTPVector(
            testDescription: "libsrtp, RTP with AES-CM",
            profile: .aes128CMSHA1With80BitTag,
            key: hex("e1f97a0d3e018be0d64fa32c06de4139"),
            salt: hex("0ec675ad498afeebb6960b3aabe6"),
            plain: hex("800f1234 decafbad cafebabe") + ab,
            protected: hex(
                """
                800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402 b78d6acc 99ea179b 8dbb
                """
            )
        ),
        SRTPVector(
            testDescription: "libsrtp, RTCP with AES-CM",
            profile: .aes128CMSHA1With80BitTag,
            key: hex("e1f97a0d3e018be0d64fa32c06de4139"),
            salt: hex("0ec675ad498afeebb6960b3aabe6"),
            plain: hex("81c8000b cafebabe") + ab,
            protected: hex(
                """
                81c8000b cafebabe 7128035b e487b9bd bef89041 f977a5a8 80000001 993e08cd 54d6c123 0798
                """
            ),
            rtcpIndex: 1
        ),
        SRTPVector(
            testDescription: "libsrtp, RTP with AES-GCM",
            profile: .aeadAES128GCM,
            key: counting,
            salt: hex("a0a1a2a3 a4a5a6a7 a8a9aaab"),
            plain: hex("800f1234 decafbad cafebabe") + ab,
            protected: hex(
                """
                800f1234 decafbad cafebabe c5002ede 04cfdd2e b91159e0 880aa06e d2976826 f796b201
                df3131a1 27e8a392
                """
            )
        ),
        SRTPVector(
            testDescription: "libsrtp, RTCP with AES-GCM",
            profile: .aeadAES128GCM,
            key: counting,
            salt: hex("a0a1a2a3 a4a5a6a7 a8a9aaab"),
            plain: hex("81c8000b cafebabe") + ab,
            protected: hex(
                """
                81c8000b cafebabe c98b8b5d f0392a55 852b6c21 ac8e7025 c52c6fbe a2b3b446
                ea31123b a88ce61e 80000001
                """
            ),
            rtcpIndex: 1
        ),
    ]
}

@Suite("SRTP test vectors (RFC 3711, RFC 7714, libsrtp)")
struct SRTPVectorTests {
    @Test(arguments: SRTPVector.all)
    func `a packet is protected as published`(vector: SRTPVector) throws {
        if let index = vector.rtcpIndex {
            let sender = SRTCPSender(
                profile: vector.profile,
                keys: vector.keys(.rtcp, encrypts: true),
                nextIndex: index
            )
            #expect(sender.protect(vector.plain) == vector.protected)
        } else {
            let sender = SRTPSender(profile: vector.profile, keys: vector.keys(.rtp, encrypts: true))
            let index = UInt64(vector.plain.span.uint16(at: 2))
            #expect(try sender.protect(vector.plain, index: index) == vector.protected)
        }
    }

    @Test(arguments: SRTPVector.all)
    func `a published packet is opened`(vector: SRTPVector) throws {
        let receiver = SRTPReceiver(
            profile: vector.profile,
            rtp: vector.keys(.rtp, encrypts: false),
            rtcp: vector.keys(.rtcp, encrypts: false)
        )
        #expect(try receiver.open(vector.protected) == vector.plain)
    }

    @Test func `session keys are derived as in RFC 3711 B.3`() {
        let master = SRTPMasterKey(
            key: hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
            salt: hex("0EC675AD498AFEEBB6960B3AABE6")
        )
        #expect(master.derive(0, 16) == hex("C61E7A93744F39EE10734AFE3FF7A087"))
        #expect(master.derive(2, 14) == hex("30CBBC08863D8C85D49DB34A9AE1"))
        #expect(
            master.derive(1, 94)
                == hex(
                    """
                    CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE
                    E049646C43D9327AD175578EF7227098 6371C10C9A369AC2F94A8C5FBCDDDC25
                    6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2
                    """
                )
        )
    }

    @Test func `the key stream is that of RFC 3711 B.2`() throws {
        let keys = SRTPSessionKeys(
            profile: .aes128CMSHA1With80BitTag,
            key: hex("2B7E151628AED2A6ABF7158809CF4F3C"),
            authentication: [UInt8](repeating: 0, count: 20),
            salt: hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"),
            encrypts: true
        )
        let packet = TestPacket(ssrc: 0, sequence: 0, payload: [UInt8](repeating: 0, count: 0xFF02 * 16))
            .bytes
        let stream = try SRTPSender(profile: .aes128CMSHA1With80BitTag, keys: keys)
            .protect(packet, index: 0)
        func block(_ number: Int) -> [UInt8] { Array(stream[12 + number * 16..<28 + number * 16]) }
        #expect(block(0) == hex("E03EAD0935C95E80E166B16DD92B4EB4"))
        #expect(block(1) == hex("D23513162B02D0F72A43A2FE4A5F97AB"))
        #expect(block(2) == hex("41E95B3BB0A2E8DD477901E4FCA894C0"))
        #expect(block(0xFEFF) == hex("EC8CDF7398607CB0F2D21675EA9EA1E4"))
        #expect(block(0xFF00) == hex("362B7C3C6773516318A077D7FC5073AE"))
        #expect(block(0xFF01) == hex("6A2CC3787889374FBEB4C81B17BA6C44"))
    }
}

extension SRTPReceiver {
    /// Opens a packet, as tests have it: the plaintext, header included.
    func open(_ packet: [UInt8]) throws -> [UInt8] {
        var bytes = packet
        let end = try bytes.withUnsafeMutableBytes { buffer in
            if DatagramKind.isRTCP(secondByte: buffer[1]) { return try unprotectRTCP(buffer).upperBound }
            let header = try unprotectRTP(buffer)
            return header.payload.upperBound + header.paddingCount
        }
        return Array(bytes[..<end])
    }
}
