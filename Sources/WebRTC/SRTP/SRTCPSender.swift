import COpenSSL

/// Protects the RTCP packets that go to one peer, and counts them.
///
/// RFC 3711 §3.4, RFC 7714 §9.
final class SRTCPSender {
    /// Where the first SSRC ends: so much of a compound stays in the clear.
    static let clearLength = 8
    private static let maximumIndex: UInt32 = 0x7FFF_FFFF

    private let keys: SRTPSessionKeys
    private let overhead: Int
    private var nextIndex: UInt32

    convenience init(profile: SRTPProfile, master: SRTPMasterKey) {
        self.init(
            profile: profile,
            keys: SRTPSessionKeys(.rtcp, profile: profile, master: master, encrypts: true)
        )
    }

    init(profile: SRTPProfile, keys: SRTPSessionKeys, nextIndex: UInt32 = 0) {
        self.keys = keys
        self.nextIndex = nextIndex
        // The tag, and the index.
        overhead = profile.tagLength + 4
    }

    /// The protected packet; `nil` if `compound` has no 8 bytes, or the keys are worn out after 2^31 packets.
    func protect(_ compound: [UInt8]) -> [UInt8]? {
        guard compound.count >= Self.clearLength, nextIndex <= Self.maximumIndex else { return nil }
        let ssrc = compound.span.uint32(at: 4)
        var packet = compound
        packet.append(contentsOf: repeatElement(0, count: overhead))
        let length = unsafe copenssl_srtcp_protect(keys.state, &packet, compound.count, ssrc, nextIndex)
        nextIndex += 1
        return length == packet.count ? packet : nil
    }
}
