import COpenSSL

/// A certificate and its private key, with which an end proves to be who its description says.
///
/// Self-signed: trust comes from the fingerprint in the session description (RFC 8827 §6.5).
public struct DTLSCertificate: Sendable {
    /// The X.509 certificate, DER.
    public let certificate: [UInt8]
    /// The private key, DER (RFC 5915); a secret, which goes to no log.
    let key: [UInt8]
    /// The SHA-256 hash of the certificate.
    public let fingerprint: Fingerprint

    /// A new ECDSA P-256 key and a self-signed certificate for it, valid from a day ago for a year.
    ///
    /// Browsers check its fingerprint only, not its dates.
    ///
    /// - Throws: `noCertificate`.
    public static func generate() throws(DTLSError) -> DTLSCertificate {
        // Both are below 400 bytes.
        let capacity = 1024
        var certificate = [UInt8](repeating: 0, count: capacity)
        var key = certificate
        var certificateLength = 0
        var keyLength = 0
        let isMade = unsafe copenssl_make_certificate(
            &certificate,
            &certificateLength,
            &key,
            &keyLength,
            capacity
        )
        certificate.removeSubrange(certificateLength...)
        key.removeSubrange(keyLength...)
        guard isMade == 1, let fingerprint = Fingerprint(of: certificate, algorithm: .sha256) else {
            throw .noCertificate
        }
        return DTLSCertificate(certificate: certificate, key: key, fingerprint: fingerprint)
    }
}
