/// How SRTP and SRTCP packets are protected, as negotiated in the DTLS handshake; the most wanted first.
///
/// RFC 5764 §4.1.2, RFC 7714 §14.2.
public enum SRTPProfile: UInt16, CaseIterable, Sendable {
    /// AES-128 in Galois/counter mode, 16-byte tags (RFC 7714).
    case aeadAES128GCM = 0x0007
    /// AES-128 in counter mode with HMAC-SHA1, 10-byte tags (RFC 3711).
    case aes128CMSHA1With80BitTag = 0x0001

    /// The length of an authentication tag in bytes.
    public var tagLength: Int { self == .aeadAES128GCM ? 16 : 10 }

    /// The length of the master salt in bytes.
    public var saltLength: Int { self == .aeadAES128GCM ? 12 : 14 }

    /// How OpenSSL calls it.
    var openSSLName: String {
        self == .aeadAES128GCM ? "SRTP_AEAD_AES_128_GCM" : "SRTP_AES128_CM_SHA1_80"
    }
}
