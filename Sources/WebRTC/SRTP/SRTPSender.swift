import COpenSSL

/// Protects the RTP packets that go to one peer.
///
/// Keyed once; per packet only the initialisation vector is set, and nothing is allocated. Owned by one thread.
/// RFC 3711 §3.3, RFC 7714 §8.
@safe public final class SRTPSender {
    /// How packets are protected.
    public let profile: SRTPProfile
    /// By how many bytes a packet grows: 16 or 10.
    public let overhead: Int

    private let state: UnsafeMutablePointer<copenssl_srtp>
    private let keys: SRTPSessionKeys

    /// A sender with keys derived from `master`.
    public convenience init(profile: SRTPProfile, master: SRTPMasterKey) {
        self.init(
            profile: profile,
            keys: SRTPSessionKeys(.rtp, profile: profile, master: master, encrypts: true)
        )
    }

    init(profile: SRTPProfile, keys: SRTPSessionKeys) {
        self.profile = profile
        overhead = profile.tagLength
        self.keys = keys
        unsafe state = keys.state
    }

    /// Encrypts `payload` behind the header that is already at `out`, and appends the tag.
    ///
    /// The same arguments give the same bytes. Other bytes under a `packetIndex` that was used before would give
    /// away the authentication key (RFC 7714 §15.1): a resend repeats the packet, extensions included, or is not done.
    ///
    /// - Parameters:
    ///   - out: Holds the header, and has room for header, payload and `overhead`.
    ///   - headerLength: The length of the header in bytes, contributing sources and extensions included.
    ///   - payload: The plaintext, padding included; it may be the bytes behind the header, otherwise it does not
    ///     overlap `out`.
    ///   - packetIndex: Rollover counter * 2^16 + sequence number, 48 bits (RFC 3711 §3.3.1).
    ///   - ssrc: The synchronization source in the header.
    /// - Returns: The length of the datagram in bytes; 0 if OpenSSL failed, which it has no reason for.
    public func protect(
        header out: UnsafeMutableRawPointer,
        headerLength: Int,
        payload: UnsafeRawBufferPointer,
        packetIndex: UInt64,
        ssrc: UInt32
    ) -> Int {
        withExtendedLifetime(self) {
            unsafe unowned.protect(
                header: out,
                headerLength: headerLength,
                payload: payload,
                packetIndex: packetIndex,
                ssrc: ssrc
            )
        }
    }

    /// The same for whoever keeps the sender alive by other means: no reference is counted, and no object touched.
    public var unowned: Unowned { unsafe Unowned(state: state, cipher: state.pointee.cipher) }

    /// A sender that somebody else keeps alive.
    @unsafe public struct Unowned {
        let state: UnsafeMutablePointer<copenssl_srtp>
        let cipher: OpaquePointer

        /// Fetches into the cache what ``protect(header:headerLength:payload:packetIndex:ssrc:)`` reads first.
        @inline(__always)
        public func prefetch() {
            unsafe copenssl_srtp_prefetch(state, cipher)
        }

        /// As ``SRTPSender/protect(header:headerLength:payload:packetIndex:ssrc:)``.
        public func protect(
            header out: UnsafeMutableRawPointer,
            headerLength: Int,
            payload: UnsafeRawBufferPointer,
            packetIndex: UInt64,
            ssrc: UInt32
        ) -> Int {
            unsafe copenssl_srtp_protect(
                state,
                out.assumingMemoryBound(to: UInt8.self),
                headerLength,
                payload.baseAddress?.assumingMemoryBound(to: UInt8.self),
                payload.count,
                ssrc,
                packetIndex
            )
        }
    }
}
