import COpenSSL
public import RTP

/// Authenticates and decrypts what one peer sends, and refuses what it has seen.
///
/// RFC 3711 §3.3, §3.4, RFC 7714 §8, §9. Owned by one thread.
public final class SRTPReceiver {
    /// How packets are protected.
    public let profile: SRTPProfile

    private let tagLength: Int
    private let rtpKeys: SRTPSessionKeys
    private let rtcpKeys: SRTPSessionKeys
    private var rtpSources = SRTPSourceTable()
    private var rtcpSources = SRTPSourceTable()

    /// A receiver with keys derived from `master`.
    public convenience init(profile: SRTPProfile, master: SRTPMasterKey) {
        self.init(
            profile: profile,
            rtp: SRTPSessionKeys(.rtp, profile: profile, master: master, encrypts: false),
            rtcp: SRTPSessionKeys(.rtcp, profile: profile, master: master, encrypts: false)
        )
    }

    init(profile: SRTPProfile, rtp: SRTPSessionKeys, rtcp: SRTPSessionKeys) {
        self.profile = profile
        tagLength = profile.tagLength
        rtpKeys = rtp
        rtcpKeys = rtcp
    }

    /// Decrypts an RTP packet in place; the tag behind it becomes worthless, as all of a refused packet does.
    ///
    /// - Throws: Why the packet is not to be used.
    public func unprotectRTP(
        _ datagram: UnsafeMutableRawBufferPointer
    ) throws(SRTPError) -> RTPHeader {
        let count = datagram.count
        let bytes = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(datagram))
        var header: RTPHeader
        do {
            header = try RTPHeader(parsingProtected: bytes)
        } catch {
            throw .malformed
        }
        guard count >= header.length &+ tagLength else { throw .malformed }
        let slot = try rtpSources.slot(of: header.ssrc)
        guard
            let index = RolloverCounter.index(
                of: header.sequenceNumber,
                highest: rtpSources.highest(in: slot)
            )
        else { throw .tooOld }
        try rtpSources.check(index, in: slot)
        guard
            unsafe copenssl_srtp_unprotect(
                rtpKeys.state,
                datagram.baseAddress?.assumingMemoryBound(to: UInt8.self),
                header.length,
                count,
                header.ssrc,
                index
            ) == 1
        else { throw .notAuthentic }
        rtpSources.insert(index, of: header.ssrc, in: slot)
        do {
            try header.resolvePadding(in: bytes.extracting(0..<count &- tagLength))
        } catch {
            throw .malformed
        }
        return header
    }

    /// Decrypts an RTCP packet in place.
    ///
    /// A packet that is authenticated but not encrypted is refused: WebRTC encrypts always (RFC 8827 §6.5).
    ///
    /// - Returns: Where the plaintext of the compound lies.
    /// - Throws: Why the packet is not to be used.
    public func unprotectRTCP(
        _ datagram: UnsafeMutableRawBufferPointer
    ) throws(SRTPError) -> Range<Int> {
        let count = datagram.count
        let end = count &- tagLength &- 4
        guard end >= SRTCPSender.clearLength else { throw .malformed }
        let bytes = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(datagram))
        let ssrc = bytes.uint32(at: 4)
        // With GCM the index is the last word, with HMAC it comes before the tag.
        let word = bytes.uint32(at: profile == .aeadAES128GCM ? count &- 4 : end)
        guard bytes[0] >> 6 == 2, word >> 31 == 1 else { throw .malformed }
        let index = word & 0x7FFF_FFFF
        let slot = try rtcpSources.slot(of: ssrc)
        try rtcpSources.check(UInt64(index), in: slot)
        guard
            unsafe copenssl_srtcp_unprotect(
                rtcpKeys.state,
                datagram.baseAddress?.assumingMemoryBound(to: UInt8.self),
                count,
                ssrc,
                index
            ) == 1
        else { throw .notAuthentic }
        rtcpSources.insert(UInt64(index), of: ssrc, in: slot)
        return 0..<end
    }
}
