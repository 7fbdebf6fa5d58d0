import COpenSSL

/// The keyed contexts of one direction of RTP or RTCP, for life.
///
/// Owned by one thread, as what it is a part of.
@safe final class SRTPSessionKeys {
    /// The first of three labels of key derivation (RFC 3711 §4.3.2).
    enum Kind: UInt8 {
        case rtp = 0
        case rtcp = 3
    }

    let state: UnsafeMutablePointer<copenssl_srtp>

    init(_ kind: Kind, profile: SRTPProfile, master: SRTPMasterKey, encrypts: Bool) {
        precondition(master.salt.count == profile.saltLength, "the salt is that of the profile")
        guard
            let state = unsafe copenssl_srtp_new(
                profile == .aeadAES128GCM ? 1 : 0,
                encrypts ? 1 : 0,
                master.key,
                master.paddedSalt,
                kind.rawValue
            )
        else { preconditionFailure("OpenSSL has AES-128, and memory") }
        unsafe self.state = state
    }

    /// Session keys that are given, as published vectors have them.
    init(profile: SRTPProfile, key: [UInt8], authentication: [UInt8], salt: [UInt8], encrypts: Bool) {
        precondition(key.count == 16 && salt.count == profile.saltLength, "keys are those of the profile")
        precondition(authentication.count == 20 || profile == .aeadAES128GCM, "HMAC-SHA1 takes 20 bytes")
        guard
            let state = unsafe copenssl_srtp_with_keys(
                profile == .aeadAES128GCM ? 1 : 0,
                encrypts ? 1 : 0,
                key,
                authentication,
                salt
            )
        else { preconditionFailure("OpenSSL has AES-128, and memory") }
        unsafe self.state = state
    }

    deinit {
        unsafe copenssl_srtp_free(state)
    }
}
