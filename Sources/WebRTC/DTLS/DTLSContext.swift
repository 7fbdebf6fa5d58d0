import COpenSSL

/// What all DTLS sessions with one certificate share, in either role.
@safe public final class DTLSContext: Sendable {
    /// Forward secret AEAD suites only; RSA is for peers whose certificate has such a key (RFC 8827 §6.5).
    private static let cipherSuites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES256-GCM-SHA384",
    ]
    .joined(separator: ":")

    /// The fingerprint that goes into our descriptions.
    public let fingerprint: Fingerprint

    // SSL_CTX counts its references atomically and is not changed after `init`: SSL_new may be called on any thread.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// A context that shows this certificate.
    ///
    /// - Parameter srtpProfiles: What is offered or accepted for SRTP, most wanted first.
    /// - Throws: `unusableCertificate` or `unusableLibrary`.
    public init(
        certificate: DTLSCertificate,
        srtpProfiles: [SRTPProfile] = SRTPProfile.allCases
    ) throws(DTLSError) {
        guard let pointer = unsafe SSL_CTX_new(DTLS_method()) else { throw .unusableLibrary }
        fingerprint = certificate.fingerprint
        unsafe self.pointer = pointer
        let profiles = srtpProfiles.map(\.openSSLName).joined(separator: ":")
        guard unsafe copenssl_only_dtls_1_2(pointer) == 1,
            unsafe SSL_CTX_set_cipher_list(pointer, Self.cipherSuites) == 1,
            unsafe copenssl_set_groups(pointer, "X25519:P-256:P-384") == 1,
            unsafe copenssl_save_memory(pointer, DTLSSession.maximumDatagramLength) == 1,
            // 0 is success.
            unsafe SSL_CTX_set_tlsext_use_srtp(pointer, profiles) == 0
        else { throw .unusableLibrary }
        let (der, key) = (certificate.certificate, certificate.key)
        guard unsafe SSL_CTX_use_certificate_ASN1(pointer, Int32(der.count), der) == 1,
            unsafe SSL_CTX_use_PrivateKey_ASN1(EVP_PKEY_EC, pointer, key, key.count) == 1,
            unsafe SSL_CTX_check_private_key(pointer) == 1
        else { throw .unusableCertificate }
        unsafe copenssl_require_certificate(pointer)
        _ = unsafe SSL_CTX_set_options(pointer, copenssl_dtls_options())
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }
}
